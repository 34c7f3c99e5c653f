// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "node/api/rest_table.hpp"

namespace kedge::node {

/// A request to a row of the table → the params of its method.
class RestParams {
 public:
  /// The row's method must be described.
  explicit RestParams(const RestRow& row);

  /// JSON text. Errors are invalid_argument with the name of what is wrong. Values are typed by the
  /// schema; whether they are in range is the method's to say. A body is passed on as it is.
  [[nodiscard]] Result<std::string> of(const rpc::HttpRequest& request) const;

 private:
  enum class Kind : std::uint8_t { text, integer, boolean };

  [[nodiscard]] Result<std::string> value_of(std::string_view name, std::string_view text) const;
  Status add(std::string& out, std::string_view name, std::string_view text) const;
  Status add_path(std::string& out, std::string_view path) const;
  Status add_query(std::string& out, std::string_view query) const;

  const RestRow& row_;
  std::map<std::string, Kind, std::less<>> kinds_;
};

/// Where a page begins, for whoever asks for the next one: opaque to them, so that it can change.
std::string make_cursor(std::uint64_t start);
/// invalid_argument for anything that make_cursor() has not made.
Result<std::uint64_t> read_cursor(std::string_view cursor);

}  // namespace kedge::node
