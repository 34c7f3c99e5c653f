// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/credential/verify_credential.hpp"
#include "node/proof/verifier.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

/// A body is never longer, so that this refuses nothing that could arrive.
constexpr std::size_t kMaxCredential = std::size_t{64} << 20;

Bytes octets(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

Claim read_claim(rpc::Params& params) {
  const int given =
      int{params.has("credential")} + int{params.has("content")} + int{params.has("digest")};
  if (given > 1) params.fail("credential", "only one of credential, content and digest");
  if (params.has("content")) {
    return CredentialClaim{params.base64("content", kMaxCredential), crypto::DigestProfile::bytes};
  }
  const auto digest = params.optional_hash("digest");
  if (digest) return *digest;
  const auto credential = params.optional_text("credential");
  if (!credential) return std::monostate();
  switch (rpc::kind_of(*credential)) {
    case rpc::JsonKind::string:
      return CredentialClaim{octets(rpc::string_value(*credential)), std::nullopt};
    case rpc::JsonKind::object:
      return CredentialClaim{octets(*credential), std::nullopt};
    default:
      params.fail("credential", "a string or an object");
  }
  return std::monostate();
}

/// Absent: what verify_credential() asks for by itself.
std::optional<Requirements> read_required(rpc::Params& params) {
  if (!params.has("require")) {
    params.optional_text("require");
    return std::nullopt;
  }
  std::string words;
  for (const std::string_view word : params.array("require", 3)) {
    const bool text = rpc::kind_of(word) == rpc::JsonKind::string;
    if (!words.empty()) words += ',';
    words += text ? rpc::string_value(word) : "?";
  }
  const auto required = parse_requirements(words.empty() ? "none" : words);
  if (required && words != "none") return *required;
  params.fail("require", "an array of signature, validity and status");
  return std::nullopt;
}

/// Asks nobody: a stranger who names hosts in a credential must not make the node connect to them.
Verdict with_credential(Verdict anchoring, const CredentialClaim& claim, std::string_view bundle,
                        std::uint64_t now_ms, std::optional<Requirements> required) {
  DidResolvers resolvers;
  CredentialTrust trust;
  trust.resolver = &resolvers;
  trust.now_ms = now_ms;
  trust.required = required;
  const auto decoded = decode_bundle(as_bytes(bundle));
  const std::string anchored_by = decoded ? decoded->batch.issuer : std::string();
  return verify_credential(std::move(anchoring), claim.credential, anchored_by, trust);
}

}  // namespace

Status proof_verify(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const std::string_view bundle = params.object_text("bundle");
  const Claim claim = read_claim(params);
  // Named, so that finish() knows every field that there is.
  params.optional_text("content");
  const auto required = read_required(params);
  if (Status status = params.finish(); !status) return status;

  Trust trust;
  trust.log_keys.push_back(services.log_key);
  Verdict verdict = verify_document(as_bytes(bundle), trust, claim);
  if (const auto* credential = std::get_if<CredentialClaim>(&claim)) {
    verdict = with_credential(std::move(verdict), *credential, bundle, services.clock.unix_ms(),
                              required);
  }
  append_verdict_json(out, verdict);
  return {};
}

}  // namespace kedge::node::api
