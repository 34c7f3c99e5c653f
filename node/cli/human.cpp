// SPDX-License-Identifier: Apache-2.0
#include "node/cli/human.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace kedge::node::cli {
namespace {

std::string with_one_decimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

bool is_number(const std::string& cell) {
  return cell.empty() || (cell[0] >= '0' && cell[0] <= '9');
}

/// Characters, not octets: cells may hold UTF-8.
std::size_t width(const std::string& cell) {
  return static_cast<std::size_t>(
      std::count_if(cell.begin(), cell.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string human_count(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  static constexpr std::array<const char*, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return with_one_decimal(value) + " " + kUnits[unit];
}

std::string human_seconds(double seconds) {
  if (seconds < 0.9995) return std::to_string(std::lround(seconds * 1000)) + " ms";
  if (seconds < 59.95) return with_one_decimal(seconds) + " s";
  const auto whole = std::lround(seconds);
  return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

Table::Table(std::vector<std::string> heads) : has_heads_(!heads.empty()) {
  if (has_heads_) rows_.push_back(std::move(heads));
}

void Table::row(std::vector<std::string> cells) {
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  std::size_t columns = 0;
  for (const auto& cells : rows_) columns = std::max(columns, cells.size());
  std::vector<std::size_t> widths(columns, 0);
  std::vector<bool> right(columns, true);
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    for (std::size_t c = 0; c < rows_[r].size(); ++c) {
      widths[c] = std::max(widths[c], width(rows_[r][c]));
      if (!(has_heads_ && r == 0) && !is_number(rows_[r][c])) right[c] = false;
    }
  }
  std::string out;
  for (const auto& cells : rows_) {
    std::string line;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      const std::string padding(widths[c] - width(cells[c]), ' ');
      if (c > 0) line += "  ";
      line += right[c] ? padding + cells[c] : cells[c] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace kedge::node::cli
