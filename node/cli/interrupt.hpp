// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace kedge::node::cli {

/// While one lives, the first Ctrl-C (or SIGTERM, SIGHUP) only asks the work to end at its next
/// good moment; the second ends the program at once. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether one has come. Thread-safe.
  [[nodiscard]] static bool came();

  /// Ends the program as the signal would have, so that a shell or a script knows of it. Returns if
  /// none has come.
  static void end_program();
};

}  // namespace kedge::node::cli
