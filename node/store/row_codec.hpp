// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/binary.hpp"
#include "node/store/keys.hpp"
#include "node/store/rows.hpp"

/// What the codecs of rows with a checksum at the end are made of.
namespace kedge::node::rows {

inline Error damaged(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

inline void put_text(BinaryWriter& out, std::string_view text) {
  out.put(static_cast<std::uint32_t>(text.size())).put(as_bytes(text));
}

inline std::string take_text(BinaryReader& in) {
  const auto size = in.get<std::uint32_t>();
  return std::string(as_text(in.take(size)));
}

/// Fills a value through a BinaryWriter and closes it with the checksum over key and value.
template <class Fill>
std::string build(std::string_view key, Fill fill) {
  Bytes bytes;
  BinaryWriter out(bytes);
  fill(out);
  std::string value(as_text(bytes));
  keys::put(value, checksum(checksum(0, key), value));
  return value;
}

/// Reads a value through a BinaryReader after its checksum has been checked.
template <class T, class Parse>
Result<T> parse(const Source& row, Parse fill) {
  constexpr std::size_t kSum = sizeof(std::uint32_t);
  if (row.value.size() < kSum) return damaged("the row is shorter than its checksum");
  const std::string_view body = row.value.substr(0, row.value.size() - kSum);
  if (keys::get<std::uint32_t>(row.value, body.size()) != checksum(checksum(0, row.key), body)) {
    return damaged("the row's checksum is wrong");
  }
  BinaryReader in(as_bytes(body));
  T value{};
  fill(in, value);
  if (auto ok = in.finish("the row"); !ok) return damaged(ok.error().message);
  return value;
}

}  // namespace kedge::node::rows
