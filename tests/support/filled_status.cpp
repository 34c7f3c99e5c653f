// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"
#include "node/log/entry.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/store_data.hpp"

/// The part of a filled store that has to do with status.
namespace kedge::test {

using node::IssuerId;

void FilledStore::allocate(IssuerId issuer, std::uint32_t list, std::uint64_t size,
                           std::uint64_t count) {
  const auto lists = must(snapshot()->status_lists(issuer));
  node::StatusAllocation what;
  std::uint64_t first = 0;
  if (list > lists.size()) {
    node::StatusListRow opened;
    opened.issuer = issuer;
    opened.list = list;
    opened.size = size;
    opened.key.fill(static_cast<std::uint8_t>(list));
    what.opened.push_back(opened);
  } else {
    first = lists[list - 1].allocated;
  }
  what.allocation = {issuer,
                     "request " + std::to_string(list) + "/" + std::to_string(first),
                     time_ms_,
                     {{list, first, count}}};
  must(store_->allocate_status(std::span(&what, 1)));
}

void FilledStore::change_status(IssuerId issuer, const std::vector<node::StatusTarget>& targets,
                                node::StatusValue value, std::string actor) {
  const auto reader = snapshot();
  node::ChangeRun run;
  run.issuer = issuer;
  run.first_change = must(reader->next_change(issuer));
  run.reason = 4;
  run.actor = std::move(actor);
  const auto known = must(reader->targets(issuer, targets));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto before = known[i] ? known[i]->value : node::StatusValue::valid;
    run.changes.push_back({targets[i], before, value, time_ms_ + i});
  }
  must(store_->append_changes(std::span(&run, 1)));
}

void FilledStore::publish(IssuerId issuer, std::uint32_t list, std::uint8_t encoding,
                          std::string_view document) {
  node::PublishedList row;
  row.issuer = issuer;
  row.list = list;
  row.encoding = encoding;
  row.epoch = epoch_;
  row.time_ms = time_ms_;
  row.document.assign(document.begin(), document.end());
  row.digest = crypto::sha256(row.document);
  must(store_->record_published(row));
}

void FilledStore::seal_status(node::IssuerRow& row, node::Seal& seal) {
  const auto reader = snapshot();
  const auto last = reader->status_at(row.id, ~std::uint64_t{0});
  const std::uint64_t first = last ? last->first_change + last->count : 0;
  std::vector<node::StatusChange> changes;
  must(reader->visit_changes(row.id, first, [&](const node::ChangeRun& run) -> Status {
    changes.insert(changes.end(), run.changes.begin(), run.changes.end());
    return {};
  }));
  if (changes.empty()) return;

  node::StatusSeal status;
  std::vector<std::uint64_t> sizes = {row.credential_count};
  for (const auto& list : must(reader->status_lists(row.id))) sizes.push_back(list.size);
  for (std::uint32_t list = 0; list < sizes.size(); ++list) {
    const auto record = last ? node::find_list(last->lists, list) : std::nullopt;
    std::vector<node::StatusChange> here;
    for (const node::StatusChange& change : changes) {
      if (change.target.list == list) here.push_back(change);
    }
    const auto update =
        must(node::update_list(record ? record->size : 0, sizes[list], here,
                               node::tiles_at(*reader, row.id, list, ~std::uint64_t{0})));
    status.row.lists.push_back({list, sizes[list], update.bits_root});
    for (const node::StatusTile& tile : update.tiles) status.tiles.push_back({list, tile});
  }
  status.row.issuer = row.id;
  status.row.epoch = epoch_;
  status.row.issuer_seq = row.next_issuer_seq;
  status.row.log_index = seal.first_index + seal.entries.size();
  status.row.time_ms = time_ms_;
  status.row.first_change = first;
  status.row.count = static_cast<std::uint32_t>(changes.size());
  status.row.changes_root = node::changes_root(changes);
  status.row.status_root = must(node::status_root(status.row.lists));
  const Bytes entry = node::encode_entry(
      node::StatusEntry{time_ms_, row.issuer_hash, row.next_issuer_seq, status.row.count,
                        status.row.changes_root, status.row.status_root, row.last_entry_hash});
  row.next_issuer_seq += 1;
  row.status_root = status.row.status_root;
  row.last_entry_hash = crypto::leaf_hash(entry);
  seal.entries.push_back(entry);
  seal.statuses.push_back(std::move(status));
}

}  // namespace kedge::test
