// SPDX-License-Identifier: Apache-2.0
#include "node/store/run_row.hpp"

#include <algorithm>

#include "node/store/checks.hpp"
#include "node/store/keys.hpp"

namespace kedge::node::rows {
namespace {

constexpr std::size_t kEntry = LeafEntry::kSize;
constexpr std::size_t kSum = sizeof(std::uint32_t);
constexpr std::size_t kFixedHead = sizeof(std::uint64_t) + sizeof(std::uint16_t);
constexpr std::size_t kFullGroup = kRunGroup * kEntry + kSum;

Error damaged(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

}  // namespace

std::string encode_run(std::string_view key, std::uint64_t time_ms, ByteView entries,
                       const std::vector<bool>& call_ends) {
  const std::size_t count = entries.size() / kEntry;
  std::string ends((count + 7) / 8, '\0');
  for (std::size_t i = 0; i < count; ++i) {
    if (call_ends[i]) ends[i / 8] = static_cast<char>(ends[i / 8] | (1 << (i % 8)));
  }
  std::string value;
  value.reserve(kFixedHead + ends.size() + entries.size() + kSum * (count / kRunGroup + 1));
  keys::put(value, time_ms);
  keys::put(value, static_cast<std::uint16_t>(count));
  value += ends;
  const std::uint32_t head_sum = checksum(checksum(0, key), value);
  for (std::size_t i = 0; i < count; i += kRunGroup) {
    const std::size_t here = std::min(kRunGroup, count - i);
    const std::string_view group = as_text(entries.subspan(i * kEntry, here * kEntry));
    value += group;
    keys::put(value, checksum(head_sum, group));
  }
  return value;
}

Result<RunRow> RunRow::parse(const Source& row) {
  if (!keys::well_formed(Family::runs, row.key)) return damaged("the key of a run is malformed");
  if (row.value.size() < kFixedHead) return damaged("the run is truncated");
  RunRow run;
  run.issuer_ = keys::get<std::uint32_t>(row.key, 0);
  run.first_ = keys::get<std::uint64_t>(row.key, 4);
  run.time_ms_ = keys::get<std::uint64_t>(row.value, 0);
  run.count_ = keys::get<std::uint16_t>(row.value, sizeof(std::uint64_t));
  if (run.count_ == 0 || run.count_ > run_row_count(run.first_, kRunRowEntries)) {
    return damaged("a run from here has 1 to " +
                   std::to_string(run_row_count(run.first_, kRunRowEntries)) + " entries, not " +
                   std::to_string(run.count_));
  }
  const std::size_t ends = (run.count_ + 7) / 8;
  const std::size_t groups = (run.count_ + kRunGroup - 1) / kRunGroup;
  if (row.value.size() != kFixedHead + ends + run.count_ * kEntry + groups * kSum) {
    return damaged("the run has another length than its " + std::to_string(run.count_) +
                   " entries need");
  }
  const ByteView bytes = as_bytes(row.value);
  run.ends_ = bytes.subspan(kFixedHead, ends);
  run.groups_ = bytes.subspan(kFixedHead + ends);
  run.head_sum_ = checksum(checksum(0, row.key), row.value.substr(0, kFixedHead + ends));
  return run;
}

Result<bool> RunRow::has_digest(std::size_t i, const Hash& digest) const {
  const std::size_t at = i / kRunGroup * kFullGroup + i % kRunGroup * kEntry;
  if (leaf_digest(groups_.subspan(at, kEntry), 0) == digest) return true;
  if (auto group = group_of(i); !group) return group.error();
  return false;
}

Result<ByteView> RunRow::group_of(std::size_t i) const {
  const std::size_t group = i / kRunGroup;
  const std::size_t here = std::min(kRunGroup, count_ - group * kRunGroup);
  const ByteView entries = groups_.subspan(group * kFullGroup, here * kEntry);
  const std::string_view sum = as_text(groups_.subspan(group * kFullGroup + entries.size(), kSum));
  if (keys::get<std::uint32_t>(sum, 0) != checksum(head_sum_, as_text(entries))) {
    return damaged("the checksum of entries " + std::to_string(group * kRunGroup) + " to " +
                   std::to_string(group * kRunGroup + here - 1) + " of the run is wrong");
  }
  return entries;
}

Status RunRow::read(std::size_t from, std::size_t to, Bytes& out) const {
  while (from < to) {
    auto group = group_of(from);
    if (!group) return group.error();
    const std::size_t skip = from % kRunGroup;
    const std::size_t here = std::min(to - from, group->size() / kEntry - skip);
    const ByteView part = group->subspan(skip * kEntry, here * kEntry);
    out.insert(out.end(), part.begin(), part.end());
    from += here;
  }
  return {};
}

}  // namespace kedge::node::rows
