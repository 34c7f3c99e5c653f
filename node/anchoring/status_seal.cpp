// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/status_seal.hpp"

#include <optional>
#include <string>
#include <utility>

namespace kedge::node {
namespace {

constexpr std::uint64_t kNewest = ~std::uint64_t{0};

/// The lists of one issuer from one status entry to the next.
class ListSeal {
 public:
  ListSeal(const StoreReader& reader, IssuerId issuer, const PendingChanges& pending)
      : reader_(reader), issuer_(issuer), pending_(pending) {}

  /// Where the newest entry of the issuer has left them.
  Status read_newest(const Hash& status_root) {
    Result<StatusRow> newest = reader_.status_at(issuer_, kNewest);
    if (newest) {
      newest_ = *std::move(newest);
    } else if (newest.error().code != Errc::not_found) {
      return std::move(newest).error();
    }
    Hash root{};
    if (!newest_.lists.empty()) {
      const Result<Hash> stored = node::status_root(newest_.lists);
      if (!stored) return contradiction(stored.error().message);
      root = *stored;
    }
    if (root != status_root) return contradiction("its records do not lead to its status root");
    return {};
  }

  /// Adds the record of one list, and the tiles that differ.
  Status add(std::uint32_t list, std::uint64_t size) {
    const auto changes = pending_.lists().find(list);
    const bool changed = changes != pending_.lists().end();
    const std::optional<ListRecord> before = find_list(newest_.lists, list);
    if (before && before->size == size && !changed) {
      seal_.row.lists.push_back(*before);
      return {};
    }
    const StatusTileSource tiles = tiles_at(reader_, issuer_, list, kNewest);
    if (before) {
      const Result<Hash> stored = bits_root(before->size, tiles);
      if (!stored) return stored.error();
      if (*stored != before->bits_root) {
        return contradiction("its tiles of list " + std::to_string(list) +
                             " do not lead to the bits_root in the log");
      }
    }
    Result<ListUpdate> update = update_list(
        before ? before->size : 0, size,
        changed ? std::span<const StatusChange>(changes->second) : std::span<const StatusChange>(),
        tiles);
    if (!update) return contradiction(update.error().message);
    seal_.row.lists.push_back({.list = list, .size = size, .bits_root = update->bits_root});
    for (StatusTile& tile : update->tiles) {
      seal_.tiles.push_back({.list = list, .tile = std::move(tile)});
    }
    changes_seen_ += changed ? changes->second.size() : 0;
    return {};
  }

  Result<StatusSeal> finish() {
    if (changes_seen_ != pending_.count()) {
      return contradiction("there are changes of a list that is not there");
    }
    const Result<Hash> root = node::status_root(seal_.row.lists);
    if (!root) return contradiction(root.error().message);
    seal_.row.issuer = issuer_;
    seal_.row.first_change = newest_.first_change + newest_.count;
    seal_.row.count = pending_.count();
    seal_.row.changes_root = pending_.root();
    seal_.row.status_root = *root;
    return std::move(seal_);
  }

 private:
  [[nodiscard]] Error contradiction(const std::string& what) const {
    return {Errc::corrupt, "the status of issuer " + std::to_string(issuer_) + ": " + what};
  }

  const StoreReader& reader_;
  const IssuerId issuer_;
  const PendingChanges& pending_;
  /// Without lists before the first entry.
  StatusRow newest_;
  StatusSeal seal_;
  std::uint64_t changes_seen_ = 0;
};

}  // namespace

Result<StatusSeal> seal_changes(const StoreReader& reader, const IssuerRow& row,
                                const PendingChanges& pending) {
  ListSeal lists(reader, row.id, pending);
  if (const Status newest = lists.read_newest(row.status_root); !newest) return newest.error();
  const Result<std::vector<StatusListRow>> published = reader.status_lists(row.id);
  if (!published) return published.error();
  if (const Status added = lists.add(kRegister, row.credential_count); !added) return added.error();
  for (const StatusListRow& list : *published) {
    if (const Status added = lists.add(list.list, list.size); !added) return added.error();
  }
  return lists.finish();
}

}  // namespace kedge::node
