// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/mutant.hpp"
#include "node/store/checks.hpp"
#include "node/store/rocks_reader.hpp"

/// The reader's part that reads leaf entries and finds credentials among them.
namespace kedge::node {
namespace {

/// More are read in order, fewer looked up.
constexpr std::uint64_t kManyLeaves = rows::kRunRowEntries;
constexpr std::uint64_t kManyAtOnce = 65'536;
/// Rows of one window that are looked up one after the other before an iterator is made, which
/// costs as much as several look-ups.
constexpr int kRowsInTurn = 3;

Error missing_position(IssuerId id, std::uint64_t position) {
  return {Errc::not_found,
          "there is no position " + std::to_string(position) + " of issuer " + std::to_string(id)};
}

}  // namespace

Result<rows::RunRow> RocksReader::run_of(IssuerId id, std::uint64_t position) const {
  std::uint64_t first = rows::run_window(position);
  for (const KeptRun& kept : runs_) {
    if (kept.row.holds(id, position)) return kept.row;
    // Where one row ends the next one begins.
    if (position > 0 && kept.row.holds(id, position - 1)) first = position;
  }
  newest_run_ = (newest_run_ + 1) % runs_.size();
  KeptRun& kept = runs_[newest_run_];
  for (int tries = 0; tries < kRowsInTurn; ++tries) {
    kept.row = {};
    const std::string key = keys::run(id, first);
    // Not in two caches at once.
    const bool keep = windows_ == nullptr;
    const auto found = db_.get(Family::runs, key, kept.value, snapshot_, keep);
    if (!found) return found.error();
    if (!*found) break;
    auto run = rows::RunRow::parse({key, text_of(kept.value)});
    if (!run) return at_row(Family::runs, key, run.error());
    if (run->holds(id, position)) return kept.row = *run;
    // A group commit ended in this window.
    first += run->count();
  }
  return seek_run(id, position, kept);
}

Result<rows::RunRow> RocksReader::seek_run(IssuerId id, std::uint64_t position,
                                           KeptRun& kept) const {
  iterator(Family::runs).SeekForPrev(keys::run(id, position));
  const auto source = standing(Family::runs);
  if (!source) return source.error();
  if (!source->key.empty()) {
    // A copy, because the iterator moves on.
    kept.value.Reset();
    kept.value.PinSelf(slice_of(source->value));
    auto run = rows::RunRow::parse({source->key, text_of(kept.value)});
    if (!run) return at_row(Family::runs, source->key, run.error());
    if (run->holds(id, position)) return kept.row = *run;
  }
  return missing_position(id, position);
}

Status RocksReader::visit_rows(IssuerId id, std::uint64_t first, std::uint64_t end_position,
                               const std::function<Status(const rows::RunRow&)>& visit) const {
  // An iterator of its own: the visitor may read through this reader too.
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  // What is read once would only drive others out.
  options.fill_cache = false;
  const std::string bound = keys::run(id, end_position);
  const rocksdb::Slice upper = slice_of(bound);
  options.iterate_upper_bound = &upper;
  const Iterator it(db_.raw().NewIterator(options, db_.family(Family::runs)));
  std::optional<std::uint64_t> expected;
  for (it->SeekForPrev(keys::run(id, first)); it->Valid(); it->Next()) {
    const rows::Source source{text_of(it->key()), text_of(it->value())};
    const auto run = rows::RunRow::parse(source);
    if (!run) return at_row(Family::runs, source.key, run.error());
    const std::uint64_t end = run->first() + run->count();
    if (run->issuer() < id || end <= first) continue;
    if (run->first() != expected.value_or(std::min(first, run->first()))) {
      return Error{Errc::corrupt, keys::describe(Family::runs, source.key) +
                                      ": does not follow the positions before it"};
    }
    if (auto ok = visit(*run); !ok) {
      return ok.error().code == Errc::corrupt ? at_row(Family::runs, source.key, ok.error())
                                              : ok.error();
    }
    expected = end;
  }
  if (it->status().ok()) return {};
  return rocks_error(it->status(), "cannot read runs");
}

Result<Bytes> RocksReader::leaves(IssuerId id, std::uint64_t first, std::uint64_t count) const {
  if (count > kMaxPositions || first > kMaxPositions) {
    return missing_position(id, kMaxPositions);
  }
  if (count > kManyLeaves) return many_leaves(id, first, count);
  Bytes out;
  out.reserve(count * LeafEntry::kSize);
  for (const std::uint64_t end = first + count; first < end;) {
    const std::uint64_t to = std::min(end, rows::run_window(first) + rows::kRunRowEntries);
    if (!read_remembered(id, first, to - first, out)) {
      if (auto ok = read_rows(id, first, to, out); !ok) return ok.error();
    }
    first = to;
  }
  if (count == 0) {
    if (auto known = issuer(id); !known) return known.error();
  }
  return out;
}

bool RocksReader::read_remembered(IssuerId id, std::uint64_t first, std::size_t count,
                                  Bytes& out) const {
  if (windows_ == nullptr) return false;
  if (windows_->read(id, first, count, out)) return true;
  const std::uint64_t window = rows::run_window(first);
  Bytes entries;
  // What is damaged may be other entries than those that are asked for: the rows will tell.
  if (!read_window(id, window, entries) || entries.empty()) return false;
  windows_->remember(id, window, entries);
  const std::size_t begin = (first - window) * LeafEntry::kSize;
  const std::size_t end = begin + count * LeafEntry::kSize;
  if (end > entries.size()) return false;
  out.insert(out.end(), entries.begin() + std::ptrdiff_t(begin),
             entries.begin() + std::ptrdiff_t(end));
  return true;
}

Status RocksReader::read_window(IssuerId id, std::uint64_t window, Bytes& out) const {
  const auto run = run_of(id, window);
  if (!run) return run.error();
  if (run->count() == rows::kRunRowEntries) return run->read(0, run->count(), out);
  return visit_rows(id, window, window + rows::kRunRowEntries,
                    [&out](const rows::RunRow& row) { return row.read(0, row.count(), out); });
}

Status RocksReader::read_rows(IssuerId id, std::uint64_t first, std::uint64_t end,
                              Bytes& out) const {
  while (first < end) {
    auto run = run_of(id, first);
    if (!run) return run.error();
    const std::uint64_t to = std::min(end, run->first() + run->count());
    if (auto ok = run->read(first - run->first(), to - run->first(), out); !ok) {
      return at_row(Family::runs, keys::run(id, run->first()), ok.error());
    }
    first = to;
  }
  return {};
}

Result<Bytes> RocksReader::many_leaves(IssuerId id, std::uint64_t first,
                                       std::uint64_t count) const {
  Bytes out;
  // There may be fewer than are asked for.
  out.reserve(std::min(count, kManyAtOnce) * LeafEntry::kSize);
  const std::uint64_t end = first + count;
  const Status read = visit_rows(id, first, end, [&](const rows::RunRow& run) {
    const std::uint64_t from = std::max(first, run.first());
    const std::uint64_t to = std::min(end, run.first() + run.count());
    return run.read(from - run.first(), to - run.first(), out);
  });
  if (!read) return read.error();
  const std::uint64_t got = out.size() / LeafEntry::kSize;
  if (got != count) return missing_position(id, first + got);
  return out;
}

Status RocksReader::visit_leaves(IssuerId id, std::uint64_t first,
                                 const std::function<Status(const StoredLeaf&)>& visit) const {
  if (auto known = issuer(id); !known) return known.error();
  Bytes entries;
  return visit_rows(id, first, kMaxPositions, [&](const rows::RunRow& run) -> Status {
    entries.clear();
    if (auto ok = run.read(0, run.count(), entries); !ok) return ok;
    for (std::size_t i = first > run.first() ? first - run.first() : 0; i < run.count(); ++i) {
      const StoredLeaf leaf{run.first() + i, run.time_ms(), run.call_end(i),
                            ByteView(entries).subspan(i * LeafEntry::kSize, LeafEntry::kSize)};
      if (auto ok = visit(leaf); !ok) return ok;
    }
    return {};
  });
}

Result<bool> RocksReader::has_digest(const Location& at, const Hash& digest) const {
  if (windows_ != nullptr) {
    const auto same = windows_->has_digest(at, digest);
    if (same) return kMutant == Mutant::hit_not_confirmed || *same;
  }
  auto run = run_of(at.issuer, at.position);
  if (!run) {
    if (run.error().code == Errc::not_found) return false;
    return run.error();
  }
  if constexpr (kMutant == Mutant::hit_not_confirmed) return true;
  auto same = run->has_digest(at.position - run->first(), digest);
  if (!same) return at_row(Family::runs, keys::run(at.issuer, run->first()), same.error());
  return same;
}

Result<std::vector<Location>> RocksReader::locate(const Hash& digest) const {
  auto candidates = locator_->candidates(digest);
  if (!candidates) return candidates.error();
  std::vector<Location>& found = *candidates;
  std::size_t kept = 0;
  for (const Location& at : found) {
    auto same = has_digest(at, digest);
    if (!same) return same.error();
    if (*same) found[kept++] = at;
  }
  found.resize(kept);
  std::sort(found.begin(), found.end(),
            [](const Location& a, const Location& b) { return a.issuer < b.issuer; });
  return candidates;
}

}  // namespace kedge::node
