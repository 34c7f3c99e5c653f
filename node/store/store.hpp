// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/log/leaf.hpp"
#include "node/log/tile.hpp"
#include "node/store/issuer_id.hpp"
#include "node/store/status_store.hpp"

/// The store of the node: an interface of intents, so that each engine can do them in its own best
/// way. One conformance suite runs against all engines.
namespace kedge::node {

/// Of an issuer's name, and of a ledger's, in octets; neither may be empty.
inline constexpr std::size_t kMaxIssuerName = 2048;
inline constexpr std::size_t kMaxLedgerName = 255;

struct IssuerRow {
  IssuerId id = 0;
  /// A DID or another URI.
  std::string name;
  /// SHA-256 of the UTF-8 name.
  Hash issuer_hash{};
  std::uint64_t next_issuer_seq = 0;
  /// Credentials in sealed batches = first position that is not sealed yet.
  std::uint64_t credential_count = 0;
  /// Root over the issuer's status lists; zeros before the first.
  Hash status_root{};
  /// Log leaf hash of the issuer's newest entry; zeros before the first.
  Hash last_entry_hash{};
};

/// Where a credential is: fixed at acceptance, for ever.
struct Location {
  IssuerId issuer = 0;
  std::uint64_t position = 0;
  friend bool operator==(const Location&, const Location&) = default;
};

/// What one group commit accepted for one issuer: consecutive positions, in order of calls.
struct Run {
  IssuerId issuer = 0;
  std::uint64_t first_position = 0;
  std::uint64_t time_ms = 0;
  /// How many entries each call has added; the sum is the number of entries. A sealed batch never
  /// splits a call.
  std::vector<std::uint32_t> call_sizes;
  /// The leaf entries, LeafEntry::kSize bytes each.
  Bytes leaves;

  [[nodiscard]] std::size_t count() const { return leaves.size() / LeafEntry::kSize; }
};

/// One entry of a run as read back: whether a call ends with it.
struct StoredLeaf {
  std::uint64_t position = 0;
  std::uint64_t time_ms = 0;
  bool call_end = false;
  /// LeafEntry::kSize bytes, valid during the callback only.
  ByteView entry;
};

/// The lowest tree level whose nodes a sealed batch stores; below it they are hashed anew from the
/// leaf entries (16 leaves), which costs less than reading them.
inline constexpr std::uint32_t kBatchNodeLevel = 4;

struct BatchRow {
  IssuerId issuer = 0;
  std::uint64_t first_position = 0;
  std::uint32_t count = 0;
  std::uint64_t issuer_seq = 0;
  std::uint64_t log_index = 0;
  std::uint64_t time_ms = 0;
  Hash root{};
};

/// A batch ready to be sealed: its row and, from kBatchNodeLevel up, the roots of all complete
/// subtrees: `levels[l][i]` covers leaves `[i·2^k, (i+1)·2^k)` with k = kBatchNodeLevel + l, and
/// there are as many levels as have complete subtrees.
struct SealedBatch {
  BatchRow row;
  std::vector<std::vector<Hash>> levels;
};

struct CheckpointRow {
  std::uint64_t epoch = 0;
  std::uint64_t size = 0;
  Hash root{};
  std::uint64_t time_ms = 0;
  /// The C2SP signed note, stored and re-served byte for byte.
  std::string note;
};

/// Everything that one epoch adds to the log. All of it becomes durable at once, or none.
struct Seal {
  /// Log size before; the engine refuses (corrupt) if its own is another.
  std::uint64_t first_index = 0;
  /// The encoded log entries (node/log/entry.hpp), in order; the last one is the epoch entry.
  std::vector<Bytes> entries;
  std::vector<SealedBatch> batches;
  /// At most one an issuer, after the issuer's batches.
  std::vector<StatusSeal> statuses;
  /// Tiles that have become full.
  std::vector<Tile> tiles;
  /// The whole right edge after the seal, one element a level, from level 0 up.
  std::vector<TileEdge> edges;
  /// The rows of the issuers that the epoch has changed.
  std::vector<IssuerRow> issuers;
  CheckpointRow checkpoint;
};

/// Where an anchor of one checkpoint on one ledger stands.
enum class AnchorState : std::uint8_t {
  /// Durable, perhaps sent, not seen in a block.
  intended = 0,
  /// In a block that is not final by the ledger's rule.
  mined = 1,
  final = 2,
};

/// One way in which the intent was put to the ledger: the exact bytes, kept for ever, sent again
/// as they are. What they mean is the ledger's business.
struct AnchorAttempt {
  Bytes payload;
  /// The ledger's name for it, such as a transaction hash.
  std::string reference;
  std::uint64_t time_ms = 0;
};

struct AnchorRow {
  /// The configured name of the ledger, unique in the node.
  std::string ledger;
  std::uint64_t epoch = 0;
  std::uint64_t size = 0;
  Hash root{};
  AnchorState state = AnchorState::intended;
  std::vector<AnchorAttempt> attempts;
  /// The anchor's record as JSON in RFC 8785 form, once mined: an element of a bundle's `anchors`.
  std::string record;
  std::uint64_t time_ms = 0;
};

/// What a store is for, fixed when it is created.
struct StoreIdentity {
  /// The origin line of the log's checkpoints.
  std::string origin;
  /// Random; keys the locator, so that nobody can prepare digests that collide in it.
  std::array<std::uint8_t, 16> locator_key{};
};

/// A consistent view of one moment. Cheap to take. Not thread-safe: one thread at a time; must not
/// outlive its store. Every read answers not_found, corrupt or storage on failure. The reads of
/// status are in status_store.hpp.
class StoreReader : public StatusReader {
 public:
  virtual Result<IssuerRow> issuer(IssuerId id) const = 0;
  virtual Result<IssuerRow> issuer_by_name(std::string_view name) const = 0;
  /// All issuers, in order of id.
  virtual Result<std::vector<IssuerRow>> issuers() const = 0;
  /// Positions given so far: the position that the issuer's next credential will get.
  virtual Result<std::uint64_t> next_position(IssuerId id) const = 0;

  /// All credentials with this digest, of all issuers, in order of issuer. Each hit has been
  /// confirmed against the full digest of its leaf entry. Empty if there is none.
  virtual Result<std::vector<Location>> locate(const Hash& digest) const = 0;

  /// The leaf entries of positions [first, first + count), back to back. All must be there, else
  /// not_found.
  virtual Result<Bytes> leaves(IssuerId id, std::uint64_t first, std::uint64_t count) const = 0;
  /// Calls `visit` for every stored leaf of the issuer from `first` on, in order; stops at the
  /// first failure that it returns and passes it on.
  virtual Status visit_leaves(IssuerId id, std::uint64_t first,
                              const std::function<Status(const StoredLeaf&)>& visit) const = 0;

  /// The sealed batch that holds this position; not_found while it is only accepted.
  virtual Result<BatchRow> batch_of(IssuerId id, std::uint64_t position) const = 0;
  /// The sealed batch whose entry has this log index.
  virtual Result<BatchRow> batch_at(std::uint64_t log_index) const = 0;
  /// Root of the complete subtree `index` at `level` >= kBatchNodeLevel of a batch's tree.
  virtual Result<Hash> batch_node(const BatchRow& batch, std::uint32_t level,
                                  std::uint64_t index) const = 0;

  /// Number of log entries; 0 only before genesis.
  virtual Result<std::uint64_t> log_size() const = 0;
  virtual Result<Bytes> log_entry(std::uint64_t index) const = 0;
  /// Up to `count` encoded entries from `first` on; fewer only at the log's end, none beyond it.
  virtual Result<std::vector<Bytes>> log_entries(std::uint64_t first,
                                                 std::uint64_t count) const = 0;
  /// The hashes of a tile as far as there are any: 256 of a full one, the right edge of the last
  /// one of its level, not_found beyond.
  virtual Result<std::vector<Hash>> tile(std::uint32_t level, std::uint64_t index) const = 0;
  /// The right edge, one element a level.
  virtual Result<std::vector<TileEdge>> edges() const = 0;

  virtual Result<CheckpointRow> checkpoint(std::uint64_t epoch) const = 0;
  virtual Result<CheckpointRow> latest_checkpoint() const = 0;
  /// The first checkpoint whose size is greater than `log_index`.
  virtual Result<CheckpointRow> checkpoint_covering(std::uint64_t log_index) const = 0;

  /// Another number after each write of an anchor: what is read between two calls that answer the
  /// same, through whatever reader, is the same. nullopt while one is written.
  virtual std::optional<std::uint64_t> anchors_version() const = 0;
  virtual Result<AnchorRow> anchor(std::string_view ledger, std::uint64_t epoch) const = 0;
  /// The ledger's newest anchor of any state, by epoch; not_found before the first.
  virtual Result<AnchorRow> latest_anchor(std::string_view ledger) const = 0;
  /// The ledger's anchor with the greatest epoch < `epoch`.
  virtual Result<AnchorRow> anchor_before(std::string_view ledger, std::uint64_t epoch) const = 0;
  /// The ledger's anchor with the smallest epoch >= `epoch`: what covers that epoch.
  virtual Result<AnchorRow> anchor_covering(std::string_view ledger, std::uint64_t epoch) const = 0;
  /// Names of the ledgers that have anchors here, sorted.
  virtual Result<std::vector<std::string>> anchor_ledgers() const = 0;
};

/// Writes. `add_issuer`, `append`, `seal`, the writes of status (status_store.hpp) and
/// `before_changes` are the sequencer thread's; the anchor writes belong to the anchorer threads,
/// one ledger each; `snapshot`, `latest`, `locate_many` and `checkpoint` may be called from any
/// thread. A write that returns success is on stable storage. One that returns storage may or may
/// not have happened: the store takes no more writes (each answers storage; reads go on), and the
/// writer must stop and recover by opening the store again. Any other failure is a refusal, and
/// nothing has been written: invalid_argument where the argument contradicts itself, corrupt where
/// it contradicts what is stored, and what the single writes say.
class Store : public StatusWrites {
 public:
  virtual const StoreIdentity& identity() const = 0;
  virtual std::unique_ptr<StoreReader> snapshot() const = 0;
  /// A reader whose every read is of its own moment, cheaper than a snapshot: for who reads only
  /// what never changes once it is there (leaves, sealed batches, log entries, full tiles,
  /// checkpoints, final anchors), which every later snapshot shows in the same way. What is not
  /// found may be there a moment later. An engine whose snapshots cost nothing gives one.
  virtual std::unique_ptr<StoreReader> latest() const { return snapshot(); }

  /// A view for the writing thread, as `latest`, to decide by what `append_changes` is then given.
  /// What it answers of targets the engine may keep until then, to compare with that instead of
  /// reading it once more: nobody else changes a status. Another call begins anew.
  virtual std::unique_ptr<StoreReader> before_changes() const { return latest(); }

  /// Makes a copy of everything as of one moment, durable, in the folder `folder`, which is not
  /// there yet and whose parent is on the file system of the store: what was written before the
  /// call is in it, and what is written meanwhile is there as a whole or not at all. Writes wait
  /// for a moment, not for the copying. Opening the copy with the engine's own function gives a
  /// store like this one. already_exists if there is something; storage if it cannot be written,
  /// after which the folder may hold a part; unavailable from an engine that keeps nothing on a
  /// disk.
  virtual Status checkpoint(const std::filesystem::path& folder) const = 0;

  /// One answer a digest: where this issuer already has it, if it does. Includes everything
  /// appended before the call.
  virtual Result<std::vector<std::optional<Location>>> locate_many(
      IssuerId issuer, std::span<const Hash> digests) const = 0;

  /// already_exists if the name is taken; too_busy when there are kMaxIssuers.
  virtual Result<IssuerRow> add_issuer(std::string_view name) = 0;
  /// All runs become durable at once, or none. Each begins at its issuer's next position, else
  /// corrupt. No digest is there already for that issuer (the sequencer has asked locate_many),
  /// nor twice among the runs, else already_exists. An unknown issuer is not_found; too_busy asks
  /// to retry while the engine catches up with its own background work.
  virtual Status append(std::span<const Run> runs) = 0;
  /// All of it becomes durable at once, or none. The engine checks everything that it can see
  /// without hashing: that batches continue their issuers' sealed positions, and status entries
  /// their sealed changes with a record for each list of its size, that tiles and edges have the
  /// shape of the new size, that the epoch follows the last one. Roots, hashes and signatures are
  /// the caller's word.
  virtual Status seal(const Seal& seal) = 0;

  /// Makes an anchor known before anything is sent: state `intended`, no record, size and root
  /// those of the epoch's checkpoint. already_exists if the ledger has this epoch.
  virtual Status record_intent(const AnchorRow& row) = 0;
  /// Adds an attempt to an anchor that is not final. not_found without its intent.
  virtual Status record_attempt(std::string_view ledger, std::uint64_t epoch,
                                const AnchorAttempt& attempt) = 0;
  /// Moves an anchor to `mined` or `final` with its record, or from `mined` back to `intended`
  /// (re-organisation: empty record). Nothing leaves `final`: that is invalid_argument, as is any
  /// other move. From `mined` to `mined` replaces the record.
  virtual Status record_state(std::string_view ledger, std::uint64_t epoch, AnchorState state,
                              std::string_view record, std::uint64_t time_ms) = 0;
};

}  // namespace kedge::node
