// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <rocksdb/env.h>

namespace kedge::node {

/// The system's files and threads, but for RocksDB's write-ahead logs: small writes go where the
/// log was filled with zeros before. A sync after a write that makes a file longer has to bring the
/// file's new length to the disk too, in a transaction of the file system and behind whatever else
/// waits there; one that goes over zeros has its own octets to bring and nothing else.
///
/// What nobody has written to yet reads as zeros, as it does where a disk did not take it
/// (log_tail.hpp); RocksDB passes over it. A log that is closed ends with its last record. Without
/// room for zeros a write goes on without them, and answers what the system answers.
///
/// For any number of threads, as RocksDB's own; it must outlive the database that was opened with
/// it. It is asked for once a store.
std::unique_ptr<rocksdb::Env> env_with_filled_logs();

}  // namespace kedge::node
