// SPDX-License-Identifier: Apache-2.0
#include "crypto/jades.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

/// ETSI TS 119 182-1 section 5.1 and RFC 7797. `sigD` is missing: it moves the payload elsewhere.
constexpr std::array<std::string_view, 9> kUnderstood = {
    "b64", "sigT", "adoTst", "x5t#o", "sigX5ts", "srCms", "srAts", "sigPl", "sigPId"};

Result<const std::string*> text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  if (member != object.end()) {
    if (const auto* text = member->get_ptr<const std::string*>(); text != nullptr) return text;
  }
  return invalid_argument(std::string("a JAdES document has the text member ") + name, name);
}

/// The object that holds `protected` and `signature`.
Result<const json*> signature_object(const json& document) {
  const auto list = document.find("signatures");
  if (list == document.end()) return &document;
  if (document.contains("signature") || document.contains("protected")) {
    return invalid_argument("signatures excludes signature and protected (RFC 7515 section 7.2.1)",
                            "signatures");
  }
  if (!list->is_array() || list->size() != 1 || !list->front().is_object()) {
    return invalid_argument(
        "signatures must hold exactly one signature: each has a digest of its own", "signatures");
  }
  return &list->front();
}

Result<Jades> from_compact(std::string_view token) {
  auto jws = parse_jws(token);
  if (!jws) return std::move(jws).error();
  return Jades{std::move(jws->header), std::string(jws->signing_input), std::move(jws->signature)};
}

Status check_header(const JwsHeader& header) {
  for (const std::string& name : header.crit) {
    if (name == "sigD") return invalid_argument("a detached payload (sigD) cannot be read", "crit");
    if (std::ranges::find(kUnderstood, name) == kUnderstood.end()) {
      return invalid_argument("crit names a member that JAdES does not define", "crit");
    }
  }
  return {};
}

Result<Jades> from_json(std::string_view text) {
  const auto document = parse_json(text);
  if (!document) return document.error();
  if (!document->is_object()) return invalid_argument("a JAdES document is a JSON object");
  const auto holder = signature_object(*document);
  if (!holder) return holder.error();
  const auto payload = text_member(*document, "payload");
  if (!payload) return payload.error();
  const auto protected_part = text_member(**holder, "protected");
  if (!protected_part) return protected_part.error();
  const auto signature_part = text_member(**holder, "signature");
  if (!signature_part) return signature_part.error();

  auto header = parse_jws_header(**protected_part);
  if (!header) return std::move(header).error();
  auto signature = base64url_decode(**signature_part);
  if (!signature || signature->empty()) {
    return invalid_argument("signature must be base64url without padding", "signature");
  }
  if ((*payload)->empty()) return invalid_argument("the payload is empty", "payload");
  if (header->b64 && !base64url_decode(**payload)) {
    return invalid_argument("payload must be base64url without padding, for b64 is true",
                            "payload");
  }
  Jades out{*std::move(header), {}, *std::move(signature)};
  out.signing_input.reserve((*protected_part)->size() + 1 + (*payload)->size());
  out.signing_input.append(**protected_part).append(1, '.').append(**payload);
  return out;
}

}  // namespace

Result<Jades> parse_jades(std::string_view document) {
  const std::size_t first = document.find_first_not_of(" \t\r\n");
  const bool is_json = first != document.npos && document[first] == '{';
  auto jades = is_json ? from_json(document) : from_compact(document);
  if (!jades) return jades;
  if (const Status checked = check_header(jades->header); !checked) return checked.error();
  return jades;
}

Status verify_jades(const Jades& jades, const PublicKey& key) {
  return verify_jws_signature(jades.header, as_bytes(jades.signing_input), jades.signature, key,
                              kUnderstood);
}

}  // namespace kedge::crypto
