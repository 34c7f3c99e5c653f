// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kedge::node::cli {

/// What `kedge` tells the shell.
enum class ExitStatus : int {
  /// Done; for a verdict: valid.
  done = 0,
  /// Failed; for a verdict: invalid.
  failed = 1,
  /// The command line was not understood.
  usage = 2,
  /// Could not be decided; only of a verdict.
  unknown = 3,
};

}  // namespace kedge::node::cli
