// SPDX-License-Identifier: Apache-2.0
#include "node/credential/did_document.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/did.hpp"
#include "crypto/json.hpp"
#include "crypto/jwk.hpp"
#include "node/credential/members.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

std::string item_path(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

/// Whether the JWK is of a kind that public_key_from_jwk() reads; those of other kinds are left
/// alone, malformed ones of these kinds are not.
bool is_known_jwk(const json& jwk) {
  const auto crv = jwk.find("crv");
  if (crv == jwk.end()) return false;
  return *crv == "P-256" || *crv == "secp256k1" || *crv == "Ed25519";
}

/// Multikeys of the multicodecs in use begin with these (ed25519-pub, p256-pub, secp256k1-pub).
bool is_known_multikey(std::string_view text) {
  return text.starts_with("z6Mk") || text.starts_with("zDn") || text.starts_with("zQ3s");
}

Result<std::optional<crypto::PublicKey>> read_key(const json& method, const std::string& path) {
  const auto jwk = method.find("publicKeyJwk");
  const auto multikey = method.find("publicKeyMultibase");
  if (jwk != method.end() && multikey != method.end()) {
    return invalid_argument("expected one key, in one form", path);
  }
  std::optional<crypto::PublicKey> none;
  if (jwk != method.end()) {
    const std::string where = path + ".publicKeyJwk";
    if (!jwk->is_object()) return invalid_argument("expected an object", where);
    if (jwk->contains("d")) return invalid_argument("expected no private key", where + ".d");
    if (!is_known_jwk(*jwk)) return none;
    auto key = crypto::public_key_from_jwk(*jwk);
    if (!key) return invalid_argument(key.error().message, where);
    return std::optional(*std::move(key));
  }
  if (multikey == method.end()) return none;
  const auto text = required_text(method, "publicKeyMultibase", path);
  if (!text) return text.error();
  if (!is_known_multikey(*text)) return none;
  auto key = crypto::public_key_from_multikey(*text);
  if (!key) return invalid_argument(key.error().message, path + ".publicKeyMultibase");
  return std::optional(*std::move(key));
}

/// Absolute, with a fragment.
Result<std::string> method_id(std::string text, const std::string& did, const std::string& path) {
  if (text.starts_with('#')) text.insert(0, did);
  const std::size_t hash = text.find('#');
  if (!is_uri(text) || hash == text.npos || hash + 1 == text.size()) {
    return invalid_argument("expected a DID URL with a fragment", path);
  }
  return text;
}

Result<VerificationMethod> read_method(const json& object, const std::string& did,
                                       const std::string& path) {
  if (!object.is_object()) return invalid_argument("expected an object", path);
  auto text = required_text(object, "id", path);
  if (!text) return std::move(text).error();
  auto id = method_id(*std::move(text), did, path + ".id");
  if (!id) return std::move(id).error();
  auto controller = required_text(object, "controller", path);
  if (!controller) return std::move(controller).error();
  auto type = required_text(object, "type", path);
  if (!type) return std::move(type).error();
  auto key = read_key(object, path);
  if (!key) return std::move(key).error();
  return VerificationMethod{*std::move(id), *std::move(controller), *std::move(type),
                            *std::move(key)};
}

/// The member, as an array within its bound; empty where it is missing.
Result<json> bounded_list(const json& document, const char* name) {
  const auto member = document.find(name);
  if (member == document.end()) return json(json::array());
  if (!member->is_array() || member->size() > kMaxVerificationMethods) {
    return invalid_argument(
        "expected an array of at most " + std::to_string(kMaxVerificationMethods), name);
  }
  return *member;
}

Status add_method(DidDocument& out, VerificationMethod method, const std::string& path) {
  if (out.find(method.id) != nullptr) {
    return invalid_argument("expected each method once", path + ".id");
  }
  out.methods.push_back(std::move(method));
  return {};
}

Status read_methods(const json& document, DidDocument& out) {
  const auto list = bounded_list(document, "verificationMethod");
  if (!list) return list.error();
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = item_path("verificationMethod", i);
    auto method = read_method((*list)[i], out.id, path);
    if (!method) return std::move(method).error();
    if (Status added = add_method(out, *std::move(method), path); !added) return added;
  }
  return {};
}

/// Section 5.3: references to methods, or methods that stand for this purpose alone.
Status read_assertion_methods(const json& document, DidDocument& out) {
  const auto list = bounded_list(document, "assertionMethod");
  if (!list) return list.error();
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = item_path("assertionMethod", i);
    const json& item = (*list)[i];
    if (item.is_object()) {
      auto method = read_method(item, out.id, path);
      if (!method) return std::move(method).error();
      out.assertion_methods.push_back(method->id);
      if (Status added = add_method(out, *std::move(method), path); !added) return added;
      continue;
    }
    const auto* text = item.get_ptr<const std::string*>();
    if (text == nullptr || text->size() > kMaxIdentifier) {
      return invalid_argument("expected a DID URL or a method", path);
    }
    auto id = method_id(*text, out.id, path);
    if (!id) return std::move(id).error();
    // Those of other documents cannot be followed, and are nobody's keys here.
    if (out.find(*id) == nullptr && id->starts_with(out.id + "#")) {
      return invalid_argument("expected the id of a method of the document", path);
    }
    out.assertion_methods.push_back(*std::move(id));
  }
  return {};
}

}  // namespace

const VerificationMethod* DidDocument::find(std::string_view wanted) const {
  const auto found = std::ranges::find(methods, wanted, &VerificationMethod::id);
  return found == methods.end() ? nullptr : &*found;
}

bool DidDocument::may_assert(std::string_view wanted) const {
  return std::ranges::find(assertion_methods, wanted) != assertion_methods.end();
}

Result<DidDocument> parse_did_document(std::string_view text) {
  const auto document = crypto::parse_json(text, {.max_bytes = kMaxDidDocument, .max_depth = 16});
  if (!document) return document.error();
  if (!document->is_object()) return invalid_argument("expected a JSON object");
  DidDocument out;
  auto id = required_text(*document, "id", "");
  if (!id) return std::move(id).error();
  if (!is_uri(*id) || id->find('#') != id->npos) {
    return invalid_argument("expected a DID without a fragment", "id");
  }
  out.id = *std::move(id);
  if (Status read = read_methods(*document, out); !read) return read.error();
  if (Status read = read_assertion_methods(*document, out); !read) return read.error();
  return out;
}

Result<DidDocument> did_key_document(std::string_view did) {
  auto key = crypto::public_key_from_did_key(did);
  if (!key) return std::move(key).error();
  DidDocument out;
  out.id = did;
  const std::string url = crypto::did_key_url(did);
  out.methods.push_back({url, out.id, "Multikey", *std::move(key)});
  out.assertion_methods.push_back(url);
  return out;
}

}  // namespace kedge::node
