// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/digest_profile.hpp"
#include "node/status/list_signer.hpp"
#include "node/status/purpose_bits.hpp"
#include "node/store/store.hpp"

/// All documents in which a list is published, and where they are served.
namespace kedge::node {

/// The values stand in the store. A Data Integrity document is missing where the issuer's key has
/// no cryptosuite, those of one purpose where the list does not serve it.
enum class ListEncoding : std::uint8_t {
  bitstring_revocation = 0,
  bitstring_suspension = 1,
  bitstring_revocation_jwt = 2,
  bitstring_suspension_jwt = 3,
  status_list_2021_revocation = 4,
  status_list_2021_suspension = 5,
  token_cwt = 6,
  /// The last one that is written: with it all of them are there.
  token_jwt = 7,
};

inline constexpr std::size_t kListEncodings = 8;

/// The rule by which the document is anchored as a credential of the node's own.
crypto::DigestProfile list_profile(ListEncoding encoding);

/// The issuer's own among proxies of EBSI's Trusted Issuers Registry
/// (`<registry>/issuers/<did>/proxies/<id>`); empty if it has none.
std::string ebsi_proxy_of(std::span<const std::string> proxies, std::string_view issuer);

/// Where the documents of one list are. URLs given have no slash at their end.
class ListPlace {
 public:
  /// `ebsi_proxy`: as ebsi_proxy_of says.
  ListPlace(std::string base_url, const Hash& issuer_hash, std::uint32_t list,
            const std::string& ebsi_proxy = {});

  /// `<base>/status/<issuer hash>/<list>/<purpose>`.
  [[nodiscard]] std::string bitstring(StatusPurpose purpose) const;
  /// With a proxy `<proxy>/credentials/status/<list>` for revocation, with `/suspension` behind it
  /// for suspension: EBSI's verifier takes lists from its registry alone. Without,
  /// `<base>/status/<issuer hash>/<list>/statuslist2021/<purpose>`.
  [[nodiscard]] std::string status_list_2021(StatusPurpose purpose) const;
  /// `<base>/status/<issuer hash>/<list>/token`.
  [[nodiscard]] std::string token() const;
  /// `<base>/status/<issuer hash>/token`: the URIs of all lists of the issuer.
  [[nodiscard]] std::string aggregation() const;

 private:
  std::string issuer_root_;
  std::string list_root_;
  std::string proxied_;
};

/// What the documents of a list say besides its statuses.
struct DocumentTerms {
  std::string issuer = {};
  std::uint64_t issued_ms = 0;
  std::uint64_t valid_until_ms = 0;
  std::uint64_t ttl_ms = 0;
  std::string ebsi_schema = {};
};

struct ListDocument {
  ListEncoding encoding = ListEncoding::token_jwt;
  Bytes octets;
};

/// Encodes and signs a list in everything that it is published in, in order of writing. `packed`
/// has two bits an entry, as in the log; `purposes` is a set of kPurposeRevocation and
/// kPurposeSuspension (node/store/status_store.hpp). Statuses of other purposes are not shown in
/// the documents of a purpose; a token has both.
Result<std::vector<ListDocument>> encode_list(ByteView packed, std::uint64_t size,
                                              std::uint8_t purposes, const ListPlace& place,
                                              const DocumentTerms& terms, const ListSigner& signer);

/// The document of a list in one encoding: the newest one, or that of a time (milliseconds since
/// 1970). Taken from one whole set, so that an encoding which a list has no more, because its key
/// has changed, is not_found and not out of date.
Result<PublishedList> find_published(const StoreReader& reader, IssuerId issuer, std::uint32_t list,
                                     ListEncoding encoding, std::optional<std::uint64_t> at_ms);

/// What a token of this node's own says of its list: which is not read strictly, because the node
/// has written it.
struct TokenSummary {
  /// Where the list is.
  std::string uri;
  std::string issuer;
  std::string kid;
  std::uint64_t valid_until_ms = 0;
};

/// Of a Token Status List in JWT, or of a list for EBSI; corrupt if the document is neither.
Result<TokenSummary> summarise_token(ByteView token);

}  // namespace kedge::node
