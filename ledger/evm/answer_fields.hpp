// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "crypto/result.hpp"
#include "ledger/evm/types.hpp"

namespace kedge::ledger::evm {

/// Reads the members of an object in an RPC node's answer, which may hold others besides. Remembers
/// the first thing that is missing or wrong, with its path, and answers empty values from then on:
/// read everything, then ask the status. Readers of nested objects share it.
class AnswerFields {
 public:
  /// `value` must outlive the reader; anything but an object is refused.
  AnswerFields(const nlohmann::json& value, std::string path, Status& status);

  /// Whether the member is there and not null.
  [[nodiscard]] bool has(std::string_view name) const;
  /// The member itself, or a null value.
  [[nodiscard]] const nlohmann::json& raw(std::string_view name) const;

  Bytes data(std::string_view name, std::size_t max_size);
  Hash hash(std::string_view name);
  Address address(std::string_view name);
  std::uint64_t u64(std::string_view name);
  U256 u256(std::string_view name);
  /// A list of octets.
  std::vector<Bytes> data_list(std::string_view name, std::size_t max_count, std::size_t max_size);
  /// The elements of a list; none after a refusal.
  std::vector<const nlohmann::json*> list(std::string_view name, std::size_t max_count);

  void refuse(std::string message, std::string_view name);
  [[nodiscard]] std::string path_of(std::string_view name) const;

 private:
  std::string text(std::string_view name);

  const nlohmann::json& value_;
  std::string path_;
  Status& status_;
};

}  // namespace kedge::ledger::evm
