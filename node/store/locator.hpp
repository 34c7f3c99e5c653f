// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <map>
#include <thread>

#include "node/store/located_prefixes.hpp"
#include "node/store/locator_tail.hpp"
#include "node/store/prefix_filter.hpp"
#include "node/store/rocks_db.hpp"

namespace kedge::node {

/// The keyed prefix of a digest (see keys.hpp), or what a test has put in its place.
std::uint64_t locator_prefix(const StoreIdentity& identity, const RocksOptions& options,
                             const Hash& digest);

/// Finds credentials by digest. A digest is looked up by its keyed eight-octet prefix, of which the
/// first holder is the primary entry; the rare further ones (the same digest of another issuer, or
/// a true collision) are rows of `locator_more`, written together with the leaves.
///
/// Primary entries are not written with the leaves, because random keys are what makes a write
/// batch slow. They wait in a table in memory, the active tail. A full tail is frozen, and a thread
/// of the locator's own sorts it into a file that the family `locator` ingests, and then moves the
/// issuers' marks. After a restart the tail is made again from the leaves beyond the marks, so that
/// what is found is exact at every moment; a crash between file and mark makes entries stand in
/// both, which says the same thing twice.
///
/// Of what the family has, memory keeps what spares look-ups there: where entries lead, as many as
/// there is room for, and a filter that knows what is not there.
///
/// Answers are candidates: the caller confirms each against the leaf's full digest, and ignores
/// what its snapshot does not have. Everything but open and destruction is for one writer thread
/// (`plan`, `commit`, `rebuild`) and any number of reading threads.
class Locator {
 public:
  /// Starts with an empty tail; `rebuild` fills it.
  Locator(RocksDb& db, const StoreIdentity& identity, const RocksOptions& options);
  /// Leaves what is in the tail to the next rebuild.
  ~Locator();
  Locator(const Locator&) = delete;
  Locator& operator=(const Locator&) = delete;

  /// out[i] = prefix of digests[i].
  void prefixes(std::span<const Hash> digests, std::vector<std::uint64_t>& out) const;

  /// Where credentials with this digest may be.
  Result<std::vector<Location>> candidates(const Hash& digest) const;
  /// The same for a prefix of which `primary` is known already.
  Result<std::vector<Location>> candidates_at(std::uint64_t prefix, const Location& primary) const;

  /// The primary entry of each prefix, if there is one. With `remember`, what is not there is kept
  /// in the order of the question until the next commit, so that `plan` need not look again.
  Result<std::vector<std::optional<Location>>> primaries(std::span<const std::uint64_t> prefixes,
                                                         bool remember) const;

  /// A new leaf on its way into the locator.
  struct NewLeaf {
    static constexpr std::uint32_t kNone = UINT32_MAX;

    std::uint64_t prefix = 0;
    Location at;
    /// The last leaf before this one in the same plan that has the same prefix.
    std::uint32_t earlier = kNone;
    /// The prefix has an entry already, stored or earlier in the same plan.
    bool taken = false;
  };

  /// Says which prefixes are taken. too_busy if the tail has no room and the one before is still
  /// being written.
  Status plan(std::vector<NewLeaf>& leaves);

  /// Makes planned primary entries findable; called before the leaves are written, because readers
  /// ignore what they cannot see, but must find what they can.
  void insert(const std::vector<NewLeaf>& leaves);
  /// The leaves are on the disk; `next` are the issuers' next positions now.
  void committed(const std::map<IssuerId, std::uint64_t>& next);

  /// Says that `locator_more` has rows, which look-ups skip as long as it has none.
  void note_more() { has_more_ = true; }

  /// The issuers' leaves beyond their marks, `count` of them, for rebuilding; the family has
  /// `stored` others. Called at open, before anything else.
  Status rebuild(
      const std::function<Status(const std::function<Status(Location, const Hash&)>&)>& each_leaf,
      std::size_t count, std::uint64_t stored, const std::map<IssuerId, std::uint64_t>& next);

 private:
  using Tail = std::shared_ptr<LocatorTail>;
  using Located = std::shared_ptr<LocatedPrefixes>;
  using Marks = std::map<IssuerId, std::uint64_t>;

  /// What is in memory.
  struct Tables {
    Tail active;
    Tail frozen;
    Located located;

    /// Among what the family does not have yet.
    [[nodiscard]] std::optional<std::uint64_t> find_new(std::uint64_t prefix) const;
  };

  Tables tables() const;
  /// Whether the family cannot have it. Only for what is in neither tail.
  bool surely_absent(std::uint64_t prefix) const {
    return filter_complete_.load(std::memory_order_acquire) && !filter_.may_have(prefix);
  }
  Status find_stored(const std::vector<std::pair<std::uint64_t, std::size_t>>& wanted,
                     std::vector<std::optional<Location>>& found) const;
  /// The primary entry of one prefix, if there is one.
  Result<std::optional<Location>> primary(std::uint64_t prefix) const;
  void prefixes_into(std::span<const Hash> digests, std::uint64_t* out) const;
  Status make_room(std::size_t entries);
  void freeze(std::size_t next_capacity);
  /// Puts in place what the next freeze takes: `used`, which nobody can find any more, or a new
  /// tail. Gives the lock up meanwhile.
  void put_spare(std::unique_lock<std::mutex>& lock, Tail used);
  [[nodiscard]] std::size_t tail_capacity() const { return options_.locator_spill / 4 * 5; }
  /// Files that a crash kept from being taken in.
  void remove_leftovers() const;
  void spill_loop();
  Status spill(const LocatorTail& tail, const Marks& marks);
  Status ingest(const LocatorTail& tail);
  /// Makes what the family has taken in known to `filter_` and `located_`.
  void remember(const LocatorTail& tail);
  /// How large `located_` is to be for what the family has and the next tail.
  [[nodiscard]] std::size_t wanted_located() const;
  /// Goes on to fill `growing_`, and puts it in place once it is as full as `located_`.
  void grow_on();
  /// The family had `stored` entries at the start: lets the spiller read them.
  void begin_scan(std::uint64_t stored);
  /// Goes on to read what the family had at the start into `filter_` and `located_`.
  void scan_on(std::unique_ptr<rocksdb::Iterator>& at);
  Status wait_for_compaction();

  RocksDb& db_;
  const std::array<std::uint8_t, 16> key_;
  const RocksOptions options_;
  std::atomic<bool> has_more_ = false;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Tail active_;
  Tail frozen_;
  /// The first active one, until the spiller has its memory at hand.
  Tail untouched_;
  /// Empty, its memory at hand: a table of which every page must come from the system first would
  /// keep the writer waiting.
  Tail spare_;
  bool spare_wanted_ = false;
  /// The spiller makes it of the tail that it has written out.
  bool emptying_ = false;
  /// Of entries that the family has.
  Located located_;
  Marks frozen_marks_;
  /// The family has entries that `filter_` does not know.
  bool scanning_ = false;
  bool stopping_ = false;
  /// Next positions of the issuers with entries in the active tail. The writer's alone.
  Marks active_marks_;

  mutable std::mutex absent_mutex_;
  mutable std::vector<std::uint64_t> absent_;
  std::atomic<std::uint64_t> commits_ = 0;

  /// A larger `located_` on its way, and how far it has come. The spiller's: filling it at once
  /// would keep a tail waiting.
  Located growing_;
  std::size_t grown_ = 0;
  /// Of everything that the family has, once it is complete. The spiller adds.
  PrefixFilter filter_;
  std::atomic<bool> filter_complete_ = false;
  /// Entries that the family has. The spiller's, once that has something to do.
  std::uint64_t stored_ = 0;
  std::uint64_t files_ = 0;
  std::thread spiller_;
};

}  // namespace kedge::node
