// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <tuple>

#include "node/log/entry.hpp"
#include "node/store/issuer_steps.hpp"

/// What every engine refuses of the status entries of a seal.
namespace kedge::node {
namespace {

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

std::string of_issuer(const StatusRow& row) {
  return "the status entry of issuer " + text(row.issuer);
}

/// The entry at the row's log index must be the row's.
Status check_entry(const Seal& seal, const StatusRow& row, const Hash& issuer_hash) {
  const auto entry = decode_entry(seal.entries[row.log_index - seal.first_index]);
  const auto* status = entry ? std::get_if<StatusEntry>(&*entry) : nullptr;
  if (status == nullptr || status->issuer_hash != issuer_hash ||
      status->issuer_seq != row.issuer_seq || status->change_count != row.count ||
      status->changes_root != row.changes_root || status->status_root != row.status_root ||
      status->time_ms != row.time_ms) {
    return invalid_argument(
        "the log entry at index " + text(row.log_index) + " is not that of its status row",
        "entries");
  }
  return {};
}

/// The row's changes must continue those that are sealed.
Status check_range(const StatusRow& row, const StoreReader& before) {
  std::uint64_t sealed = 0;
  const auto last = before.status_at(row.issuer, ~std::uint64_t{0});
  if (last) {
    sealed = last->first_change + last->count;
  } else if (last.error().code != Errc::not_found) {
    return last.error();
  }
  const auto accepted = before.next_change(row.issuer);
  if (!accepted) return accepted.error();
  if (row.first_change != sealed || row.count > *accepted - sealed) {
    return Error{Errc::corrupt, of_issuer(row) + " is of changes " + text(row.first_change) +
                                    " to " + text(row.first_change + row.count) + ", but " +
                                    text(sealed) + " to " + text(*accepted) +
                                    " are accepted and not sealed"};
  }
  return {};
}

/// There must be a record of the register and of each published list, in order.
Status check_lists(const StatusRow& row, const StoreReader& before) {
  const auto lists = before.status_lists(row.issuer);
  if (!lists) return lists.error();
  if (row.lists.front().list != kRegister || row.lists.size() != lists->size() + 1) {
    return Error{Errc::corrupt, of_issuer(row) + " has not the records of the register and of " +
                                    text(lists->size()) + " published lists"};
  }
  for (std::size_t i = 0; i < lists->size(); ++i) {
    const StatusListRow& list = (*lists)[i];
    const ListRecord& record = row.lists[i + 1];
    if (record.list != list.list || record.size != list.size) {
      return Error{Errc::corrupt, of_issuer(row) + " has another list " + text(list.list) + " of " +
                                      text(list.size) + " entries"};
    }
  }
  return {};
}

Status check_tiles(const StatusSeal& status) {
  const StatusRow& row = status.row;
  std::optional<std::tuple<std::uint32_t, std::uint8_t, std::uint64_t>> last;
  for (const ListTile& at : status.tiles) {
    const std::tuple place(at.list, at.tile.level, at.tile.index);
    const auto record = find_list(row.lists, at.list);
    if ((last && place <= *last) || !record ||
        !has_status_tile(record->size, at.tile.level, at.tile.index)) {
      return invalid_argument("tile " + text(at.tile.level) + "/" + text(at.tile.index) +
                                  " of list " + text(at.list) +
                                  " is out of order or beyond its list",
                              "tiles");
    }
    last = place;
  }
  return {};
}

}  // namespace

Status check_statuses(const Seal& seal, const StoreReader& before, IssuerSteps& steps) {
  std::uint64_t free_index = seal.first_index;
  for (const StatusSeal& status : seal.statuses) {
    const StatusRow& row = status.row;
    if (row.count == 0) return invalid_argument(of_issuer(row) + " has no changes", "statuses");
    if (row.log_index < free_index || row.log_index >= seal.first_index + seal.entries.size()) {
      return invalid_argument(of_issuer(row) + " has log index " + text(row.log_index) +
                                  ", which is not among the entries of the seal, in order",
                              "statuses");
    }
    free_index = row.log_index + 1;
    if (row.epoch != seal.checkpoint.epoch) {
      return invalid_argument(of_issuer(row) + " is of another epoch", "statuses");
    }
    const auto issuer_hash = steps.status(row);
    if (!issuer_hash) return issuer_hash.error();
    for (const auto& ok : {check_entry(seal, row, *issuer_hash), check_range(row, before),
                           check_lists(row, before), check_tiles(status)}) {
      if (!ok) return ok;
    }
  }
  return {};
}

}  // namespace kedge::node
