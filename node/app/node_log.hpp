// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "config/settings.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

/// The node's own log, on standard error: one line an event, as text for a person or as one JSON
/// object. Never given a credential, a digest with its salt, a token or a request body.
/// Thread-safe.
class NodeLog {
 public:
  enum class Level : std::uint8_t { debug, info, warning, error };
  using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;

  explicit NodeLog(const config::LoggingSettings& settings);
  ~NodeLog();

  /// `event` is a short sentence; the fields say with what.
  void write(Level level, std::string_view event, Fields fields = {});
  void debug(std::string_view event, Fields fields = {}) { write(Level::debug, event, fields); }
  void info(std::string_view event, Fields fields = {}) { write(Level::info, event, fields); }
  void warning(std::string_view event, Fields fields = {}) { write(Level::warning, event, fields); }
  /// With the whole of the error: this is the only place where details of faults may go.
  void error(std::string_view event, const Error& error);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kedge::node
