// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

/// Reads the fields of one JSON object. Remembers the first thing that is wrong, with its path, and
/// gives empty values from then on: read everything, then ask status(). A reader of a nested object
/// shares the status of the outer one.
class JsonFields {
 public:
  /// `path` is the object's own, empty for the document. Refuses anything but an object with all
  /// of `required`, perhaps some of `optional`, and nothing else.
  JsonFields(const nlohmann::json& value, std::string path, Status& status,
             std::initializer_list<std::string_view> required,
             std::initializer_list<std::string_view> optional = {});

  [[nodiscard]] bool has(std::string_view name) const;
  /// The field itself, or a null value if there is none.
  [[nodiscard]] const nlohmann::json& raw(std::string_view name) const;
  [[nodiscard]] std::string path_of(std::string_view name) const;

  /// 1 to `max_size` octets.
  std::string text(std::string_view name, std::size_t max_size);
  /// 0 to 2^53 - 1.
  std::uint64_t integer(std::string_view name);
  /// Lower-case hex of exactly `out.size()` octets.
  void hex(std::string_view name, std::span<std::uint8_t> out);
  /// Canonical padded base64 of 1 to `max_size` octets.
  Bytes base64(std::string_view name, std::size_t max_size);
  /// At most `max_count` hashes in hex.
  std::vector<Hash> hashes(std::string_view name, std::size_t max_count);

  void refuse(std::string_view name, std::string message);
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  /// The text value of a field, or nullptr after refusing.
  const std::string* text_value(std::string_view name);

  const nlohmann::json& value_;
  std::string path_;
  Status& status_;
};

/// Refuses `status` with this message and path unless something has been refused before.
void refuse_first(Status& status, std::string message, std::string path);

}  // namespace kedge::node
