// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace kedge {

/// The error vocabulary of the whole project. `rpc/errors.hpp` maps it to the wire, once.
enum class Errc : std::uint8_t {
  /// The caller's input breaks a rule; `Error::field` names where.
  invalid_argument,
  not_found,
  already_exists,
  /// No credentials for this, or not enough of them.
  unauthorized,
  /// A bound is reached; retry later.
  too_busy,
  /// Shutting down, not ready, or an external party cannot be reached.
  unavailable,
  /// Stored data contradicts itself. Fatal for the writer.
  corrupt,
  /// The disk or the database failed. After a failed sync nothing is known: fatal for the writer.
  storage,
  /// A cryptographic library failed on valid input.
  crypto,
  /// A fault of ours.
  internal,
};

/// Why something failed. `message` is one line for a person and says what was expected. Details of
/// `corrupt`, `storage`, `crypto` and `internal` are for the node's own log, never for an answer.
struct Error {
  Errc code = Errc::internal;
  std::string message;
  /// Path of the offending input, such as `items[4711].digest`; empty where there is none.
  std::string field = {};
};

/// A value or the reason why there is none. The names follow std::expected, which GCC 12 lacks in
/// C++20; only the common subset is offered, so that a later switch is one line.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Precondition of all four: has_value(). A breach throws std::bad_variant_access.
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  /// Precondition: !has_value().
  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  [[nodiscard]] bool has_value() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  [[nodiscard]] const Error& error() const& { return error_; }
  [[nodiscard]] Error&& error() && { return std::move(error_); }

 private:
  Error error_;
  bool ok_ = true;
};

/// Success or the reason of failure.
using Status = Result<void>;

inline Error invalid_argument(std::string message, std::string field = {}) {
  return {Errc::invalid_argument, std::move(message), std::move(field)};
}

}  // namespace kedge
