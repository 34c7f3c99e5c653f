// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// Numbers and tables for people.
namespace kedge::node::cli {

/// `10,000`.
std::string human_count(std::uint64_t value);
/// `512 B`, `1.5 KiB`, `110.0 MiB`.
std::string human_bytes(std::uint64_t bytes);
/// `42 ms`, `1.5 s`, `2 min 5 s`.
std::string human_seconds(double seconds);

/// Columns aligned by spaces. A column whose cells are all numbers stands to the right.
class Table {
 public:
  /// No heads: no line of heads.
  explicit Table(std::vector<std::string> heads = {});
  void row(std::vector<std::string> cells);
  /// Lines, each with its newline and without spaces at its end.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  bool has_heads_ = false;
};

}  // namespace kedge::node::cli
