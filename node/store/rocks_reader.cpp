// SPDX-License-Identifier: Apache-2.0
#include "node/store/rocks_reader.hpp"

#include <algorithm>

#include "crypto/mutant.hpp"
#include "crypto/sha256.hpp"
#include "node/store/checks.hpp"

namespace kedge::node {
namespace {

/// More are read in order, fewer looked up.
constexpr std::uint64_t kManyLeaves = rows::kRunRowEntries;
constexpr std::uint64_t kManyAtOnce = 65'536;
/// Rows of one window that are looked up one after the other before an iterator is made, which
/// costs as much as several look-ups.
constexpr int kRowsInTurn = 3;

Error missing(std::string what) {
  return {Errc::not_found, "there is no " + std::move(what)};
}

}  // namespace

Error at_row(Family family, std::string_view key, const Error& error) {
  return {error.code, keys::describe(family, key) + ": " + error.message};
}

RocksReader::RocksReader(const RocksDb& db, const Locator* locator, View view)
    : db_(db),
      locator_(locator),
      anchors_version_(db.anchors_version()),
      snapshot_(view == View::snapshot ? db.raw().GetSnapshot() : nullptr) {
  // Something may have been written between the two.
  if (anchors_version_ != db.anchors_version()) anchors_version_.reset();
}

RocksReader::~RocksReader() {
  // Before the snapshot that they read from.
  for (Iterator& it : iterators_) it.reset();
  if (snapshot_ != nullptr) db_.raw().ReleaseSnapshot(snapshot_);
}

rocksdb::Iterator& RocksReader::iterator(Family family) const {
  Iterator& it = iterators_[static_cast<std::size_t>(family)];
  if (!it) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    it.reset(db_.raw().NewIterator(options, db_.family(family)));
  }
  return *it;
}

Result<rows::Source> RocksReader::standing(Family family) const {
  const rocksdb::Iterator& it = iterator(family);
  if (it.Valid()) return rows::Source{text_of(it.key()), text_of(it.value())};
  if (!it.status().ok()) {
    return rocks_error(it.status(), "cannot read " + std::string(family_name(family)));
  }
  return rows::Source{};
}

Result<rows::Source> RocksReader::row(Family family, std::string_view key,
                                      rocksdb::PinnableSlice& pinned) const {
  auto found = db_.get(family, key, pinned, snapshot_);
  if (!found) return found.error();
  if (!*found) return missing("row " + keys::describe(family, key));
  return rows::Source{key, text_of(pinned)};
}

Result<IssuerRow> RocksReader::issuer(IssuerId id) const {
  const std::string key = keys::issuer(id);
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::issuers, key, pinned);
  if (!source) return source.error();
  auto issuer = rows::decode_issuer(*source);
  if (!issuer) return at_row(Family::issuers, key, issuer.error());
  return issuer;
}

Result<IssuerRow> RocksReader::issuer_by_name(std::string_view name) const {
  const std::string key = keys::issuer_hash(crypto::sha256(as_bytes(name)));
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::issuers, key, pinned);
  if (!source) return source.error();
  auto id = rows::decode_number(*source);
  if (!id) return at_row(Family::issuers, key, id.error());
  auto found = issuer(static_cast<IssuerId>(*id));
  if (found && found->name != name) {
    return Error{Errc::corrupt, keys::describe(Family::issuers, key) + ": names another issuer"};
  }
  return found;
}

Result<std::vector<IssuerRow>> RocksReader::issuers() const {
  std::vector<IssuerRow> out;
  rocksdb::Iterator& it = iterator(Family::issuers);
  for (it.Seek("i");; it.Next()) {
    auto source = standing(Family::issuers);
    if (!source) return source.error();
    if (source->key.empty() || source->key[0] != 'i') break;
    if (!keys::well_formed(Family::issuers, source->key) ||
        keys::get<std::uint32_t>(source->key, 1) != out.size()) {
      return Error{Errc::corrupt, "issuers: the numbers of the issuers have a gap"};
    }
    auto issuer = rows::decode_issuer(*source);
    if (!issuer) return at_row(Family::issuers, source->key, issuer.error());
    out.push_back(std::move(*issuer));
  }
  return out;
}

Result<std::uint64_t> RocksReader::next_position(IssuerId id) const {
  rocksdb::Iterator& it = iterator(Family::runs);
  it.SeekForPrev(keys::run(id, kMaxPositions));
  auto source = standing(Family::runs);
  if (!source) return source.error();
  if (!source->key.empty()) {
    auto run = rows::RunRow::parse(*source);
    if (!run) return at_row(Family::runs, source->key, run.error());
    const std::uint64_t next = kMutant == Mutant::position_reused ? 0 : run->count();
    if (run->issuer() == id) return run->first() + next;
  }
  if (auto known = issuer(id); !known) return known.error();
  return std::uint64_t{0};
}

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
    const auto found = db_.get(Family::runs, key, kept.value, snapshot_);
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
  return missing("position " + std::to_string(position) + " of issuer " + std::to_string(id));
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
    return missing("position " + std::to_string(kMaxPositions));
  }
  if (count > kManyLeaves) return many_leaves(id, first, count);
  Bytes out;
  out.reserve(count * LeafEntry::kSize);
  const std::uint64_t end = first + count;
  while (first < end) {
    auto run = run_of(id, first);
    if (!run) return run.error();
    const std::uint64_t to = std::min(end, run->first() + run->count());
    if (auto ok = run->read(first - run->first(), to - run->first(), out); !ok) {
      return at_row(Family::runs, keys::run(id, run->first()), ok.error());
    }
    first = to;
  }
  if (count == 0) {
    if (auto known = issuer(id); !known) return known.error();
  }
  return out;
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
  if (got != count) return missing("position " + std::to_string(first + got));
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
