// SPDX-License-Identifier: Apache-2.0
#include "node/status/list_documents.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/jws.hpp"
#include "node/status/compression.hpp"
#include "node/status/list_encoding.hpp"

namespace kedge::node {
namespace {

/// The encodings of one purpose.
struct PurposeEncodings {
  StatusPurpose purpose;
  std::uint8_t bit;
  ListEncoding document;
  ListEncoding jwt;
  ListEncoding ebsi;
};

constexpr PurposeEncodings kPurposes[] = {
    {StatusPurpose::revocation, kPurposeRevocation, ListEncoding::bitstring_revocation,
     ListEncoding::bitstring_revocation_jwt, ListEncoding::status_list_2021_revocation},
    {StatusPurpose::suspension, kPurposeSuspension, ListEncoding::bitstring_suspension,
     ListEncoding::bitstring_suspension_jwt, ListEncoding::status_list_2021_suspension},
};

ListTerms terms_at(std::string uri, const DocumentTerms& terms, const ListPlace& place) {
  return {.uri = std::move(uri),
          .issuer = terms.issuer,
          .issued_ms = terms.issued_ms,
          .valid_until_ms = terms.valid_until_ms,
          .ttl_ms = terms.ttl_ms,
          .aggregation_uri = place.aggregation(),
          .ebsi_schema = terms.ebsi_schema};
}

/// Gathers documents until one fails.
class Documents {
 public:
  void add(ListEncoding encoding, const Result<std::string>& text) {
    if (!text) return fail(text.error());
    out_.push_back({encoding, Bytes(text->begin(), text->end())});
  }
  void add(ListEncoding encoding, Result<Bytes> octets) {
    if (!octets) return fail(octets.error());
    out_.push_back({encoding, *std::move(octets)});
  }
  Result<std::vector<ListDocument>> take() {
    if (error_) return *std::move(error_);
    return std::move(out_);
  }

 private:
  void fail(const Error& error) {
    if (!error_) error_ = error;
  }

  std::vector<ListDocument> out_;
  std::optional<Error> error_;
};

}  // namespace

crypto::DigestProfile list_profile(ListEncoding encoding) {
  switch (encoding) {
    case ListEncoding::bitstring_revocation:
    case ListEncoding::bitstring_suspension:
      return crypto::DigestProfile::jcs;
    case ListEncoding::token_cwt:
      return crypto::DigestProfile::bytes;
    default:
      return crypto::DigestProfile::jws;
  }
}

std::string ebsi_proxy_of(std::span<const std::string> proxies, std::string_view issuer) {
  const std::string part = "/issuers/" + std::string(issuer) + "/proxies/";
  const auto own = std::find_if(proxies.begin(), proxies.end(), [&](const std::string& proxy) {
    return proxy.find(part) != proxy.npos;
  });
  return own == proxies.end() ? std::string() : *own;
}

ListPlace::ListPlace(std::string base_url, const Hash& issuer_hash, std::uint32_t list,
                     const std::string& ebsi_proxy)
    : issuer_root_(std::move(base_url) + "/status/" + crypto::to_hex(issuer_hash)),
      list_root_(issuer_root_ + "/" + std::to_string(list)) {
  if (!ebsi_proxy.empty()) proxied_ = ebsi_proxy + "/credentials/status/" + std::to_string(list);
}

std::string ListPlace::bitstring(StatusPurpose purpose) const {
  return list_root_ + "/" + std::string(purpose_name(purpose));
}

std::string ListPlace::status_list_2021(StatusPurpose purpose) const {
  if (proxied_.empty()) {
    return list_root_ + "/statuslist2021/" + std::string(purpose_name(purpose));
  }
  return purpose == StatusPurpose::revocation ? proxied_
                                              : proxied_ + "/" + std::string(purpose_name(purpose));
}

std::string ListPlace::token() const {
  return list_root_ + "/token";
}

std::string ListPlace::aggregation() const {
  return issuer_root_ + "/token";
}

Result<std::vector<ListDocument>> encode_list(ByteView packed, std::uint64_t size,
                                              std::uint8_t purposes, const ListPlace& place,
                                              const DocumentTerms& terms,
                                              const ListSigner& signer) {
  Documents out;
  for (const PurposeEncodings& of : kPurposes) {
    if ((purposes & of.bit) == 0) continue;
    const Bytes gzipped = compress(purpose_bits(packed, size, of.purpose), Wrapping::gzip);
    const ListTerms w3c = terms_at(place.bitstring(of.purpose), terms, place);
    const std::string credential = bitstring_credential(bitstring_text(gzipped), of.purpose, w3c);
    if (signer.has_data_integrity()) {
      out.add(of.document, sign_bitstring_credential(credential, w3c, signer));
    }
    out.add(of.jwt, sign_bitstring_jwt(credential, signer));
    const ListTerms ebsi = terms_at(place.status_list_2021(of.purpose), terms, place);
    out.add(of.ebsi,
            sign_status_list_2021(status_list_2021_text(gzipped), of.purpose, ebsi, signer));
  }
  const ListTerms token = terms_at(place.token(), terms, place);
  const Bytes compressed = token_list(packed, size);
  out.add(ListEncoding::token_cwt, sign_token_cwt(compressed, token, signer));
  out.add(ListEncoding::token_jwt, sign_token_jwt(compressed, token, signer));
  return out.take();
}

Result<PublishedList> find_published(const StoreReader& reader, IssuerId issuer, std::uint32_t list,
                                     ListEncoding encoding, std::optional<std::uint64_t> at_ms) {
  constexpr auto kLast = static_cast<std::uint8_t>(ListEncoding::token_jwt);
  auto whole = at_ms ? reader.published_before(issuer, list, kLast, *at_ms)
                     : reader.published(issuer, list, kLast);
  if (!whole || encoding == ListEncoding::token_jwt) return whole;
  auto wanted = reader.published(issuer, list, static_cast<std::uint8_t>(encoding), whole->epoch);
  if (wanted && wanted->epoch != whole->epoch) {
    return Error{Errc::not_found, "the list is not published in this encoding"};
  }
  return wanted;
}

Result<TokenSummary> summarise_token(ByteView token) {
  const Error corrupt{Errc::corrupt, "a published token cannot be read"};
  const auto jwt = crypto::parse_jws(as_text(token));
  if (!jwt) return corrupt;
  const auto octets = crypto::base64url_decode(jwt->payload_base64url);
  if (!octets) return corrupt;
  const auto payload = crypto::parse_json(as_text(*octets));
  if (!payload || !payload->is_object()) return corrupt;
  const auto text = [&](const char* name) {
    const auto member = payload->find(name);
    return member != payload->end() && member->is_string() ? member->get<std::string>() : "";
  };
  const auto exp = payload->find("exp");
  if (exp == payload->end() || !exp->is_number_unsigned()) return corrupt;
  // The subject of a list for EBSI is a part of its document, whose address is `jti`.
  return TokenSummary{text(payload->contains("jti") ? "jti" : "sub"), text("iss"),
                      jwt->header.kid.value_or(""), exp->get<std::uint64_t>() * 1000};
}

}  // namespace kedge::node
