// SPDX-License-Identifier: Apache-2.0
#include "node/status/list_publisher.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"

namespace kedge::node {
namespace {

constexpr auto kWholeSet = static_cast<std::uint8_t>(ListEncoding::token_jwt);

bool is_missing(const Error& error) {
  return error.code == Errc::not_found;
}

/// What the log says of a list as of an epoch. A list without a record is all zeros.
Result<Hash> bits_root_at(const StoreReader& reader, const StatusListRow& list,
                          std::uint64_t epoch) {
  const Result<StatusRow> row = reader.status_at(list.issuer, epoch);
  if (!row && !is_missing(row.error())) return row.error();
  if (row) {
    if (const auto record = find_list(row->lists, list.list)) return record->bits_root;
  }
  return zero_bits_root(list.size);
}

Result<DocumentDigest> digest_of(ListEncoding encoding, ByteView document) {
  const crypto::DigestProfile profile = list_profile(encoding);
  const auto digest = crypto::credential_digest(profile, document);
  if (!digest) return Error{Errc::corrupt, "a published list: " + digest.error().message};
  return DocumentDigest{profile, *digest};
}

/// The address in a list for EBSI, which has one of its own; nullopt for other encodings.
std::optional<std::string> ebsi_address(const ListPlace& place, ListEncoding encoding) {
  switch (encoding) {
    case ListEncoding::status_list_2021_revocation:
      return place.status_list_2021(StatusPurpose::revocation);
    case ListEncoding::status_list_2021_suspension:
      return place.status_list_2021(StatusPurpose::suspension);
    default:
      return std::nullopt;
  }
}

}  // namespace

/// What one pass sees and does.
struct ListPublisher::Round {
  const StoreReader& reader;
  std::uint64_t epoch;
  std::uint64_t now_ms;
  PublisherPass result = {};
};

ListPublisher::ListPublisher(Store& store, PublisherOptions options, SignerSource signers)
    : store_(store), options_(std::move(options)), signers_(std::move(signers)) {}

Result<PublisherPass> ListPublisher::pass(std::uint64_t now_ms) {
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  const Result<CheckpointRow> checkpoint = reader->latest_checkpoint();
  if (!checkpoint) {
    if (is_missing(checkpoint.error())) return PublisherPass{};
    return checkpoint.error();
  }
  const Result<std::vector<IssuerRow>> issuers = reader->issuers();
  if (!issuers) return issuers.error();
  Round round{.reader = *reader, .epoch = checkpoint->epoch, .now_ms = now_ms};
  for (const IssuerRow& issuer : *issuers) {
    const Result<std::vector<StatusListRow>> lists = reader->status_lists(issuer.id);
    if (!lists) return lists.error();
    for (const StatusListRow& list : *lists) {
      if (Status done = visit(round, issuer, list); !done) return std::move(done).error();
    }
  }
  return std::move(round.result);
}

Status ListPublisher::visit(Round& round, const IssuerRow& issuer, const StatusListRow& list) {
  const auto signer = signers_(issuer);
  if (!signer) {
    // One issuer without its key must not keep the lists of the others from being published.
    Error error = signer.error();
    error.message = "the lists of " + issuer.name + ": " + error.message;
    round.result.failures.push_back(std::move(error));
    return {};
  }
  const Key key{list.issuer, list.list};
  auto known = known_.find(key);
  if (known == known_.end()) {
    auto found = look_up(round, issuer, list, **signer);
    if (!found) return std::move(found).error();
    if (*found) known = known_.emplace(key, **found).first;
  }
  if (known == known_.end()) {
    const auto later = has_later(round, list);
    if (!later) return later.error();
    if (*later) return {};
  }
  const Result<Hash> bits_root = bits_root_at(round.reader, list, round.epoch);
  if (!bits_root) return bits_root.error();
  if (known != known_.end() && !due(known->second, round, *bits_root)) return {};
  return publish(round, issuer, list, **signer, *bits_root);
}

Result<std::optional<ListPublisher::Known>> ListPublisher::look_up(Round& round,
                                                                   const IssuerRow& issuer,
                                                                   const StatusListRow& list,
                                                                   const ListSigner& signer) const {
  const Result<PublishedList> token = round.reader.published(list.issuer, list.list, kWholeSet);
  if (!token) {
    if (is_missing(token.error())) return std::optional<Known>();
    return token.error();
  }
  const Result<TokenSummary> summary = summarise_token(token->document);
  if (!summary) return summary.error();
  const Result<Hash> bits_root = bits_root_at(round.reader, list, token->epoch);
  if (!bits_root) return bits_root.error();
  const ListPlace place = place_of(issuer, list.list);
  bool terms_fit = summary->uri == place.token() && summary->issuer == issuer.name &&
                   summary->kid == signer.verification_method();
  for (std::uint8_t encoding = 0; encoding < kListEncodings; ++encoding) {
    const auto row = find_published(round.reader, list.issuer, list.list,
                                    static_cast<ListEncoding>(encoding), token->time_ms);
    if (!row && is_missing(row.error())) continue;
    if (!row) return row.error();
    if (const auto address = ebsi_address(place, static_cast<ListEncoding>(encoding))) {
      const Result<TokenSummary> ebsi = summarise_token(row->document);
      if (!ebsi) return ebsi.error();
      terms_fit = terms_fit && ebsi->uri == *address;
    }
    const auto digest = digest_of(static_cast<ListEncoding>(encoding), row->document);
    if (!digest) return digest.error();
    round.result.digests.push_back(*digest);
  }
  return std::optional<Known>(Known{.epoch = token->epoch,
                                    .time_ms = token->time_ms,
                                    .valid_until_ms = summary->valid_until_ms,
                                    .bits_root = *bits_root,
                                    .terms_fit = terms_fit});
}

Result<bool> ListPublisher::has_later(const Round& round, const StatusListRow& list) {
  for (std::uint8_t encoding = 0; encoding < kListEncodings; ++encoding) {
    const auto row = round.reader.published(list.issuer, list.list, encoding);
    if (row && row->time_ms > round.now_ms) return true;
    if (!row && !is_missing(row.error())) return row.error();
  }
  return false;
}

bool ListPublisher::due(const Known& known, const Round& round, const Hash& bits_root) const {
  if (known.epoch >= round.epoch || round.now_ms < known.time_ms) return false;
  if (!known.terms_fit) return true;
  if (round.now_ms + options_.valid_for_ms / 2 >= known.valid_until_ms) return true;
  return known.bits_root != bits_root &&
         round.now_ms - known.time_ms >= options_.publish_interval_ms;
}

Status ListPublisher::publish(Round& round, const IssuerRow& issuer, const StatusListRow& list,
                              const ListSigner& signer, const Hash& bits_root) {
  const auto packed =
      list_bits(list.size, tiles_at(round.reader, list.issuer, list.list, round.epoch));
  if (!packed) return packed.error();
  const DocumentTerms terms{.issuer = issuer.name,
                            .issued_ms = round.now_ms,
                            .valid_until_ms = round.now_ms + options_.valid_for_ms,
                            .ttl_ms = options_.ttl_ms,
                            .ebsi_schema = options_.ebsi_schema};
  auto documents =
      encode_list(*packed, list.size, list.purposes, place_of(issuer, list.list), terms, signer);
  if (!documents) return std::move(documents).error();
  for (ListDocument& document : *documents) {
    if (Status done = record(round, list, std::move(document)); !done) return done;
  }
  ++round.result.published;
  known_[{list.issuer, list.list}] = {.epoch = round.epoch,
                                      .time_ms = round.now_ms,
                                      .valid_until_ms = terms.valid_until_ms,
                                      .bits_root = bits_root};
  return {};
}

Status ListPublisher::record(Round& round, const StatusListRow& list, ListDocument document) {
  const auto digest = digest_of(document.encoding, document.octets);
  if (!digest) return digest.error();
  PublishedList row{.issuer = list.issuer,
                    .list = list.list,
                    .encoding = static_cast<std::uint8_t>(document.encoding),
                    .epoch = round.epoch,
                    .time_ms = round.now_ms,
                    .digest = crypto::sha256(document.octets),
                    .document = std::move(document.octets)};
  const Status recorded = store_.record_published(row);
  if (recorded) {
    round.result.digests.push_back(*digest);
    return {};
  }
  if (recorded.error().code != Errc::already_exists) return recorded;
  // A crash came in the middle of the set. What is there says the same; it is anchored as it is.
  const auto there = round.reader.published(row.issuer, row.list, row.encoding, row.epoch);
  if (!there) return there.error();
  const auto digest_there = digest_of(document.encoding, there->document);
  if (!digest_there) return digest_there.error();
  round.result.digests.push_back(*digest_there);
  return {};
}

ListPlace ListPublisher::place_of(const IssuerRow& issuer, std::uint32_t list) const {
  return {options_.base_url, issuer.issuer_hash, list,
          ebsi_proxy_of(options_.ebsi_proxies, issuer.name)};
}

}  // namespace kedge::node
