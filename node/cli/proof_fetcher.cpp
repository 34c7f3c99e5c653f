// SPDX-License-Identifier: Apache-2.0
#include "node/cli/proof_fetcher.hpp"

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/verifier.hpp"

namespace kedge::node::cli {
namespace {

Error wrong(const std::string& message) {
  return {Errc::corrupt, "the node's proof is wrong: " + message};
}

}  // namespace

Result<FetchedProof> fetch_proof(rpc::Client& client, const Hash& digest, const std::string& issuer,
                                 bool with_status) {
  nlohmann::json params = {{"digest", crypto::to_hex(digest)}};
  if (!issuer.empty()) params["issuer"] = issuer;
  if (with_status) params["status"] = true;
  const auto answer = client.call("proof_get", params.dump());
  if (!answer) return answer.error();
  const auto json = crypto::parse_json(*answer);
  if (!json || !json->is_object()) return wrong("no JSON object");

  FetchedProof fetched;
  const auto state = json->find("state");
  const auto complete = json->find("complete");
  if (state == json->end() || !state->is_string() || complete == json->end() ||
      !complete->is_boolean()) {
    return wrong("no state");
  }
  fetched.state = state->get<std::string>();
  fetched.complete = complete->get<bool>();
  const auto bundle = json->find("bundle");
  if (bundle == json->end() || bundle->is_null()) return fetched;

  auto decoded = bundle_from_json(bundle->dump());
  if (!decoded) return wrong(decoded.error().field + ": " + decoded.error().message);
  if (with_status && decoded->status.empty()) return wrong("it has no status");
  const Verdict verdict = verify(*decoded, Trust{}, Claim(digest));
  if (verdict.outcome == Outcome::invalid) return wrong(verdict.reasons.front().message);
  fetched.bundle = *std::move(decoded);
  return fetched;
}

}  // namespace kedge::node::cli
