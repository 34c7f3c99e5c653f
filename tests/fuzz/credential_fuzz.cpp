// SPDX-License-Identifier: Apache-2.0
// Credentials: every refusal has a reason, what is read is bounded, and the checks answer.
#include "node/credential/credential.hpp"
#include "node/credential/members.hpp"
#include "node/credential/verify_credential.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

namespace {

void check_bounds(const Credential& credential) {
  check(credential.statuses.size() <= kMaxStatusEntries, "the entries are bounded");
  for (const CredentialStatusEntry& entry : credential.statuses) {
    check(!entry.path.empty() && !entry.type.empty(), "an entry has a place and a type");
    check(entry.kind == StatusEntryKind::other || is_uri(entry.list), "a list has a URL");
  }
  check(credential.issuer.empty() || is_uri(credential.issuer), "an issuer is a URI");
  check(credential.issuer.size() <= kMaxIdentifier, "an issuer is bounded");
  check(credential.form == CredentialForm::plain || !credential.document.empty(),
        "what is signed is kept");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView document(data, size);
  const auto credential = parse_credential(document);
  if (credential) {
    check_bounds(*credential);
  } else {
    check(!credential.error().message.empty(), "a refusal has a reason");
  }
  DidResolvers resolvers;
  CredentialTrust trust;
  trust.resolver = &resolvers;
  trust.now_ms = 1'782'820'800'000;
  Verdict anchoring;
  anchoring.outcome = Outcome::valid;
  anchoring.reasons = {{ReasonCode::log_key_only, "x"}};
  const Verdict verdict = verify_credential(anchoring, document, "did:example:a", trust);
  check(!verdict.reasons.empty() && !verdict.checks.empty(), "a verdict has reasons and checks");
  check(reason_outcome(verdict.reasons.front().code) == verdict.outcome,
        "the first reason speaks for the verdict");
  check(credential.has_value() || verdict.outcome == Outcome::invalid,
        "what is malformed is invalid");
  return 0;
}
