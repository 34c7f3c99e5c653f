// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstring>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge {

/// Appends big-endian unsigned integers and raw octets: the form of every binary format of Kedge.
class BinaryWriter {
 public:
  explicit BinaryWriter(Bytes& out) : out_(out) {}

  template <std::unsigned_integral T>
  BinaryWriter& put(T value) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
      out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    return *this;
  }

  BinaryWriter& put(ByteView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }

 private:
  Bytes& out_;
};

/// Reads what BinaryWriter wrote. Running out of input is remembered, not thrown: read everything,
/// then ask `finish()`, which also refuses trailing octets.
class BinaryReader {
 public:
  explicit BinaryReader(ByteView in) : in_(in) {}

  template <std::unsigned_integral T>
  T get() {
    T value = 0;
    for (const std::uint8_t byte : take(sizeof(T))) {
      value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) | byte);
    }
    return value;
  }

  template <std::size_t N>
  std::array<std::uint8_t, N> get_array() {
    std::array<std::uint8_t, N> value{};
    const ByteView bytes = take(N);
    if (!bytes.empty()) std::memcpy(value.data(), bytes.data(), bytes.size());
    return value;
  }

  /// The next `size` octets, or an empty view once the input has run out.
  ByteView take(std::size_t size) {
    if (!ok_ || size > in_.size()) {
      ok_ = false;
      return {};
    }
    const ByteView head = in_.first(size);
    in_ = in_.subspan(size);
    return head;
  }

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t remaining() const noexcept { return in_.size(); }

  /// invalid_argument naming `what` if octets were missing or are left over.
  [[nodiscard]] Status finish(std::string_view what) const {
    if (!ok_) return invalid_argument(std::string(what) + " is truncated");
    if (!in_.empty()) return invalid_argument(std::string(what) + " has trailing bytes");
    return {};
  }

 private:
  ByteView in_;
  bool ok_ = true;
};

}  // namespace kedge
