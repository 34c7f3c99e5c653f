// SPDX-License-Identifier: Apache-2.0
#include "node/store/keys.hpp"

namespace kedge::node::keys {
namespace {

std::string hex(std::string_view octets) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : octets) {
    const auto byte = static_cast<std::uint8_t>(c);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::string number(std::string_view key, std::size_t at, std::size_t size) {
  return std::to_string(size == 4 ? get<std::uint32_t>(key, at) : get<std::uint64_t>(key, at));
}

std::string of_issuer(std::string_view key, std::size_t at) {
  return "issuer " + number(key, at, 4);
}

std::string of_list(std::string_view key, std::size_t at) {
  return of_issuer(key, at) + ", list " + number(key, at + 4, 4);
}

std::string place(std::string_view key, std::size_t at) {
  return of_issuer(key, at) + ", position " + number(key, at + 4, 8);
}

std::string describe_well_formed(Family family, std::string_view key) {
  switch (family) {
    case Family::meta:
      if (key[0] == 'S') return "schema version";
      return key[0] == 'I' ? "identity" : "locator mark of issuer " + number(key, 1, 4);
    case Family::issuers:
      return key[0] == 'i' ? "issuer " + number(key, 1, 4) : "issuer hash " + hex(key.substr(1));
    case Family::runs:
    case Family::batches:
      return place(key, 0);
    case Family::batch_nodes: {
      const auto subtree = get<std::uint32_t>(key, 12);
      return place(key, 0) + (subtree == ~std::uint32_t{0}
                                  ? ", upper nodes"
                                  : ", subtree " + std::to_string(subtree));
    }
    case Family::log:
      if (key[0] == 'g') return "right edge";
      if (key[0] == 'e') return "entry " + number(key, 1, 8);
      return "tile " + number(key, 2, 8) + " of level " + std::to_string(get<std::uint8_t>(key, 1));
    case Family::checkpoints:
      return (key[0] == 'c' ? "epoch " : "size ") + number(key, 1, 8);
    case Family::anchors:
      return std::string(key.substr(1, key.size() - 9)) + ", epoch " +
             number(key, key.size() - 8, 8);
    case Family::changes:
      return of_issuer(key, 0) + ", change " + number(key, 4, 8);
    case Family::targets:
      return of_list(key, 0) + ", index " + number(key, 8, 8);
    case Family::status_lists:
      return key[0] == 'l' ? of_list(key, 1)
                           : of_issuer(key, 1) + ", request " + hex(key.substr(5));
    case Family::status:
      return of_issuer(key, 0) + ", epoch " + number(key, 4, 8);
    case Family::status_tiles:
      return of_list(key, 0) + ", tile " + std::to_string(get<std::uint8_t>(key, 8)) + "/" +
             number(key, 9, 8) + " of epoch " + std::to_string(~get<std::uint64_t>(key, 17));
    case Family::published:
      return of_list(key, 0) + ", encoding " + std::to_string(get<std::uint8_t>(key, 8)) +
             ", epoch " + number(key, 9, 8);
    case Family::locator:
      return "prefix " + hex(key);
    case Family::locator_more:
      return "prefix " + hex(key.substr(0, 8)) + ", " + place(key, 8);
  }
  return {};
}

}  // namespace

bool well_formed(Family family, std::string_view key) {
  const char kind = key.empty() ? '\0' : key[0];
  switch (family) {
    case Family::meta:
      if (kind == 'S' || kind == 'I') return key.size() == 1;
      return kind == 'M' && key.size() == 5;
    case Family::issuers:
      return (kind == 'i' && key.size() == 5) || (kind == 'h' && key.size() == 33);
    case Family::runs:
    case Family::batches:
    case Family::changes:
    case Family::status:
      return key.size() == 12;
    case Family::batch_nodes:
    case Family::targets:
      return key.size() == 16;
    case Family::log:
      if (kind == 'g') return key.size() == 1;
      return (kind == 'e' && key.size() == 9) || (kind == 't' && key.size() == 10);
    case Family::checkpoints:
      return (kind == 'c' || kind == 's') && key.size() == 9;
    case Family::anchors:
      return kind != '\0' && key.size() == std::size_t{static_cast<std::uint8_t>(kind)} + 9;
    case Family::status_lists:
      return (kind == 'l' && key.size() == 9) || (kind == 'a' && key.size() == 37);
    case Family::status_tiles:
      return key.size() == 25;
    case Family::published:
      return key.size() == 17;
    case Family::locator:
      return key.size() == 8;
    case Family::locator_more:
      return key.size() == 20;
  }
  return false;
}

std::string describe(Family family, std::string_view key) {
  return std::string(family_name(family)) + ": " +
         (well_formed(family, key) ? describe_well_formed(family, key) : "key " + hex(key));
}

}  // namespace kedge::node::keys
