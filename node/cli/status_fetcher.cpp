// SPDX-License-Identifier: Apache-2.0
#include "node/cli/status_fetcher.hpp"

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/sha256.hpp"
#include "node/proof/carried_json.hpp"
#include "node/proof/status_proof_json.hpp"
#include "node/proof/status_verifier.hpp"

namespace kedge::node::cli {
namespace {

Error wrong(const std::string& message) {
  return {Errc::corrupt, "the node's status proof is wrong: " + message};
}

std::string text_of(const nlohmann::json& answer, const char* name) {
  const auto found = answer.find(name);
  return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> number_of(const nlohmann::json& answer, const char* name) {
  const auto found = answer.find(name);
  if (found == answer.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

Status check_proof(const nlohmann::json& proof, const FetchedStatus& fetched) {
  const auto carried = carried_object(proof, "proof");
  if (!carried) return wrong(carried.error().message);
  const auto decoded = status_from_json(*carried);
  if (!decoded) return wrong(decoded.error().field + ": " + decoded.error().message);
  if (decoded->value != fetched.value) return wrong("it proves another value");
  const StatusSubject subject{crypto::sha256(as_bytes(fetched.issuer)), fetched.target};
  // Without a key nothing is believed, but nothing may contradict itself either.
  const Verdict verdict = verify_status(*decoded, subject, Trust{});
  if (verdict.outcome == Outcome::invalid) return wrong(verdict.reasons.front().message);
  return {};
}

nlohmann::json params_for(const StatusLine& what, const std::string& issuer,
                          const std::string& at) {
  nlohmann::json params = nlohmann::json::object();
  if (what.entry) {
    params["list"] = what.entry->list;
    params["index"] = what.entry->index;
  } else {
    params["digest"] = crypto::to_hex(what.digest);
  }
  if (!issuer.empty()) params["issuer"] = issuer;
  if (!at.empty()) params["at"] = at;
  return params;
}

}  // namespace

Result<FetchedStatus> fetch_status(rpc::Client& client, const StatusLine& what,
                                   const std::string& issuer, const std::string& at) {
  auto answer = client.call("status_get", params_for(what, issuer, at).dump());
  if (!answer) return answer.error();
  const auto json = crypto::parse_json(*answer);
  if (!json || !json->is_object()) return wrong("no JSON object");
  FetchedStatus fetched;
  fetched.issuer = text_of(*json, "issuer");
  fetched.state = text_of(*json, "state");
  fetched.as_of = text_of(*json, "as_of");
  fetched.epoch = number_of(*json, "epoch");
  const auto list = number_of(*json, "list");
  const auto index = number_of(*json, "index");
  const auto value = parse_status_name(text_of(*json, "value"));
  if (!list || *list > 0xffff'ffff || !index || !value) return wrong("no list, index and value");
  fetched.target = {static_cast<std::uint32_t>(*list), *index};
  fetched.value = *value;
  if (what.entry && *what.entry != fetched.target) return wrong("it is of another entry");
  const auto pending = json->find("pending");
  if (pending != json->end() && pending->is_object()) {
    fetched.pending = text_of(*pending, "value");
  }
  const auto proof = json->find("proof");
  if (fetched.state != "accepted") {
    if (proof == json->end()) return wrong("there is none");
    if (Status checked = check_proof(*proof, fetched); !checked) return checked.error();
  }
  fetched.text = *std::move(answer);
  return fetched;
}

}  // namespace kedge::node::cli
