// SPDX-License-Identifier: Apache-2.0
#include "node/store/locator.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "crypto/mutant.hpp"
#include "crypto/sha256.hpp"
#include "crypto/sha256_batch.hpp"
#include "node/store/rows.hpp"

namespace kedge::node {
namespace {

/// Prefixes that are remembered to be absent at most; more than any group commit brings.
constexpr std::size_t kMaxAbsent = std::size_t{1} << 17;
/// How far the next leaf of a plan may stand behind the last one in what was asked before.
constexpr std::ptrdiff_t kAskedApart = 8;
/// How many look-ups ahead the tails' slots are fetched.
constexpr std::size_t kPrefetch = 16;
/// Keys of one MultiGet: what RocksDB itself takes as one batch.
constexpr std::size_t kLookupBatch = 32;

/// Finds the last leaf of a plan with a prefix. Prefixes are keyed hashes and need no other one.
class PlannedPrefixes {
 public:
  explicit PlannedPrefixes(std::size_t leaves)
      : last_(std::bit_ceil(2 * leaves + 1), Locator::NewLeaf::kNone) {}

  /// Puts leaf `i`; what it returns is the last one before it of the same prefix.
  std::uint32_t put(const std::vector<Locator::NewLeaf>& leaves, std::uint32_t i) {
    const std::size_t mask = last_.size() - 1;
    std::size_t at = leaves[i].prefix & mask;
    while (last_[at] != Locator::NewLeaf::kNone && leaves[last_[at]].prefix != leaves[i].prefix) {
      at = (at + 1) & mask;
    }
    return std::exchange(last_[at], i);
  }

 private:
  std::vector<std::uint32_t> last_;
};

}  // namespace

std::uint64_t locator_prefix(const StoreIdentity& identity, const RocksOptions& options,
                             const Hash& digest) {
  if (options.locator_prefix) return options.locator_prefix(digest);
  constexpr std::array<std::uint8_t, 1> kLeaf = {0};
  const Hash hash =
      crypto::Sha256().update(kLeaf).update(identity.locator_key).update(digest).finish();
  return keys::get<std::uint64_t>(as_text(hash), 0);
}

Locator::Locator(RocksDb& db, const StoreIdentity& identity, const RocksOptions& options)
    : db_(db),
      key_(identity.locator_key),
      options_(options),
      active_(std::make_shared<LocatorTail>(tail_capacity())),
      located_(std::make_shared<LocatedPrefixes>(0)),
      filter_(options.locator_filter_bytes),
      spiller_([this] {
        remove_leftovers();
        spill_loop();
      }) {
  const std::unique_ptr<rocksdb::Iterator> more(
      db.raw().NewIterator(rocksdb::ReadOptions(), db.family(Family::locator_more)));
  more->SeekToFirst();
  has_more_ = more->Valid() || !more->status().ok();
}

Locator::~Locator() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  spiller_.join();
}

void Locator::prefixes(std::span<const Hash> digests, std::vector<std::uint64_t>& out) const {
  out.resize(digests.size());
  prefixes_into(digests, out.data());
}

void Locator::prefixes_into(std::span<const Hash> digests, std::uint64_t* out) const {
  if (options_.locator_prefix) {
    std::transform(digests.begin(), digests.end(), out, options_.locator_prefix);
    return;
  }
  constexpr std::size_t kEntry = 16 + sizeof(Hash);
  constexpr std::size_t kChunk = 256;
  std::array<std::uint8_t, kChunk * kEntry> entries;
  std::array<Hash, kChunk> hashes;
  for (std::size_t begin = 0; begin < digests.size(); begin += kChunk) {
    const std::size_t count = std::min(kChunk, digests.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      std::memcpy(entries.data() + i * kEntry, key_.data(), key_.size());
      std::memcpy(entries.data() + i * kEntry + key_.size(), digests[begin + i].data(),
                  sizeof(Hash));
    }
    crypto::hash_leaves(entries.data(), kEntry, count, hashes.data());
    for (std::size_t i = 0; i < count; ++i) {
      out[begin + i] = keys::get<std::uint64_t>(as_text(hashes[i]), 0);
    }
  }
}

Locator::Tables Locator::tables() const {
  const std::lock_guard lock(mutex_);
  return {active_, frozen_, located_};
}

std::optional<std::uint64_t> Locator::Tables::find_new(std::uint64_t prefix) const {
  if (kMutant == Mutant::tail_not_searched) return std::nullopt;
  if (auto packed = active->find(prefix)) return packed;
  return frozen ? frozen->find(prefix) : std::nullopt;
}

Result<std::vector<Location>> Locator::candidates(const Hash& digest) const {
  std::uint64_t prefix = 0;
  prefixes_into({&digest, 1}, &prefix);
  auto found = primary(prefix);
  if (!found) return found.error();
  if (!*found) return std::vector<Location>{};
  return candidates_at(prefix, **found);
}

Result<std::vector<Location>> Locator::candidates_at(std::uint64_t prefix,
                                                     const Location& primary) const {
  std::vector<Location> out{primary};
  if (!has_more_) return out;
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(
      db_.raw().NewIterator(options, db_.family(Family::locator_more)));
  const std::string start = keys::locator(prefix);
  for (it->Seek(start); it->Valid() && text_of(it->key()).starts_with(start); it->Next()) {
    const std::string_view key = text_of(it->key());
    if (!keys::well_formed(Family::locator_more, key)) continue;
    out.push_back({keys::get<std::uint32_t>(key, 8), keys::get<std::uint64_t>(key, 12)});
  }
  if (!it->status().ok()) return rocks_error(it->status(), "cannot read locator_more");
  return out;
}

Result<std::vector<std::optional<Location>>> Locator::primaries(
    std::span<const std::uint64_t> prefixes, bool remember) const {
  const std::uint64_t commits = commits_;
  // Both tails before the family: an entry is in one of them until the family has it.
  const Tables tables = this->tables();
  std::vector<std::optional<Location>> found(prefixes.size());
  std::vector<std::pair<std::uint64_t, std::size_t>> wanted;
  wanted.reserve(prefixes.size());
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    if (i + kPrefetch < prefixes.size()) {
      tables.active->prefetch(prefixes[i + kPrefetch]);
      if (tables.frozen) tables.frozen->prefetch(prefixes[i + kPrefetch]);
      filter_.prefetch(prefixes[i + kPrefetch]);
    }
    auto packed = tables.find_new(prefixes[i]);
    if (!packed && surely_absent(prefixes[i])) continue;
    if (!packed) packed = tables.located->find(prefixes[i]);
    if (packed) {
      found[i] = rows::unpack_location(*packed);
    } else {
      wanted.emplace_back(prefixes[i], i);
    }
  }
  if (wanted.size() > 1) std::sort(wanted.begin(), wanted.end());
  if (auto ok = find_stored(wanted, found); !ok) return ok.error();
  for (const auto& [prefix, i] : wanted) {
    if (found[i]) tables.located->put(prefix, rows::pack_location(*found[i]));
  }
  if (remember) {
    const std::lock_guard lock(absent_mutex_);
    if (commits == commits_ && absent_.size() + prefixes.size() <= kMaxAbsent) {
      for (std::size_t i = 0; i < prefixes.size(); ++i) {
        if (!found[i]) absent_.push_back(prefixes[i]);
      }
    }
  }
  return found;
}

Status Locator::find_stored(const std::vector<std::pair<std::uint64_t, std::size_t>>& wanted,
                            std::vector<std::optional<Location>>& found) const {
  const rocksdb::ReadOptions options;
  std::array<std::array<char, 8>, kLookupBatch> names;
  std::array<rocksdb::Slice, kLookupBatch> slices;
  std::array<rocksdb::PinnableSlice, kLookupBatch> values;
  std::array<rocksdb::Status, kLookupBatch> statuses;
  for (std::size_t begin = 0; begin < wanted.size(); begin += kLookupBatch) {
    const std::size_t count = std::min(kLookupBatch, wanted.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      const std::string key = keys::locator(wanted[begin + i].first);
      std::memcpy(names[i].data(), key.data(), key.size());
      slices[i] = {names[i].data(), names[i].size()};
      values[i].Reset();
    }
    db_.raw().MultiGet(options, db_.family(Family::locator), count, slices.data(), values.data(),
                       statuses.data(), true);
    for (std::size_t i = 0; i < count; ++i) {
      if (statuses[i].IsNotFound()) continue;
      if (!statuses[i].ok()) return rocks_error(statuses[i], "cannot read the locator");
      auto at = rows::decode_location({text_of(slices[i]), text_of(values[i])});
      if (!at) return at.error();
      found[wanted[begin + i].second] = *at;
    }
  }
  return {};
}

/// One key needs none of the sorting and grouping of a MultiGet.
Result<std::optional<Location>> Locator::primary(std::uint64_t prefix) const {
  const Tables tables = this->tables();
  // In a large store most are among those.
  auto packed = tables.located->find(prefix);
  if (!packed) packed = tables.find_new(prefix);
  if (packed) return std::optional(rows::unpack_location(*packed));
  if (surely_absent(prefix)) return std::optional<Location>();
  const std::string key = keys::locator(prefix);
  rocksdb::PinnableSlice value;
  auto there = db_.get(Family::locator, key, value);
  if (!there) return there.error();
  if (!*there) return std::optional<Location>();
  auto at = rows::decode_location({key, text_of(value)});
  if (!at) return at.error();
  tables.located->put(prefix, rows::pack_location(*at));
  return std::optional(*at);
}

Status Locator::plan(std::vector<NewLeaf>& leaves) {
  if (auto ok = make_room(leaves.size()); !ok) return ok;
  PlannedPrefixes planned(leaves.size());
  std::vector<std::uint64_t> absent;
  {
    const std::lock_guard lock(absent_mutex_);
    absent.swap(absent_);
  }
  std::vector<std::uint64_t> unknown;
  std::vector<std::size_t> asked;
  auto known = absent.begin();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    leaves[i].earlier = planned.put(leaves, static_cast<std::uint32_t>(i));
    leaves[i].taken = leaves[i].earlier != NewLeaf::kNone;
    if (leaves[i].taken) continue;
    // Leaves come in the order in which they were asked for, without those that were found.
    auto next = known;
    const auto end = absent.end() - known > kAskedApart ? known + kAskedApart : absent.end();
    while (next != end && *next != leaves[i].prefix) ++next;
    if (next != end) {
      known = next + 1;
      continue;
    }
    unknown.push_back(leaves[i].prefix);
    asked.push_back(i);
  }
  if (unknown.empty()) return {};
  auto found = primaries(unknown, false);
  if (!found) return found.error();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    leaves[asked[i]].taken = (*found)[i].has_value();
  }
  return {};
}

void Locator::insert(const std::vector<NewLeaf>& leaves) {
  for (const NewLeaf& leaf : leaves) {
    if (!leaf.taken) active_->insert({leaf.prefix, rows::pack_location(leaf.at)});
  }
}

void Locator::committed(const std::map<IssuerId, std::uint64_t>& next) {
  for (const auto& [issuer, position] : next) active_marks_[issuer] = position;
  {
    const std::lock_guard lock(absent_mutex_);
    ++commits_;
    absent_.clear();
  }
  const std::lock_guard lock(mutex_);
  // There is room left for what comes until the table that was frozen before is there again.
  if (frozen_ || emptying_) return;
  if (active_->size() >= options_.locator_spill) return freeze(0);
  // The first time; later ones are what was frozen before.
  if (!spare_ && !spare_wanted_ && active_->size() >= options_.locator_spill / 2) {
    spare_wanted_ = true;
    changed_.notify_all();
  }
}

}  // namespace kedge::node
