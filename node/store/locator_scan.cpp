// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <utility>

#include "crypto/mutant.hpp"
#include "node/store/locator.hpp"
#include "node/store/rows.hpp"

/// The locator's half that keeps in memory what spares look-ups in the family: where its entries
/// lead, and a filter of them. The files are what counts; this may always know less.
namespace kedge::node {
namespace {

/// Entries that are read before the spiller looks whether a tail waits for it: some milliseconds.
constexpr std::size_t kScanStep = 32'768;
/// A filter with fewer bits for each entry says "perhaps" too often.
constexpr std::uint64_t kLeastFilterBits = 4;

}  // namespace

void Locator::begin_scan(std::uint64_t stored) {
  stored_ = stored;
  const std::lock_guard lock(mutex_);
  // Nothing is in it yet. It takes no memory before something is.
  located_ = std::make_shared<LocatedPrefixes>(wanted_located());
  scanning_ = stored > 0 && stored <= options_.locator_filter_bytes * 8 / kLeastFilterBits;
  filter_complete_ = stored == 0 || kMutant == Mutant::filter_not_filled;
  changed_.notify_all();
}

void Locator::scan_on(std::unique_ptr<rocksdb::Iterator>& at) {
  if (!at) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    at.reset(db_.raw().NewIterator(options, db_.family(Family::locator)));
    at->SeekToFirst();
  }
  const Located located = tables().located;
  for (std::size_t i = 0; at->Valid(); ++i, at->Next()) {
    if (i == kScanStep) return;
    const std::string_view key = text_of(at->key());
    const auto location = rows::decode_location({key, text_of(at->value())});
    // Damage is told to whoever asks for it; a filter without what is behind it is never complete.
    if (!keys::well_formed(Family::locator, key) || !location) break;
    const auto prefix = keys::get<std::uint64_t>(key, 0);
    filter_.add(prefix);
    located->put(prefix, rows::pack_location(*location));
  }
  if (!at->Valid() && at->status().ok()) filter_complete_.store(true, std::memory_order_release);
  at.reset();
  const std::lock_guard lock(mutex_);
  scanning_ = false;
}

void Locator::remember(const LocatorTail& tail) {
  const Located located = tables().located;
  tail.each_in_order([&](std::span<const LocatorTail::Entry> entries) {
    for (const LocatorTail::Entry& entry : entries) {
      filter_.add(entry.prefix);
      located->put(entry.prefix, entry.location);
      // The rest of the larger one has no memory yet, and gets this with the part it belongs to.
      if (growing_ && located->is_before(entry.prefix, grown_)) {
        growing_->put(entry.prefix, entry.location);
      }
    }
  });
  stored_ += tail.size();
  const std::size_t wanted = wanted_located();
  if (wanted <= (growing_ ? growing_ : located)->octets()) return;
  growing_ = std::make_shared<LocatedPrefixes>(wanted);
  grown_ = 0;
}

std::size_t Locator::wanted_located() const {
  // Half as many slots again: some groups get more entries than others.
  const std::uint64_t entries = stored_ + options_.locator_spill;
  const std::uint64_t useful = std::bit_ceil(entries * LocatedPrefixes::kEntryOctets * 3 / 2);
  return std::min<std::uint64_t>(useful, std::bit_floor(options_.locator_cache_bytes));
}

void Locator::grow_on() {
  // What readers put into the old one behind this is looked up once more.
  const auto next = growing_->put_part(*tables().located, grown_);
  grown_ = next.value_or(0);
  if (next) return;
  const std::lock_guard lock(mutex_);
  located_ = std::exchange(growing_, nullptr);
}

}  // namespace kedge::node
