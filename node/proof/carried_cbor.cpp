// SPDX-License-Identifier: Apache-2.0
#include "node/proof/carried_cbor.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "node/proof/bundle.hpp"

namespace kedge::node {
namespace {

/// Levels above an anchor: the bundle and the array. The status has one less, which nobody needs.
constexpr std::size_t kOuterLevels = 2;
/// The shortest byte string: an address. Shorter texts of hex may well be words or numbers.
constexpr std::size_t kMinBytes = 20;
/// The one member of a status that is base64 in JSON.
constexpr std::string_view kStatusEntry = "epochEntry";

/// The octets of a text that is hex and long enough.
std::optional<Bytes> octets_of(const std::string& text) {
  if (text.size() < 2 * kMinBytes) return std::nullopt;
  Result<Bytes> octets = crypto::from_hex(text);
  if (!octets) return std::nullopt;
  return *std::move(octets);
}

void write_text(CborWriter& writer, const std::string& text) {
  if (const auto octets = octets_of(text)) return writer.bytes(*octets);
  writer.text(text);
}

/// The octets of a text in canonical base64.
std::optional<Bytes> entry_of(const nlohmann::json& value) {
  if (!value.is_string()) return std::nullopt;
  Result<Bytes> octets = crypto::base64_decode(value.get_ref<const std::string&>());
  if (!octets) return std::nullopt;
  return *std::move(octets);
}

/// `entry_key` names a member whose base64 is a byte string; empty for none.
void write_map(CborWriter& writer, const nlohmann::json& object, std::string_view entry_key) {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : object.items()) keys.push_back(key);
  std::sort(keys.begin(), keys.end(), cbor_key_less);
  writer.head(CborType::map, keys.size());
  for (const std::string& key : keys) {
    writer.text(key);
    const nlohmann::json& value = object.at(key);
    const auto entry = key == entry_key ? entry_of(value) : std::nullopt;
    if (entry) {
      writer.bytes(*entry);
    } else {
      write_carried(writer, value);
    }
  }
}

nlohmann::json read_value(CborReader& reader, std::size_t depth, const std::string& path);

nlohmann::json read_bytes(CborReader& reader, const std::string& path) {
  const ByteView bytes = reader.bytes(path);
  if (bytes.size() < kMinBytes) {
    reader.refuse("expected a byte string of at least 20 octets", path);
  }
  return crypto::to_hex(bytes);
}

nlohmann::json read_text(CborReader& reader, const std::string& path) {
  const std::string text(reader.text(path));
  if (octets_of(text)) {
    reader.refuse("expected the octets as a byte string", path);
  }
  return text;
}

nlohmann::json read_integer(CborReader& reader, CborType type, const std::string& path) {
  const std::uint64_t argument = reader.head(type, path);
  if (type == CborType::unsigned_integer) {
    if (argument > kMaxBundleInteger) reader.refuse("expected at most 53 bits", path);
    return argument;
  }
  if (argument >= kMaxBundleInteger) {
    reader.refuse("expected at most 53 bits", path);
    return nullptr;
  }
  return -1 - static_cast<std::int64_t>(argument);
}

nlohmann::json read_simple(CborReader& reader, const std::string& path) {
  const std::uint64_t value = reader.head(CborType::simple, path);
  if (value == kCborTrue || value == kCborFalse) return value == kCborTrue;
  if (value != kCborNull) reader.refuse("expected false, true or null", path);
  return nullptr;
}

nlohmann::json read_array(CborReader& reader, std::size_t depth, const std::string& path) {
  nlohmann::json array = nlohmann::json::array();
  const std::size_t count = reader.array(path);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    array.push_back(read_value(reader, depth - 1, path + "[" + std::to_string(i) + "]"));
  }
  return array;
}

nlohmann::json read_entry(CborReader& reader, std::size_t depth, const std::string& path) {
  if (reader.next_type() == CborType::bytes) return crypto::base64_encode(reader.bytes(path));
  nlohmann::json value = read_value(reader, depth, path);
  if (entry_of(value)) reader.refuse("expected the octets as a byte string", path);
  return value;
}

nlohmann::json read_map(CborReader& reader, std::size_t depth, const std::string& path,
                        std::string_view entry_key) {
  nlohmann::json object = nlohmann::json::object();
  const std::size_t count = reader.map(path);
  std::string key;
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    key = i == 0 ? reader.text(path) : reader.key_after(key, path);
    if (!reader.ok()) break;
    const std::string member = path + "." + key;
    object[key] = key == entry_key ? read_entry(reader, depth - 1, member)
                                   : read_value(reader, depth - 1, member);
  }
  return object;
}

nlohmann::json read_value(CborReader& reader, std::size_t depth, const std::string& path) {
  const CborType type = reader.next_type();
  const bool nested = type == CborType::array || type == CborType::map;
  if (nested && depth == 0) {
    reader.refuse("nested too deep", path);
    return nullptr;
  }
  switch (type) {
    case CborType::unsigned_integer:
    case CborType::negative_integer:
      return read_integer(reader, type, path);
    case CborType::bytes:
      return read_bytes(reader, path);
    case CborType::text:
      return read_text(reader, path);
    case CborType::array:
      return read_array(reader, depth, path);
    case CborType::map:
      return read_map(reader, depth, path, {});
    case CborType::simple:
      return read_simple(reader, path);
    case CborType::tag:
      break;
  }
  reader.refuse("expected no tag", path);
  return nullptr;
}

}  // namespace

void write_carried(CborWriter& writer, const nlohmann::json& value) {
  switch (value.type()) {
    case nlohmann::json::value_t::null:
      return writer.head(CborType::simple, kCborNull);
    case nlohmann::json::value_t::boolean:
      return writer.head(CborType::simple, value.get<bool>() ? kCborTrue : kCborFalse);
    case nlohmann::json::value_t::number_unsigned:
      return writer.integer(value.get<std::uint64_t>());
    case nlohmann::json::value_t::number_integer: {
      const auto number = value.get<std::int64_t>();
      if (number >= 0) return writer.integer(static_cast<std::uint64_t>(number));
      return writer.head(CborType::negative_integer, static_cast<std::uint64_t>(-1 - number));
    }
    case nlohmann::json::value_t::string:
      return write_text(writer, value.get_ref<const std::string&>());
    case nlohmann::json::value_t::array:
      writer.head(CborType::array, value.size());
      for (const nlohmann::json& element : value) write_carried(writer, element);
      return;
    case nlohmann::json::value_t::object:
      return write_map(writer, value, {});
    default:
      throw std::invalid_argument("not a value that a bundle carries");
  }
}

nlohmann::json read_carried(CborReader& reader, const std::string& path) {
  if (reader.next_type() != CborType::map) reader.refuse("expected a map", path);
  return read_value(reader, kMaxBundleDepth - kOuterLevels, path);
}

void write_carried_status(CborWriter& writer, const nlohmann::json& value) {
  write_map(writer, value, kStatusEntry);
}

nlohmann::json read_carried_status(CborReader& reader, const std::string& path) {
  if (reader.next_type() != CborType::map) reader.refuse("expected a map", path);
  if (!reader.ok()) return nullptr;
  return read_map(reader, kMaxBundleDepth - kOuterLevels, path, kStatusEntry);
}

}  // namespace kedge::node
