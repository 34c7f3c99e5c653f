// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/sha256.hpp"
#include "node/store/row_scan.hpp"
#include "node/store/status_rows.hpp"

/// The scan's part that reads status.
namespace kedge::node {

void RowScan::scan_status_lists() {
  // Allocations come before lists, in order of keys.
  std::map<ListId, std::vector<AllocatedRange>> given;
  each(Family::status_lists, [&](const rows::Source& row) {
    if (row.key[0] == 'l') return scan_status_list(row);
    const auto allocation = take(Family::status_lists, row, rows::decode_allocation(row));
    if (!allocation || !known(Family::status_lists, row.key, allocation->issuer)) return;
    const Hash hash = crypto::sha256(as_bytes(allocation->request_key));
    if (row.key != keys::allocation(allocation->issuer, hash)) {
      fault(Family::status_lists, row.key, "is of another request");
    }
    for (const AllocatedRange& range : allocation->ranges) {
      given[{allocation->issuer, range.list}].push_back(range);
    }
  });
  for (const auto& [id, list] : lists_) check_allocated(list, given[id]);
  for (const auto& [id, ranges] : given) {
    if (lists_.contains(id)) continue;
    fault(Family::status_lists, keys::status_list(id.first, id.second),
          "is missing, but " + std::to_string(ranges.size()) + " allocations are of it");
  }
}

void RowScan::scan_status_list(const rows::Source& row) {
  const auto list = take(Family::status_lists, row, rows::decode_status_list(row));
  if (!list || !known(Family::status_lists, row.key, list->issuer)) return;
  const bool follows =
      list->list == 1 || (list->list > 1 && lists_.contains({list->issuer, list->list - 1}));
  if (!follows) fault(Family::status_lists, row.key, "the numbers have a gap before");
  if (list->size == 0 || list->size > kMaxListSize || list->allocated > list->size ||
      list->allocated == 0 || list->purposes == 0 ||
      list->purposes > (kPurposeRevocation | kPurposeSuspension)) {
    fault(Family::status_lists, row.key, "size, purposes or allocated slots make no sense");
  }
  lists_[{list->issuer, list->list}] = *list;
}

void RowScan::check_allocated(const StatusListRow& list, std::vector<AllocatedRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const AllocatedRange& a, const AllocatedRange& b) {
    return a.first_slot < b.first_slot;
  });
  std::uint64_t next = 0;
  bool follow = true;
  for (const AllocatedRange& range : ranges) {
    follow = follow && range.first_slot == next;
    next = range.first_slot + range.count;
  }
  if (!follow || next != list.allocated) {
    fault(Family::status_lists, keys::status_list(list.issuer, list.list),
          std::to_string(list.allocated) +
              " slots are handed out, but its allocations are not of these, each once");
  }
}

void RowScan::scan_changes() {
  each(Family::changes, [&](const rows::Source& row) {
    const auto run = take(Family::changes, row, rows::decode_changes(row));
    const auto id = keys::get<std::uint32_t>(row.key, 0);
    if (!run || !known(Family::changes, row.key, id)) return;
    Issuer& issuer = issuers_[id];
    if (run->first_change != issuer.next_change) {
      fault(Family::changes, row.key,
            "change " + std::to_string(issuer.next_change) + " is the next");
    }
    issuer.next_change = run->first_change + run->changes.size();
  });
}

std::optional<std::uint64_t> RowScan::size_of(IssuerId issuer, std::uint32_t list) {
  if (list == kRegister) return issuers_[issuer].next_position;
  const auto found = lists_.find({issuer, list});
  return found == lists_.end() ? std::nullopt : std::optional(found->second.size);
}

void RowScan::scan_targets() {
  each(Family::targets, [&](const rows::Source& row) {
    const auto status = take(Family::targets, row, rows::decode_target(row));
    const auto id = keys::get<std::uint32_t>(row.key, 0);
    if (!status || !known(Family::targets, row.key, id)) return;
    const StatusTarget target = rows::target_of(row.key);
    const auto size = size_of(id, target.list);
    if (!size || target.index >= *size) {
      fault(Family::targets, row.key, "there is no such entry in any list");
    }
    if (status->change >= issuers_[id].next_change) {
      fault(Family::targets, row.key,
            "there is no change " + std::to_string(status->change) + " of the issuer");
    }
  });
}

void RowScan::scan_statuses() {
  each(Family::status, [&](const rows::Source& row) {
    const auto status = take(Family::status, row, rows::decode_status(row));
    if (!status || !known(Family::status, row.key, status->issuer)) return;
    Issuer& issuer = issuers_[status->issuer];
    if (status->first_change != issuer.sealed_changes || status->count == 0) {
      fault(Family::status, row.key,
            "change " + std::to_string(issuer.sealed_changes) + " is the next to be sealed");
    }
    issuer.sealed_changes = status->first_change + status->count;
    if (issuer.sealed_changes > issuer.next_change) {
      fault(Family::status, row.key, "ends beyond the issuer's changes");
    }
    const auto same = reader_.status_entry_at(status->log_index);
    if (!same || same->issuer != status->issuer || same->epoch != status->epoch) {
      fault(Family::status, row.key,
            "log entry " + std::to_string(status->log_index) + " is not its entry");
    }
    for (std::uint32_t i = 0; i < status->lists.size(); ++i) {
      const ListRecord& record = status->lists[i];
      const auto size = size_of(status->issuer, i);
      const bool fits = size && (i == kRegister ? record.size <= *size : record.size == *size);
      if (record.list != i || !fits) {
        fault(Family::status, row.key, "record " + std::to_string(i) + " is of no such list");
      }
      list_sizes_[{status->issuer, status->epoch}].push_back(record.size);
    }
  });
}

void RowScan::scan_status_tiles() {
  each(Family::status_tiles, [&](const rows::Source& row) {
    const auto tile = take(Family::status_tiles, row, rows::decode_status_tile(row));
    if (!tile) return;
    const auto sizes = list_sizes_.find({tile->issuer, tile->epoch});
    if (sizes == list_sizes_.end()) {
      fault(Family::status_tiles, row.key, "its issuer has no status entry in its epoch");
    } else if (tile->at.list >= sizes->second.size() ||
               !has_status_tile(sizes->second[tile->at.list], tile->at.tile.level,
                                tile->at.tile.index)) {
      fault(Family::status_tiles, row.key, "is beyond its list");
    }
  });
}

void RowScan::scan_published() {
  std::optional<PublishedList> last;
  each(Family::published, [&](const rows::Source& row) {
    auto list = take(Family::published, row, rows::decode_published(row));
    if (!list || !known(Family::published, row.key, list->issuer)) return;
    if (list->digest != crypto::sha256(list->document)) {
      fault(Family::published, row.key, "the digest is not that of the document");
    }
    if (!size_of(list->issuer, list->list)) fault(Family::published, row.key, "is of no list");
    if (!reader_.checkpoint(list->epoch)) {
      fault(Family::published, row.key, "there is no checkpoint of its epoch");
    }
    if (last && last->issuer == list->issuer && last->list == list->list &&
        last->encoding == list->encoding && last->time_ms > list->time_ms) {
      fault(Family::published, row.key, "is older than the one of the epoch before it");
    }
    last = std::move(list);
  });
}

}  // namespace kedge::node
