// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/sha256.hpp"
#include "node/log/entry.hpp"
#include "node/store/rocks_reader.hpp"
#include "node/store/status_rows.hpp"

/// The reader's part that reads status.
namespace kedge::node {
namespace {

Error missing(std::string what) {
  return {Errc::not_found, "there is no " + std::move(what)};
}

template <class T>
Result<T> named(Family family, std::string_view key, Result<T> result) {
  if (result) return result;
  return at_row(family, key, result.error());
}

/// Keys of other issuers and lists, and of other forms, are none of ours.
bool ours(Family family, const rows::Source& source, std::string_view prefix) {
  return source.key.starts_with(prefix) && keys::well_formed(family, source.key);
}

std::string of_issuer(IssuerId id) {
  return keys::join("", id);
}

}  // namespace

Status RocksReader::visit_prefix(Family family, std::string_view prefix, std::string_view from,
                                 const std::function<Status(const rows::Source&)>& visit) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  options.total_order_seek = true;
  const Iterator it(db_.raw().NewIterator(options, db_.family(family)));
  for (it->Seek(slice_of(from)); it->Valid(); it->Next()) {
    const rows::Source source{text_of(it->key()), text_of(it->value())};
    if (!source.key.starts_with(prefix)) break;
    if (!keys::well_formed(family, source.key)) {
      return Error{Errc::corrupt,
                   keys::describe(family, source.key) + ": a key of this form belongs to nothing"};
    }
    if (auto ok = visit(source); !ok) return ok;
  }
  if (it->status().ok()) return {};
  return rocks_error(it->status(), "cannot read " + std::string(family_name(family)));
}

Result<std::uint64_t> RocksReader::next_change(IssuerId id) const {
  iterator(Family::changes).SeekForPrev(keys::changes(id, ~std::uint64_t{0}));
  const auto source = standing(Family::changes);
  if (!source) return source.error();
  if (ours(Family::changes, *source, of_issuer(id))) {
    const auto run = named(Family::changes, source->key, rows::decode_changes(*source));
    if (!run) return run.error();
    return run->first_change + run->changes.size();
  }
  if (auto known = issuer(id); !known) return known.error();
  return std::uint64_t{0};
}

Result<TargetStatus> RocksReader::target_status(IssuerId id, const StatusTarget& target) const {
  const std::string key = keys::target(id, target);
  rocksdb::PinnableSlice pinned;
  const auto source = row(Family::targets, key, pinned);
  if (!source) return source.error();
  return named(Family::targets, key, rows::decode_target(*source));
}

Result<std::vector<std::optional<TargetStatus>>> RocksReader::targets(
    IssuerId id, std::span<const StatusTarget> wanted) const {
  if (known_ == nullptr) return read_targets(id, wanted);
  std::vector<std::optional<TargetStatus>> answers(wanted.size());
  std::vector<StatusTarget> unknown;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (const auto* standing = known_->find(id, wanted[i])) {
      answers[i] = *standing;
    } else {
      unknown.push_back(wanted[i]);
      places.push_back(i);
    }
  }
  if (unknown.empty()) return answers;
  auto read = read_targets(id, unknown);
  if (!read) return std::move(read).error();
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    known_->keep(id, unknown[i], (*read)[i]);
    answers[places[i]] = std::move((*read)[i]);
  }
  return answers;
}

Result<std::vector<std::optional<TargetStatus>>> RocksReader::read_targets(
    IssuerId id, std::span<const StatusTarget> wanted) const {
  std::vector<std::optional<TargetStatus>> answers(wanted.size());
  std::vector<std::string> names;
  std::vector<rocksdb::Slice> slices;
  names.reserve(wanted.size());
  slices.reserve(wanted.size());
  for (const StatusTarget& target : wanted) names.push_back(keys::target(id, target));
  for (const std::string& name : names) slices.emplace_back(name);
  std::vector<rocksdb::PinnableSlice> values(wanted.size());
  std::vector<rocksdb::Status> statuses(wanted.size());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  db_.raw().MultiGet(options, db_.family(Family::targets), wanted.size(), slices.data(),
                     values.data(), statuses.data(), std::is_sorted(wanted.begin(), wanted.end()));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) {
      return rocks_error(statuses[i], "cannot read " + keys::describe(Family::targets, names[i]));
    }
    auto status =
        named(Family::targets, names[i], rows::decode_target({names[i], text_of(values[i])}));
    if (!status) return status.error();
    answers[i] = *std::move(status);
  }
  return answers;
}

Status RocksReader::visit_targets(
    IssuerId id,
    const std::function<Status(const StatusTarget&, const TargetStatus&)>& visit) const {
  if (auto known = issuer(id); !known) return known.error();
  const std::string prefix = of_issuer(id);
  return visit_prefix(Family::targets, prefix, prefix, [&](const rows::Source& source) -> Status {
    const auto status = named(Family::targets, source.key, rows::decode_target(source));
    if (!status) return status.error();
    return visit(rows::target_of(source.key), *status);
  });
}

Status RocksReader::visit_changes(IssuerId id, std::uint64_t first,
                                  const std::function<Status(const ChangeRun&)>& visit) const {
  if (auto known = issuer(id); !known) return known.error();
  const std::string prefix = of_issuer(id);
  // The run that holds `first` may begin before it.
  std::string from = keys::changes(id, first);
  iterator(Family::changes).SeekForPrev(from);
  const auto before = standing(Family::changes);
  if (!before) return before.error();
  if (ours(Family::changes, *before, prefix)) from = before->key;
  std::optional<std::uint64_t> expected;
  return visit_prefix(Family::changes, prefix, from, [&](const rows::Source& source) -> Status {
    auto run = named(Family::changes, source.key, rows::decode_changes(source));
    if (!run) return run.error();
    const std::uint64_t end = run->first_change + run->changes.size();
    if (end <= first) return {};
    if (run->first_change != expected.value_or(std::min(first, run->first_change))) {
      return Error{Errc::corrupt, keys::describe(Family::changes, source.key) +
                                      ": does not follow the changes before it"};
    }
    expected = end;
    if (run->first_change < first) {
      const auto skip = static_cast<std::ptrdiff_t>(first - run->first_change);
      run->changes.erase(run->changes.begin(), run->changes.begin() + skip);
      run->first_change = first;
    }
    return visit(*run);
  });
}

Result<StatusListRow> RocksReader::status_list(IssuerId id, std::uint32_t list) const {
  const std::string key = keys::status_list(id, list);
  rocksdb::PinnableSlice pinned;
  const auto source = row(Family::status_lists, key, pinned);
  if (!source) return source.error();
  return named(Family::status_lists, key, rows::decode_status_list(*source));
}

Result<std::vector<StatusListRow>> RocksReader::status_lists(IssuerId id) const {
  std::vector<StatusListRow> out;
  const std::string prefix = keys::join("l", id);
  auto ok =
      visit_prefix(Family::status_lists, prefix, prefix, [&](const rows::Source& source) -> Status {
        auto list = named(Family::status_lists, source.key, rows::decode_status_list(source));
        if (!list) return list.error();
        if (list->list != out.size() + 1) {
          return Error{Errc::corrupt, keys::describe(Family::status_lists, source.key) +
                                          ": the numbers of the lists have a gap before"};
        }
        out.push_back(*std::move(list));
        return {};
      });
  if (!ok) return ok.error();
  if (out.empty()) {
    if (auto known = issuer(id); !known) return known.error();
  }
  return out;
}

Result<Allocation> RocksReader::allocation(IssuerId id, std::string_view request_key) const {
  const std::string key = keys::allocation(id, crypto::sha256(as_bytes(request_key)));
  rocksdb::PinnableSlice pinned;
  const auto source = row(Family::status_lists, key, pinned);
  if (!source) return source.error();
  auto found = named(Family::status_lists, key, rows::decode_allocation(*source));
  if (found && found->request_key != request_key) {
    return Error{Errc::corrupt,
                 keys::describe(Family::status_lists, key) + ": is of another request"};
  }
  return found;
}

Result<StatusRow> RocksReader::status_at(IssuerId id, std::uint64_t epoch) const {
  iterator(Family::status).SeekForPrev(keys::status(id, epoch));
  const auto source = standing(Family::status);
  if (!source) return source.error();
  if (ours(Family::status, *source, of_issuer(id))) {
    return named(Family::status, source->key, rows::decode_status(*source));
  }
  return missing("status entry of issuer " + std::to_string(id) + " yet");
}

Result<StatusRow> RocksReader::status_entry_at(std::uint64_t log_index) const {
  const auto bytes = log_entry(log_index);
  if (!bytes) return bytes.error();
  const auto entry = decode_entry(*bytes);
  const std::string where = keys::describe(Family::log, keys::log_entry(log_index));
  if (!entry) return Error{Errc::corrupt, where + ": is no log entry"};
  const auto* status = std::get_if<StatusEntry>(&*entry);
  if (status == nullptr) return missing("status entry at log index " + std::to_string(log_index));
  const auto id = issuer_of(status->issuer_hash);
  if (!id) return id.error();
  const auto checkpoint = checkpoint_covering(log_index);
  if (!checkpoint) return checkpoint.error();
  auto found = status_at(*id, checkpoint->epoch);
  if (found && found->log_index != log_index) {
    return Error{Errc::corrupt, where + ": is not the entry of its status row"};
  }
  return found;
}

Result<StoredTile> RocksReader::status_tile(IssuerId id, std::uint32_t list, std::uint32_t level,
                                            std::uint64_t index, std::uint64_t epoch) const {
  const auto no_such_tile = [&] {
    return missing("tile " + std::to_string(level) + "/" + std::to_string(index) + " of list " +
                   std::to_string(list));
  };
  if (level >= kStatusTileLevels) return no_such_tile();
  const std::string key =
      keys::status_tile(id, list, static_cast<std::uint8_t>(level), index, epoch);
  iterator(Family::status_tiles).Seek(key);
  const auto source = standing(Family::status_tiles);
  if (!source) return source.error();
  if (ours(Family::status_tiles, *source,
           std::string_view(key).substr(0, keys::kStatusTilePrefix))) {
    return named(Family::status_tiles, source->key, rows::decode_status_tile(*source));
  }
  return no_such_tile();
}

Status RocksReader::visit_status_tiles(
    IssuerId id, const std::function<Status(const StoredTile&)>& visit) const {
  if (auto known = issuer(id); !known) return known.error();
  const std::string prefix = of_issuer(id);
  return visit_prefix(
      Family::status_tiles, prefix, prefix, [&](const rows::Source& source) -> Status {
        const auto tile = named(Family::status_tiles, source.key, rows::decode_status_tile(source));
        return tile ? visit(*tile) : tile.error();
      });
}

Result<PublishedList> RocksReader::published(IssuerId id, std::uint32_t list, std::uint8_t encoding,
                                             std::uint64_t epoch) const {
  iterator(Family::published).SeekForPrev(keys::published(id, list, encoding, epoch));
  const auto source = standing(Family::published);
  if (!source) return source.error();
  if (ours(Family::published, *source, keys::published_prefix(id, list, encoding))) {
    return named(Family::published, source->key, rows::decode_published(*source));
  }
  return missing("published list of this encoding");
}

Result<PublishedList> RocksReader::published_before(IssuerId id, std::uint32_t list,
                                                    std::uint8_t encoding,
                                                    std::uint64_t time_ms) const {
  auto newest = published(id, list, encoding, ~std::uint64_t{0});
  if (!newest || newest->time_ms <= time_ms) return newest;
  // Times do not decrease with epochs: halve the epochs between one that is early enough (or
  // before the first) and one that is too late.
  std::uint64_t below = 0;
  std::uint64_t late = newest->epoch;
  std::optional<PublishedList> found;
  while (below < late) {
    const std::uint64_t middle = below + (late - below) / 2;
    auto row = published(id, list, encoding, middle);
    if (!row && row.error().code != Errc::not_found) return row;
    if (row && row->time_ms > time_ms) {
      late = row->epoch;
    } else {
      if (row) found = *std::move(row);
      below = middle + 1;
    }
  }
  if (!found) return missing("published list of this encoding at that time");
  return *std::move(found);
}

}  // namespace kedge::node
