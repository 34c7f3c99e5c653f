// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/store/known_targets.hpp"
#include "node/store/leaf_windows.hpp"
#include "node/store/locator.hpp"
#include "node/store/rocks_db.hpp"
#include "node/store/rocks_reader.hpp"

namespace kedge::node {

/// The RocksDB engine: each write is one synced write batch.
class RocksEngine final : public Store {
 public:
  /// Recovers from what is stored; the errors are those of open_rocks_store.
  static Result<std::unique_ptr<Store>> start(std::unique_ptr<RocksDb> db,
                                              const RocksOptions& options);

  const StoreIdentity& identity() const override { return identity_; }
  std::unique_ptr<StoreReader> snapshot() const override;
  std::unique_ptr<StoreReader> latest() const override;
  std::unique_ptr<StoreReader> before_changes() const override;
  Status checkpoint(const std::filesystem::path& folder) const override;
  Result<std::vector<std::optional<Location>>> locate_many(
      IssuerId issuer, std::span<const Hash> digests) const override;

  Result<IssuerRow> add_issuer(std::string_view name) override;
  Status append(std::span<const Run> runs) override;
  Status seal(const Seal& seal) override;

  Status append_changes(std::span<const ChangeRun> runs) override;
  Status allocate_status(std::span<const StatusAllocation> allocations) override;
  Status record_published(const PublishedList& list) override;

  Status record_intent(const AnchorRow& row) override;
  Status record_attempt(std::string_view ledger, std::uint64_t epoch,
                        const AnchorAttempt& attempt) override;
  Status record_state(std::string_view ledger, std::uint64_t epoch, AnchorState state,
                      std::string_view record, std::uint64_t time_ms) override;

  /// Of its files.
  [[nodiscard]] std::uint64_t octets() const { return db_->file_octets(); }

 private:
  RocksEngine(std::unique_ptr<RocksDb> db, StoreIdentity identity, const RocksOptions& options);

  Status recover();
  /// already_exists if a leaf's issuer has its digest already; looks at taken prefixes only.
  Status check_taken(const std::vector<Locator::NewLeaf>& leaves,
                     std::span<const Hash> digests) const;
  Status put_anchor(const AnchorRow& row);
  /// The rows of a checked seal's status entries.
  void put_statuses(const Seal& seal, rocksdb::WriteBatch& batch) const;

  const std::unique_ptr<RocksDb> db_;
  const StoreIdentity identity_;
  Locator locator_;
  /// Filled by readers.
  mutable LeafWindows windows_;
  /// Next position and next change of every issuer. The sequencer thread's.
  std::vector<std::uint64_t> next_positions_;
  std::vector<std::uint64_t> next_changes_;
  /// Since `before_changes`. The sequencer thread's.
  mutable KnownTargets known_targets_;
};

}  // namespace kedge::node
