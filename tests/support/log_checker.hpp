// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "node/audit/fsck.hpp"

namespace kedge::test {

/// Checks everything that a store holds, as `kedge fsck` does; the message lists what is wrong.
inline testing::AssertionResult store_is_sound(const node::StoreReader& reader,
                                               const std::string& origin,
                                               const crypto::NoteVerifier& verifier) {
  node::FsckOptions options;
  options.origin = origin;
  options.verifier = verifier;
  const Result<node::FsckReport> report = node::fsck(reader, options);
  if (!report) return testing::AssertionFailure() << report.error().message;
  if (report->clean()) return testing::AssertionSuccess();
  auto result = testing::AssertionFailure() << report->fault_count << " faults";
  for (const node::Fault& fault : report->faults) {
    result << "\n  " << fault.where << ": " << fault.what;
  }
  return result;
}

}  // namespace kedge::test
