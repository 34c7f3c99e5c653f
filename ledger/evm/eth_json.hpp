// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/evm/types.hpp"
#include "rpc/json_text.hpp"

namespace kedge::ledger::evm {

/// An object in the answer of a node. Members are asked for by name; the first fault is remembered:
/// read everything, then ask `finish`, whose error is unavailable (it is the node's fault, not the
/// caller's) and names the member. Members that nobody asks for are let pass: nodes add their own.
class JsonObject {
 public:
  /// Precondition: checked JSON (rpc::check_json). `what` names the object in errors.
  JsonObject(std::string_view text, std::string_view what);

  /// Whether the member is there and not null.
  [[nodiscard]] bool has(std::string_view name) const;
  std::uint64_t u64(std::string_view name);
  U256 u256(std::string_view name);
  Hash hash(std::string_view name);
  Address address(std::string_view name);
  Bytes data(std::string_view name);
  /// `0x0` or `0x1`.
  bool flag(std::string_view name);
  /// Whether the member is there and `true`.
  [[nodiscard]] bool is_true(std::string_view name) const;
  std::vector<std::string_view> array(std::string_view name);

  /// Remembers a fault that the caller has found.
  void fail(std::string_view name, std::string_view expected);
  [[nodiscard]] Status finish() const { return status_; }

 private:
  /// The decoded string; empty, with a fault, if it is none.
  std::string string(std::string_view name);
  const rpc::Member* find(std::string_view name) const;

  std::string what_;
  rpc::Members members_;
  Status status_;
};

}  // namespace kedge::ledger::evm
