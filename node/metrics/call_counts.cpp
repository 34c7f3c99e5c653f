// SPDX-License-Identifier: Apache-2.0
#include "node/metrics/call_counts.hpp"

#include <algorithm>

namespace kedge::node {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::size_t code_place(int code) noexcept {
  const auto* found = std::find(kCountedCodes.begin(), kCountedCodes.end() - 1, code);
  return static_cast<std::size_t>(found - kCountedCodes.begin());
}

std::size_t bucket_of(std::chrono::nanoseconds took) noexcept {
  const double seconds = static_cast<double>(took.count()) / 1e9;
  std::size_t bucket = 0;
  while (bucket < kLatencyBounds.size() && seconds > kLatencyBounds[bucket]) ++bucket;
  return bucket;
}

}  // namespace

CallCounts::CallCounts(const rpc::MethodTable& methods) {
  for (const auto& [name, method] : methods.all()) names_.push_back(name);
  for (Shard& shard : shards_) shard.rows = std::make_unique<Row[]>(names_.size() + 1);
}

CallCounts::Shard& CallCounts::own_shard() noexcept {
  static std::atomic<std::size_t> threads = 0;
  thread_local const std::size_t mine = threads.fetch_add(1, kRelaxed) % kShards;
  return shards_[mine];
}

std::size_t CallCounts::row_of(std::string_view method) const noexcept {
  const auto found = std::lower_bound(names_.begin(), names_.end(), method);
  const bool known = found != names_.end() && *found == method;
  return known ? static_cast<std::size_t>(found - names_.begin()) : names_.size();
}

void CallCounts::add_call(std::string_view method, int code,
                          std::chrono::nanoseconds took) noexcept {
  took = std::max(took, std::chrono::nanoseconds(0));
  Row& row = own_shard().rows[row_of(method)];
  row.codes[code_place(code)].fetch_add(1, kRelaxed);
  row.buckets[bucket_of(took)].fetch_add(1, kRelaxed);
  row.nanoseconds.fetch_add(static_cast<std::uint64_t>(took.count()), kRelaxed);
}

void CallCounts::add_response(unsigned http_status) noexcept {
  if (http_status < kStatuses) own_shard().responses[http_status].fetch_add(1, kRelaxed);
}

std::vector<MethodCounts> CallCounts::calls() const {
  std::vector<MethodCounts> all(names_.size() + 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    MethodCounts& sum = all[i];
    sum.method = i < names_.size() ? names_[i] : "unknown";
    for (const Shard& shard : shards_) {
      const Row& row = shard.rows[i];
      for (std::size_t k = 0; k < sum.codes.size(); ++k)
        sum.codes[k] += row.codes[k].load(kRelaxed);
      for (std::size_t k = 0; k < sum.buckets.size(); ++k) {
        sum.buckets[k] += row.buckets[k].load(kRelaxed);
      }
      sum.nanoseconds += row.nanoseconds.load(kRelaxed);
    }
  }
  return all;
}

std::map<unsigned, std::uint64_t> CallCounts::responses() const {
  std::map<unsigned, std::uint64_t> all;
  for (const Shard& shard : shards_) {
    for (unsigned status = 0; status < kStatuses; ++status) {
      const std::uint64_t count = shard.responses[status].load(kRelaxed);
      if (count != 0) all[status] += count;
    }
  }
  return all;
}

}  // namespace kedge::node
