// SPDX-License-Identifier: Apache-2.0
#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include "node/store/rocks_db.hpp"

namespace kedge::node {
namespace {

/// Bits a key in the locator's filters: a false hit costs a block, a bit costs memory. In files
/// that compaction will soon replace, and of which every look-up asks each, there are more.
constexpr double kLocatorFilterBits = 12;
constexpr double kIngestFilterBits = 16;

}  // namespace

rocksdb::DBOptions database_options(const RocksOptions& options) {
  rocksdb::DBOptions db;
  db.paranoid_checks = true;
  // A torn record at the end of the log is a write that nobody was told of. Damage before the end
  // may be one that somebody was told of, and must stop the start rather than be dropped.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Families that are seldom written would keep old logs alive.
  db.max_total_wal_size = std::uint64_t{256} << 20;
  db.max_open_files = options.max_open_files;
  // Statistics of files are not used, and would be read from each of them at the start.
  db.skip_stats_update_on_db_open = true;
  // Per column family, and all of them start even where there is nothing to open.
  db.max_file_opening_threads = 1;
  db.max_background_jobs = 4;
  // It must not go on by itself after a failed write; see rocks_db.cpp.
  db.max_bgerror_resume_count = 0;
  // Every octet of every file is under a checksum, so that a scan can vouch for all of them.
  db.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  db.bytes_per_sync = std::uint64_t{1} << 20;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  db.keep_log_file_num = 4;
  db.max_log_file_size = std::size_t{4} << 20;
  return db;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const RocksOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions out;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.cache_index_and_filter_blocks = true;
  // Of indexes and filters in parts, what leads to the parts is small, and every look-up needs it.
  table.metadata_cache_options.top_level_index_pinning = rocksdb::PinningTier::kAll;
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kFlushedAndSimilar;
  out.compression = rocksdb::kLZ4Compression;
  out.level_compaction_dynamic_level_bytes = true;
  out.write_buffer_size = options.write_buffer_bytes / 8;
  out.target_file_size_base = std::uint64_t{64} << 20;

  switch (family) {
    case Family::runs:
      // Salts and digests do not compress. A full row is 12.7 kB and gets a block of its own: one
      // block fills when it is 90 % full and the next row has no room.
      out.compression = rocksdb::kNoCompression;
      out.write_buffer_size = options.write_buffer_bytes;
      // One that is filled, one that is written, and one in hand for when the disk is slow.
      out.max_write_buffer_number = 3;
      // A write that waits for compaction is late for everybody. Compaction has seconds to spare:
      // a file comes at the most once a second.
      out.level0_slowdown_writes_trigger = 40;
      out.level0_stop_writes_trigger = 80;
      table.block_size = 13'056;
      // One index a file, 25 kB: about 5 octets a row, for as long as the file is open.
      table.index_block_restart_interval = 16;
      table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
      // A row is looked for by the beginning of its window, in files that overlap. Most are there,
      // so that a filter of the last level would be asked for nothing.
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      out.optimize_filters_for_hits = true;
      out.memtable_whole_key_filtering = true;
      out.memtable_prefix_bloom_size_ratio = 0.001;
      break;
    case Family::batch_nodes:
      out.compression = rocksdb::kNoCompression;
      out.write_buffer_size = options.write_buffer_bytes / 2;
      table.block_size = std::size_t{16} << 10;
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      break;
    case Family::log:
      table.block_size = std::size_t{8} << 10;
      break;
    case Family::locator:
      // Random keys: what matters is that a digest that is not there costs no block, and that the
      // many files that wait for compaction hold up nobody's writes (the spill waits instead).
      out.compaction_style = rocksdb::kCompactionStyleLevel;
      out.level0_file_num_compaction_trigger = 4;
      out.level0_slowdown_writes_trigger = 1 << 20;
      out.level0_stop_writes_trigger = 1 << 20;
      out.soft_pending_compaction_bytes_limit = 0;
      out.hard_pending_compaction_bytes_limit = 0;
      out.max_bytes_for_level_base = std::uint64_t{128} << 20;
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kLocatorFilterBits));
      // In parts, so that a look-up in a store whose filters are larger than the cache reads one
      // part. Not in small ones: the sorted keys of a group commit share them.
      table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
      table.partition_filters = true;
      table.metadata_block_size = std::size_t{32} << 10;
      // What is in one piece belongs to files that wait for compaction: bounded in number.
      table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
      table.metadata_cache_options.top_level_index_pinning = rocksdb::PinningTier::kAll;
      break;
    case Family::locator_more:
      out.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(sizeof(std::uint64_t)));
      out.memtable_prefix_bloom_size_ratio = 0.05;
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      break;
    case Family::targets:
      // A change looks its target up, and most have never been changed: a filter answers that, also
      // in memory.
      out.write_buffer_size = options.write_buffer_bytes / 4;
      out.memtable_whole_key_filtering = true;
      out.memtable_prefix_bloom_size_ratio = 0.05;
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      break;
    case Family::status_tiles:
      // Most tiles of a list are zeros, which are not there.
      out.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(keys::kStatusTilePrefix));
      out.memtable_prefix_bloom_size_ratio = 0.05;
      table.block_size = std::size_t{8} << 10;
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      break;
    case Family::changes:
      table.block_size = std::size_t{16} << 10;
      break;
    case Family::meta:
    case Family::issuers:
    case Family::batches:
    case Family::checkpoints:
    case Family::anchors:
    case Family::status_lists:
    case Family::status:
    case Family::published:
      break;
  }
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return out;
}

rocksdb::Options ingest_options(const rocksdb::Options& family) {
  rocksdb::Options out = family;
  rocksdb::BlockBasedTableOptions table =
      *family.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kIngestFilterBits));
  table.index_type = rocksdb::BlockBasedTableOptions::kBinarySearch;
  table.partition_filters = false;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  out.compression = rocksdb::kNoCompression;
  out.compression_per_level.clear();
  return out;
}

}  // namespace kedge::node
