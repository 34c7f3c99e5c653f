// SPDX-License-Identifier: Apache-2.0
#include "node/backup/store_check.hpp"

#include "crypto/sha256.hpp"
#include "node/audit/fsck_store.hpp"

namespace kedge::node {

Result<LogHead> log_head_of(const StoreReader& reader) {
  const auto checkpoint = reader.latest_checkpoint();
  if (checkpoint) return LogHead{checkpoint->size, checkpoint->root};
  if (checkpoint.error().code == Errc::not_found) return LogHead{0, crypto::sha256({})};
  return checkpoint.error();
}

RocksOptions checking_options() {
  RocksOptions options = reading_options();
  // A node that goes on has its own beside it.
  options.block_cache_bytes = std::size_t{64} << 20;
  options.max_open_files = 128;
  return options;
}

Status check_store(const std::filesystem::path& store, const std::filesystem::path& record,
                   const std::string& origin, const crypto::NoteVerifier& log_key,
                   const Watch& watch) {
  FsckOptions options;
  options.origin = origin;
  options.verifier = log_key;
  options.record = record;
  options.max_faults = 1;
  options.progress = [&watch](const FsckProgress& progress) {
    watch.tell(progress.phase, progress.done, progress.total);
  };
  options.stopped = watch.stopped;
  const auto report = fsck_store(store, options, checking_options());
  if (!report) return report.error();
  if (report->clean()) return {};
  const Fault& first = report->faults.front();
  return Error{Errc::corrupt, "it is not clean (" + std::to_string(report->fault_count) +
                                  " faults; kedge fsck lists them): " + first.where + ": " +
                                  first.what};
}

}  // namespace kedge::node
