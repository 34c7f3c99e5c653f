// SPDX-License-Identifier: Apache-2.0
#include <rocksdb/utilities/checkpoint.h>

#include "node/store/rocks_db.hpp"

namespace kedge::node {

Status RocksDb::checkpoint(const std::filesystem::path& folder) const {
  std::error_code failed;
  if (std::filesystem::exists(std::filesystem::symlink_status(folder, failed))) {
    return Error{Errc::already_exists, "there is something at " + folder.string() + " already"};
  }
  const std::filesystem::path absolute = std::filesystem::absolute(folder, failed);
  if (failed) return Error{Errc::storage, folder.string() + ": " + failed.message()};
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(db_.get(), &made);
  if (!status.ok()) return rocks_error(status, "cannot copy the store");
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // What is in memory goes into files while writes go on, so that little is left for when they
  // wait.
  const auto flushed = db_->Flush(rocksdb::FlushOptions(), {handles_.begin(), handles_.end()});
  if (!flushed.ok()) return rocks_error(flushed, "cannot write what is in memory to files");
  const std::unique_lock gate(write_gate_);
  if (auto ok = writable(); !ok) return ok;
  status = checkpoint->CreateCheckpoint(absolute);
  if (!status.ok()) return rocks_error(status, "cannot copy the store to " + folder.string());
  return {};
}

}  // namespace kedge::node
