// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
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
  using Field = std::pair<std::string_view, std::string>;
  using Fields = std::initializer_list<Field>;

  explicit NodeLog(const config::LoggingSettings& settings);
  ~NodeLog();

  /// `event` is a short sentence; the fields say with what.
  void write(Level level, std::string_view event, Fields fields = {}) {
    write(level, event, std::span<const Field>(fields.begin(), fields.size()));
  }
  void write(Level level, std::string_view event, std::span<const Field> fields);
  /// Whether lines of this level are written at all.
  [[nodiscard]] bool writes(Level level) const;
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
