// SPDX-License-Identifier: Apache-2.0
// What is said about status from outside: status proofs, lists for `kedge revoke`, the params of
// `status_set` and `status_allocate`, moments.
#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "crypto/rfc3339.hpp"
#include "node/api/status_query.hpp"
#include "node/api/status_request.hpp"
#include "node/cli/status_list_file.hpp"
#include "node/proof/carried_json.hpp"
#include "node/proof/status_proof_json.hpp"
#include "node/proof/status_verifier.hpp"
#include "rpc/json_text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

namespace {

void read_proof(std::string_view text) {
  const auto value = crypto::parse_json(text, {.max_bytes = 1 << 20, .max_depth = 16});
  if (!value) return;
  const auto carried = carried_object(*value, "status");
  if (!carried) return;
  const auto proof = status_from_json(*carried);
  if (!proof) {
    check(!proof.error().message.empty(), "every refusal has a reason");
    return;
  }
  check(status_to_json(*proof) == *carried, "a proof that is read is written as it was");
  const StatusSubject subject{proof->directory.record.issuer_hash, proof->target};
  const Verdict verdict = verify_status(*proof, subject, Trust{});
  check(verdict.outcome != Outcome::valid, "nothing is valid that nobody is trusted for");
}

void read_calls(std::string_view text) {
  if (!rpc::check_json(text, 32)) return;
  if (const auto set = api::parse_status_set(text)) {
    check(!set->targets.empty() && set->targets.size() <= kMaxStatusTargets, "within the bounds");
    check(check_request(*set).has_value(), "what is parsed is a call");
  } else {
    check(!set.error().message.empty(), "every refusal has a reason");
  }
  if (const auto allocate = api::parse_status_allocate(text)) {
    check(check_request(*allocate).has_value(), "what is parsed is a call");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  read_proof(text);
  read_calls(text);
  if (const auto lines = cli::parse_status_list("list", text)) {
    for (const auto& line : *lines) {
      check(!line.source.empty(), "every line has a source");
      check(!line.entry || line.digest == Hash{}, "a line has a digest or an entry");
    }
  } else {
    check(!lines.error().message.empty(), "every refusal has a reason");
  }
  if (const auto at = api::parse_moment(text)) {
    if (const auto* time = std::get_if<api::AtTime>(&*at)) {
      check(crypto::format_rfc3339(time->time_ms).substr(0, 19) == text.substr(0, 19),
            "a time is the one that was written");
    }
  }
  return 0;
}
