// SPDX-License-Identifier: Apache-2.0
#include "node/log/entry_bundle.hpp"

#include <limits>
#include <string>

#include "crypto/binary.hpp"
#include "node/log/tile.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMaxEntrySize = std::numeric_limits<std::uint16_t>::max();

Status check_count(std::size_t count) {
  if (count >= 1 && count <= kTileWidth) return {};
  return invalid_argument("an entry bundle has 1 to 256 entries, not " + std::to_string(count));
}

}  // namespace

Result<Bytes> encode_entry_bundle(std::span<const Bytes> entries) {
  if (Status status = check_count(entries.size()); !status) return std::move(status).error();
  Bytes bundle;
  BinaryWriter out(bundle);
  for (const Bytes& entry : entries) {
    if (entry.size() > kMaxEntrySize) {
      return invalid_argument("an entry of a bundle has at most 65535 bytes");
    }
    out.put(static_cast<std::uint16_t>(entry.size())).put(ByteView(entry));
  }
  return bundle;
}

Result<std::vector<Bytes>> decode_entry_bundle(ByteView bundle, std::size_t count) {
  if (Status status = check_count(count); !status) return std::move(status).error();
  std::vector<Bytes> entries;
  BinaryReader in(bundle);
  while (entries.size() < count && in.ok()) {
    const ByteView entry = in.take(in.get<std::uint16_t>());
    entries.emplace_back(entry.begin(), entry.end());
  }
  if (Status status = in.finish("an entry bundle"); !status) return std::move(status).error();
  return entries;
}

}  // namespace kedge::node
