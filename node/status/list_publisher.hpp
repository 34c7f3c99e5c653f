// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/status/list_documents.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

struct PublisherOptions {
  /// Without a slash at its end.
  std::string base_url = {};
  std::uint64_t ttl_ms = 300'000;
  /// A document is signed anew when half of this has passed, changed or not.
  std::uint64_t valid_for_ms = 604'800'000;
  /// A changed list is published at most so often.
  std::uint64_t publish_interval_ms = 10'000;
  std::string ebsi_schema = {};
  /// See ebsi_proxy_of.
  std::vector<std::string> ebsi_proxies = {};
};

/// The key of an issuer's lists. Called by whoever calls the publisher.
using SignerSource =
    std::function<Result<std::shared_ptr<const ListSigner>>(const IssuerRow& issuer)>;

/// What goes into the log of a published document, as a credential of the node's own issuer.
struct DocumentDigest {
  crypto::DigestProfile profile = crypto::DigestProfile::bytes;
  Hash digest{};
};

struct PublisherPass {
  /// Of what was published, and, in the first pass after a start, of the newest documents of every
  /// list: to submit one twice changes nothing, and a crash may have come before the first time.
  std::vector<DocumentDigest> digests;
  std::size_t published = 0;
  /// Lists that are due and could not be published, each with the reason; the others were.
  std::vector<Error> failures;
};

/// Publishes what the log says: looks at the newest checkpoint, and signs every published list that
/// has changed since its newest documents, that is new, whose terms are others now (address, key,
/// issuer's name), or whose documents will end. At most once an epoch, and as of that epoch. All
/// that it needs to know stands in the store: a crash at any point is made good by the next pass.
/// One thread at a time.
class ListPublisher {
 public:
  /// `store` must outlive it.
  ListPublisher(Store& store, PublisherOptions options, SignerSource signers);

  /// `now_ms` is the time that the documents tell; while it is before that of the documents which
  /// are there, nothing is published. An error is one of the store.
  Result<PublisherPass> pass(std::uint64_t now_ms);

 private:
  struct Known {
    std::uint64_t epoch = 0;
    std::uint64_t time_ms = 0;
    std::uint64_t valid_until_ms = 0;
    Hash bits_root{};
    /// Address, key and name are those of now.
    bool terms_fit = true;
  };
  using Key = std::pair<IssuerId, std::uint32_t>;
  struct Round;

  Status visit(Round& round, const IssuerRow& issuer, const StatusListRow& list);
  Result<std::optional<Known>> look_up(Round& round, const IssuerRow& issuer,
                                       const StatusListRow& list, const ListSigner& signer) const;
  /// Whether a set that a crash has cut off was begun at a later time than now.
  static Result<bool> has_later(const Round& round, const StatusListRow& list);
  [[nodiscard]] bool due(const Known& known, const Round& round, const Hash& bits_root) const;
  Status publish(Round& round, const IssuerRow& issuer, const StatusListRow& list,
                 const ListSigner& signer, const Hash& bits_root);
  Status record(Round& round, const StatusListRow& list, ListDocument document);
  [[nodiscard]] ListPlace place_of(const IssuerRow& issuer, std::uint32_t list) const;

  Store& store_;
  const PublisherOptions options_;
  const SignerSource signers_;
  std::map<Key, Known> known_;
};

}  // namespace kedge::node
