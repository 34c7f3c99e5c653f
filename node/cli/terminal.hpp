// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::node::cli {

/// Where a command speaks. Results go to the output, everything else (progress, remarks, errors) to
/// the error stream, so that a pipe gets results alone. Colours and moving bars appear only where a
/// person looks. Not thread-safe.
class Terminal {
 public:
  struct Looks {
    /// The output is a terminal.
    bool out_tty = false;
    /// The error stream is a terminal.
    bool err_tty = false;
    bool colours = false;
    /// Columns of the terminal.
    std::size_t width = 80;
  };

  Terminal(std::ostream& out, std::ostream& err, Looks looks);
  /// Standard output and error, as they are. NO_COLOR in the environment switches colours off.
  static Terminal standard();

  [[nodiscard]] const Looks& looks() const { return looks_; }

  /// A line of the result.
  void line(std::string_view text);
  /// A remark for a person; not part of the result.
  void note(std::string_view text);
  void error(std::string_view text);
  /// `what`, the reason, and the field if the error names one.
  void error(std::string_view what, const Error& error);

  /// The text in colour, where the output shows colours.
  [[nodiscard]] std::string good(std::string_view text) const;
  [[nodiscard]] std::string bad(std::string_view text) const;
  [[nodiscard]] std::string doubtful(std::string_view text) const;
  [[nodiscard]] std::string strong(std::string_view text) const;

  /// Draws a line that the next draw replaces; only on a terminal.
  void draw_progress(std::string_view text);
  /// Removes the line drawn last.
  void end_progress();

 private:
  [[nodiscard]] std::string painted(std::string_view code, std::string_view text) const;

  std::ostream& out_;
  std::ostream& err_;
  Looks looks_;
  bool drawn_ = false;
};

}  // namespace kedge::node::cli
