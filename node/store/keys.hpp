// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <string>
#include <string_view>

#include "node/store/store.hpp"

/// Every key of the RocksDB store, and the version of the whole layout. Integers are big-endian, so
/// that the order of keys is the order of numbers.
///
///   family        key                                    value (rows.hpp)
///   default       'S'                                    schema version
///                 'I'                                    origin, locator key
///                 'M' issuer:4                           first position whose locator row is not
///                                                        known to be in `locator`
///   issuers       'i' issuer:4                           the issuer's row
///                 'h' issuer_hash:32                     issuer number
///   runs          issuer:4 first_position:8              up to 64 leaf entries
///   batches       issuer:4 first_position:8              the batch's row
///   batch_nodes   issuer:4 first_position:8 subtree:4    nodes of 4096 leaves, levels 4 to 11;
///                                                        subtree 2^32-1: all nodes above
///   log           'e' index:8                            log entry
///                 't' level:1 index:8                    full tile
///                 'g'                                    right edge
///   checkpoints   'c' epoch:8                            the checkpoint's row
///                 's' size:8                             epoch
///   anchors       length:1 ledger:length epoch:8         the anchor's row
///   changes       issuer:4 first_change:8                what one call changed
///   targets       issuer:4 list:4 index:8                newest status of what was ever changed
///   status_lists  'l' issuer:4 list:4                    a published list's row
///                 'a' issuer:4 SHA-256(request key):32   what one request for indexes has got
///   status        issuer:4 epoch:8                       a status entry and its list records
///   status_tiles  issuer:4 list:4 level:1 index:8 ~epoch:8
///                                                        a tile as written in an epoch; the bits
///                                                        of the epoch inverted, so that the newest
///                                                        version comes first
///   published     issuer:4 list:4 encoding:1 epoch:8     a published list's document
///   locator       prefix:8                               location; written by ingestion only
///   locator_more  prefix:8 issuer:4 position:8           nothing: further locations of a prefix
///
/// `prefix` is the first eight octets of SHA-256(0x00 ‖ locator_key:16 ‖ digest:32).
namespace kedge::node {

/// Raised whenever a store of the version before could not be read as it is.
inline constexpr std::uint32_t kSchemaVersion = 3;

enum class Family : std::uint8_t {
  meta,
  issuers,
  runs,
  batches,
  batch_nodes,
  log,
  checkpoints,
  anchors,
  changes,
  targets,
  status_lists,
  status,
  status_tiles,
  published,
  locator,
  locator_more,
};

inline constexpr std::array<std::string_view, 16> kFamilyNames = {
    "default",      "issuers",   "runs",    "batches",     "batch_nodes",  "log",
    "checkpoints",  "anchors",   "changes", "targets",     "status_lists", "status",
    "status_tiles", "published", "locator", "locator_more"};

inline constexpr std::size_t kFamilies = kFamilyNames.size();

inline std::string_view family_name(Family family) {
  return kFamilyNames[static_cast<std::size_t>(family)];
}

namespace keys {

template <std::unsigned_integral T>
void put(std::string& key, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) {
    key.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
  }
}

/// The unsigned integer at `at`. Precondition: it is there.
template <std::unsigned_integral T>
T get(std::string_view key, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value = static_cast<T>((std::uint64_t{value} << 8) | static_cast<std::uint8_t>(key[at + i]));
  }
  return value;
}

template <std::unsigned_integral... T>
std::string join(std::string key, T... values) {
  (put(key, values), ...);
  return key;
}

inline std::string schema() {
  return "S";
}
inline std::string identity() {
  return "I";
}
inline std::string locator_mark(IssuerId issuer) {
  return join("M", issuer);
}

inline std::string issuer(IssuerId id) {
  return join("i", id);
}
inline std::string issuer_hash(const Hash& hash) {
  return "h" + std::string(as_text(hash));
}

inline std::string run(IssuerId issuer, std::uint64_t first) {
  return join("", issuer, first);
}
inline std::string batch(IssuerId issuer, std::uint64_t first) {
  return join("", issuer, first);
}
inline std::string batch_nodes(IssuerId issuer, std::uint64_t first, std::uint32_t subtree) {
  return join("", issuer, first, subtree);
}

inline std::string log_entry(std::uint64_t index) {
  return join("e", index);
}
inline std::string tile(std::uint8_t level, std::uint64_t index) {
  return join("t", level, index);
}
inline std::string edges() {
  return "g";
}

inline std::string checkpoint(std::uint64_t epoch) {
  return join("c", epoch);
}
inline std::string checkpoint_size(std::uint64_t size) {
  return join("s", size);
}

/// Precondition: 1 to 255 octets of name.
inline std::string ledger(std::string_view name) {
  return join("", static_cast<std::uint8_t>(name.size())).append(name);
}
inline std::string anchor(std::string_view name, std::uint64_t epoch) {
  return join(ledger(name), epoch);
}

inline std::string changes(IssuerId issuer, std::uint64_t first) {
  return join("", issuer, first);
}
inline std::string target(IssuerId issuer, const StatusTarget& target) {
  return join("", issuer, target.list, target.index);
}
inline std::string status_list(IssuerId issuer, std::uint32_t list) {
  return join("l", issuer, list);
}
inline std::string allocation(IssuerId issuer, const Hash& request_hash) {
  return join("a", issuer).append(as_text(request_hash));
}
inline std::string status(IssuerId issuer, std::uint64_t epoch) {
  return join("", issuer, epoch);
}
/// What all versions of a tile have in common.
inline constexpr std::size_t kStatusTilePrefix = 17;
inline std::string status_tile(IssuerId issuer, std::uint32_t list, std::uint8_t level,
                               std::uint64_t index, std::uint64_t epoch) {
  return join("", issuer, list, level, index, ~epoch);
}
inline std::string published_prefix(IssuerId issuer, std::uint32_t list, std::uint8_t encoding) {
  return join("", issuer, list, encoding);
}
inline std::string published(IssuerId issuer, std::uint32_t list, std::uint8_t encoding,
                             std::uint64_t epoch) {
  return join("", issuer, list, encoding, epoch);
}

inline std::string locator(std::uint64_t prefix) {
  return join("", prefix);
}
inline std::string locator_more(std::uint64_t prefix, const Location& at) {
  return join("", prefix, at.issuer, at.position);
}

/// Whether the key has a shape that the table above knows.
bool well_formed(Family family, std::string_view key);

/// The key as a person reads it, such as `runs: issuer 3, position 17`; octets in hex where it is
/// not well formed.
std::string describe(Family family, std::string_view key);

}  // namespace keys
}  // namespace kedge::node
