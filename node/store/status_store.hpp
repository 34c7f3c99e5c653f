// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/log/status.hpp"
#include "node/log/status_tree.hpp"
#include "node/store/issuer_id.hpp"

/// What the store keeps of status: a part of store.hpp, whose rules hold here too.
///
/// An issuer's accepted changes have numbers: 0, 1, 2, … in order of acceptance, without gaps. A
/// status entry of the log covers a contiguous run of them, as a batch covers positions.
namespace kedge::node {

/// Changes in one run: the bound of what one call may ask for.
inline constexpr std::size_t kMaxRunChanges = 10'000;
/// Of the name of who changed a status, and of a request's key, in octets.
inline constexpr std::size_t kMaxActor = 255;
inline constexpr std::size_t kMaxRequestKey = 255;

/// What one call has changed: one row of the journal.
struct ChangeRun {
  IssuerId issuer = 0;
  std::uint64_t first_change = 0;
  /// What it means is the business of node/status. Private, as is the actor.
  std::uint8_t reason = 0;
  std::string actor;
  std::vector<StatusChange> changes;
};

/// The newest accepted status of a target that was ever changed, whether the log has it or not.
struct TargetStatus {
  StatusValue value = StatusValue::valid;
  /// Of the change that led to `value`: when, which, why, by whom.
  std::uint64_t time_ms = 0;
  std::uint64_t change = 0;
  std::uint8_t reason = 0;
  std::string actor;
};

/// What a published list may say of a credential: a set of bits.
inline constexpr std::uint8_t kPurposeRevocation = 1;
inline constexpr std::uint8_t kPurposeSuspension = 2;

/// A published list. The register has no row.
struct StatusListRow {
  IssuerId issuer = 0;
  /// 1, 2, … in order of opening.
  std::uint32_t list = 0;
  std::uint8_t purposes = kPurposeRevocation | kPurposeSuspension;
  /// Entries, fixed.
  std::uint64_t size = 0;
  /// Keys the order in which its indexes are handed out.
  std::array<std::uint8_t, 16> key{};
  /// Slots handed out so far: 0, 1, … in order of allocation.
  std::uint64_t allocated = 0;
};

struct AllocatedRange {
  std::uint32_t list = 0;
  std::uint64_t first_slot = 0;
  std::uint64_t count = 0;
  friend bool operator==(const AllocatedRange&, const AllocatedRange&) = default;
};

/// What one request for indexes has got; a retry with the same key gets the same.
struct Allocation {
  IssuerId issuer = 0;
  /// 1 to kMaxRequestKey octets, unique for the issuer.
  std::string request_key;
  std::uint64_t time_ms = 0;
  std::vector<AllocatedRange> ranges;
};

struct StatusAllocation {
  Allocation allocation;
  /// Lists that are opened by this request, with `allocated` = 0: the engine counts the ranges.
  std::vector<StatusListRow> opened;
};

/// A status entry of the log, and the records that its status_root is over.
struct StatusRow {
  IssuerId issuer = 0;
  std::uint64_t epoch = 0;
  std::uint64_t issuer_seq = 0;
  std::uint64_t log_index = 0;
  std::uint64_t time_ms = 0;
  std::uint64_t first_change = 0;
  std::uint32_t count = 0;
  Hash changes_root{};
  Hash status_root{};
  /// The register, then all published lists that have been opened.
  std::vector<ListRecord> lists;
};

/// A tile of one list; see node/log/status_tree.hpp.
struct ListTile {
  std::uint32_t list = kRegister;
  StatusTile tile;
};

/// A tile as it was written in some epoch.
struct StoredTile {
  IssuerId issuer = 0;
  ListTile at;
  std::uint64_t epoch = 0;
};

/// A status entry ready to be sealed.
struct StatusSeal {
  StatusRow row;
  /// What differs from before, in order of list, level and index, each once.
  std::vector<ListTile> tiles;
};

/// A list as it was published: a signed document in one of the encodings of node/status.
struct PublishedList {
  IssuerId issuer = 0;
  std::uint32_t list = kRegister;
  std::uint8_t encoding = 0;
  std::uint64_t epoch = 0;
  /// When it was signed. Never decreases for one list and encoding.
  std::uint64_t time_ms = 0;
  /// SHA-256 of the document.
  Hash digest{};
  Bytes document;
};

/// The reads; a part of StoreReader. An unknown issuer is not_found everywhere but in `targets`,
/// where nothing of it is there.
class StatusReader {
 public:
  virtual ~StatusReader() = default;

  /// Changes accepted so far: the number that the issuer's next change will get.
  virtual Result<std::uint64_t> next_change(IssuerId id) const = 0;
  /// not_found where it was never changed: then it is valid.
  virtual Result<TargetStatus> target_status(IssuerId id, const StatusTarget& target) const = 0;
  /// The same for many targets, one answer each, cheaper than one by one.
  virtual Result<std::vector<std::optional<TargetStatus>>> targets(
      IssuerId id, std::span<const StatusTarget> wanted) const = 0;
  /// Every target of the issuer that was ever changed, in order.
  virtual Status visit_targets(
      IssuerId id,
      const std::function<Status(const StatusTarget&, const TargetStatus&)>& visit) const = 0;
  /// Calls `visit` for every run of the journal from change `first` on, in order, the first one
  /// without what is before `first`; stops at the first failure and passes it on.
  virtual Status visit_changes(IssuerId id, std::uint64_t first,
                               const std::function<Status(const ChangeRun&)>& visit) const = 0;

  virtual Result<StatusListRow> status_list(IssuerId id, std::uint32_t list) const = 0;
  /// All published lists of the issuer, in order.
  virtual Result<std::vector<StatusListRow>> status_lists(IssuerId id) const = 0;
  virtual Result<Allocation> allocation(IssuerId id, std::string_view request_key) const = 0;

  /// The issuer's newest status entry with epoch <= `epoch`; not_found where there is none: then
  /// everything was valid.
  virtual Result<StatusRow> status_at(IssuerId id, std::uint64_t epoch) const = 0;
  /// The status entry with this log index.
  virtual Result<StatusRow> status_entry_at(std::uint64_t log_index) const = 0;
  /// The tile as of an epoch: its newest version that is not younger; not_found where there is
  /// none: then it was all zeros.
  virtual Result<StoredTile> status_tile(IssuerId id, std::uint32_t list, std::uint32_t level,
                                         std::uint64_t index, std::uint64_t epoch) const = 0;
  /// Every version of every tile of the issuer, by list, level and index, the newest first.
  virtual Status visit_status_tiles(
      IssuerId id, const std::function<Status(const StoredTile&)>& visit) const = 0;

  /// The newest with epoch <= `epoch`.
  virtual Result<PublishedList> published(IssuerId id, std::uint32_t list, std::uint8_t encoding,
                                          std::uint64_t epoch = ~std::uint64_t{0}) const = 0;
  /// The newest with time_ms <= `time_ms`.
  virtual Result<PublishedList> published_before(IssuerId id, std::uint32_t list,
                                                 std::uint8_t encoding,
                                                 std::uint64_t time_ms) const = 0;
};

/// The writes; a part of Store. The sequencer thread's, but for record_published. See
/// `Seal::statuses` for how changes get into the log.
class StatusWrites {
 public:
  virtual ~StatusWrites() = default;

  /// All runs become durable at once, or none. Each begins at its issuer's next change, and each
  /// change at the status that its target has then (the runs before it included), else corrupt.
  /// invalid_argument where a change may not be, where a run is empty or has more than
  /// kMaxRunChanges, and for a target beyond its list: the register reaches to the issuer's next
  /// position, a published list to its size. An unknown issuer or list is not_found.
  virtual Status append_changes(std::span<const ChangeRun> runs) = 0;
  /// All allocations become durable at once, or none. already_exists if the issuer has an
  /// allocation with such a request key. corrupt where a range does not begin at its list's next
  /// slot or an opened list has not the next number; invalid_argument where a range is empty or
  /// reaches beyond its list, where there are none, and for a list that nothing is taken from.
  virtual Status allocate_status(std::span<const StatusAllocation> allocations) = 0;
  /// already_exists if there is one of this epoch; corrupt unless epoch and time follow those of
  /// the one before; invalid_argument if the digest is not that of the document; not_found without
  /// the checkpoint of the epoch. Belongs to whoever publishes, one thread at a time.
  virtual Status record_published(const PublishedList& list) = 0;
};

/// The tiles of a list as of an epoch, for the functions of node/log/status_tree.hpp. `reader` must
/// outlive it.
StatusTileSource tiles_at(const StatusReader& reader, IssuerId id, std::uint32_t list,
                          std::uint64_t epoch);

}  // namespace kedge::node
