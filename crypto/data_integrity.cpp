// SPDX-License-Identifier: Apache-2.0
#include "crypto/data_integrity.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/jcs.hpp"
#include "crypto/json.hpp"
#include "crypto/multibase.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

/// SHA-256 of the proof's canonical form, then of the document's: what is signed.
Result<Bytes> hash_data(const json& proof_config, const json& document) {
  const auto config = jcs_canonicalize(proof_config.dump());
  if (!config) return config.error();
  const auto body = jcs_canonicalize(document.dump());
  if (!body) return body.error();
  Bytes out;
  for (const std::string* part : {&*config, &*body}) {
    const Hash hash = sha256(as_bytes(*part));
    out.insert(out.end(), hash.begin(), hash.end());
  }
  return out;
}

Result<json> parse_document(std::string_view document) {
  auto parsed = parse_json(document);
  if (parsed && !parsed->is_object()) return invalid_argument("the document is not a JSON object");
  return parsed;
}

/// The document's proofs, always as an array.
Result<json> take_proofs(json& document) {
  const auto member = document.find("proof");
  if (member == document.end()) return invalid_argument("the document has no proof", "proof");
  json proofs = member->is_array() ? std::move(*member) : json::array({std::move(*member)});
  document.erase("proof");
  const bool well_formed =
      !proofs.empty() && std::ranges::all_of(proofs, [](const json& p) { return p.is_object(); });
  if (!well_formed) return invalid_argument("proof must be an object or an array of them", "proof");
  return proofs;
}

std::string text_or_empty(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

json as_list(const json& value) {
  return value.is_array() ? value : json::array({value});
}

/// Both suites, "verify proof", step 3: the proof's context must begin the document's, which then
/// is read as if it were the proof's.
Status adopt_context(const json& proof, json& document) {
  const auto context = proof.find("@context");
  if (context == proof.end()) return {};
  const json wanted = as_list(*context);
  const json present =
      document.contains("@context") ? as_list(document["@context"]) : json::array();
  if (wanted.size() > present.size() ||
      !std::equal(wanted.begin(), wanted.end(), present.begin())) {
    return invalid_argument("the document's @context must begin with that of the proof",
                            "proof.@context");
  }
  document["@context"] = *context;
  return {};
}

}  // namespace

Result<std::string_view> cryptosuite_of(KeyType type) {
  switch (type) {
    case KeyType::p256:
      return std::string_view("ecdsa-jcs-2019");
    case KeyType::ed25519:
      return std::string_view("eddsa-jcs-2022");
    case KeyType::secp256k1:
      break;
  }
  return invalid_argument("secp256k1 has no Data Integrity cryptosuite with JCS");
}

Result<std::string> add_data_integrity_proof(std::string_view document, const ProofOptions& options,
                                             const SecretKey& key) {
  const auto suite = cryptosuite_of(key.type());
  if (!suite) return suite.error();
  const auto parsed = parse_document(document);
  if (!parsed) return parsed.error();
  if (parsed->contains("proof"))
    return invalid_argument("the document has a proof already", "proof");

  json proof = {{"type", "DataIntegrityProof"},
                {"cryptosuite", *suite},
                {"created", options.created},
                {"verificationMethod", options.verification_method},
                {"proofPurpose", options.proof_purpose}};
  if (const auto context = parsed->find("@context"); context != parsed->end()) {
    proof["@context"] = *context;
  }
  const auto data = hash_data(proof, *parsed);
  if (!data) return data.error();
  const auto signature = key.sign(*data);
  if (!signature) return signature.error();
  proof["proofValue"] = multibase_encode(Multibase::base58btc, *signature);

  // The document's own text is kept as it is: the member goes before its closing brace.
  const std::size_t brace = document.rfind('}');
  std::string out(document.substr(0, document.find_last_not_of(" \t\r\n", brace - 1) + 1));
  if (!parsed->empty()) out += ',';
  out += "\"proof\":" + proof.dump() + "}";
  return out;
}

Result<std::vector<DataIntegrityProof>> data_integrity_proofs(std::string_view document) {
  auto parsed = parse_document(document);
  if (!parsed) return std::move(parsed).error();
  const auto proofs = take_proofs(*parsed);
  if (!proofs) return proofs.error();
  std::vector<DataIntegrityProof> out;
  for (const json& proof : *proofs) {
    DataIntegrityProof item{text_or_empty(proof, "cryptosuite"),
                            text_or_empty(proof, "verificationMethod"),
                            text_or_empty(proof, "proofPurpose"), std::nullopt};
    if (proof.contains("created")) item.created = text_or_empty(proof, "created");
    out.push_back(std::move(item));
  }
  return out;
}

Status verify_data_integrity_proof(std::string_view document, std::size_t index,
                                   const PublicKey& key) {
  const auto suite = cryptosuite_of(key.type());
  if (!suite) return suite.error();
  // Refuses what JCS refuses in the text as received, before a reader can round it away.
  if (const auto strict = jcs_canonicalize(document); !strict) return strict.error();
  auto parsed = parse_document(document);
  if (!parsed) return std::move(parsed).error();
  auto proofs = take_proofs(*parsed);
  if (!proofs) return std::move(proofs).error();
  if (index >= proofs->size()) return invalid_argument("there is no such proof", "proof");
  json proof = std::move((*proofs)[index]);

  if (text_or_empty(proof, "type") != "DataIntegrityProof") {
    return invalid_argument("type must be DataIntegrityProof", "proof.type");
  }
  if (text_or_empty(proof, "cryptosuite") != *suite) {
    return invalid_argument("cryptosuite must be " + std::string(*suite) + " for this key",
                            "proof.cryptosuite");
  }
  if (text_or_empty(proof, "proofPurpose") != "assertionMethod") {
    return invalid_argument("proofPurpose must be assertionMethod", "proof.proofPurpose");
  }
  if (proof.contains("previousProof")) {
    return invalid_argument("proof chains are not supported", "proof.previousProof");
  }
  const auto value = multibase_decode(text_or_empty(proof, "proofValue"));
  if (!value || value->base != Multibase::base58btc) {
    return invalid_argument("proofValue must be multibase base58btc", "proof.proofValue");
  }
  proof.erase("proofValue");
  if (Status adopted = adopt_context(proof, *parsed); !adopted) return adopted;
  const auto data = hash_data(proof, *parsed);
  if (!data) return data.error();
  return key.verify(*data, value->bytes);
}

}  // namespace kedge::crypto
