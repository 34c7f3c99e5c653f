// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <string>

#include "node/store/keys.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node {

/// A stored row that is not as it must be.
struct RowFault {
  /// The row as `keys::describe` names it, or the family or file that cannot be read.
  std::string where;
  /// What was found there and what was expected.
  std::string what;
};

struct ScanOptions {
  RocksOptions rocks = {};
  /// Called for every fault, on the calling thread.
  std::function<void(const RowFault&)> fault = {};
  /// Called now and then with the number of rows read so far.
  std::function<void(std::uint64_t rows)> progress = {};
  /// Asked now and then; true ends the scan with unavailable.
  std::function<bool()> stopped = {};
};

struct ScanReport {
  /// By family, in the order of kFamilyNames.
  std::array<std::uint64_t, kFamilies> rows{};
  std::uint64_t faults = 0;
  /// Leaves that the locator finds: by its rows, or beyond the marks, where a store that is opened
  /// makes its entries anew. 0 where that is not so of all.
  std::uint64_t located = 0;
  /// Of these, the ones beyond the marks.
  std::uint64_t unmarked = 0;

  [[nodiscard]] bool clean() const noexcept { return faults == 0; }
};

/// Reads every octet of a RocksDB store that nobody has open, below the Store interface: the whole
/// files against their checksums, then every row of every family: the shape of its key, its
/// checksum and form, that numbers have no gaps, that rows that belong together agree, and that
/// nothing is there that belongs to nothing, and that the locator finds every credential. What the
/// rows mean together (hashes, roots, signatures) is the business of node/audit/fsck.hpp; the two
/// together find any flipped bit of any row.
///
/// An error means that the scan could not be done: the errors are those of open_rocks_store, but
/// damage that can be read past is a fault instead.
Result<ScanReport> scan_rows(const std::filesystem::path& path, const ScanOptions& options);

}  // namespace kedge::node
