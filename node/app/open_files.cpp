// SPDX-License-Identifier: Apache-2.0
#include "node/app/open_files.hpp"

#include <algorithm>

#include <sys/resource.h>

namespace kedge::node {
namespace {

/// For the write-ahead log, the ledgers, event loops, standard streams, and connections that are
/// being refused.
constexpr std::size_t kReserved = 256;
constexpr std::size_t kFewest = 16;

}  // namespace

std::size_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kReserved + kFewest;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::size_t connections_within(std::size_t open_files, std::size_t store_files,
                               std::size_t wanted) {
  const std::size_t taken = store_files + kReserved;
  const std::size_t left = open_files > taken ? open_files - taken : 0;
  return std::clamp(left, std::min(kFewest, wanted), wanted);
}

}  // namespace kedge::node
