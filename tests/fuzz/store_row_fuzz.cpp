// SPDX-License-Identifier: Apache-2.0
// Keys and values of the store. The checksums are put right first: what stands behind them must not
// trust the octets either. The first octet says which row, the next eight give numbers for its key.
#include <algorithm>

#include "crypto/binary.hpp"
#include "node/store/keys.hpp"
#include "node/store/node_row.hpp"
#include "node/store/rows.hpp"
#include "node/store/run_row.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

namespace {

constexpr std::size_t kHead = 9;

/// Decodes the row and encodes it again.
template <class Decode, class Encode>
void check_row(const std::string& key, const std::string& value, Decode decode, Encode encode) {
  const auto row = decode(rows::Source{key, value});
  if (!row) return check(row.error().code == Errc::corrupt, "what is not a row is corrupt");
  check(encode(key, *row) == value, "rows are canonical");
  std::string flipped = value;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  check(!decode(rows::Source{key, flipped}), "a wrong checksum is found");
}

/// The key of a row of this kind.
std::string key_of(std::uint8_t kind, std::uint64_t number) {
  const auto issuer = static_cast<IssuerId>(number & kMaxIssuers);
  switch (kind) {
    case 0:
      return keys::schema();
    case 1:
      return keys::identity();
    case 2:
      return keys::issuer(issuer);
    case 3:
      return keys::batch(issuer, number);
    case 4:
      return keys::edges();
    case 5:
      return keys::checkpoint(number);
    case 6:
      return keys::anchor("l", number);
    default:
      return keys::log_entry(number);
  }
}

void check_kind(std::uint8_t kind, const std::string& key, const std::string& value) {
  switch (kind) {
    case 0:
      return check_row(key, value, rows::decode_schema, rows::encode_schema);
    case 1:
      return check_row(key, value, rows::decode_identity, rows::encode_identity);
    case 2:
      return check_row(key, value, rows::decode_issuer, rows::encode_issuer);
    case 3:
      return check_row(key, value, rows::decode_batch, rows::encode_batch);
    case 4:
      return check_row(key, value, rows::decode_edges, rows::encode_edges);
    case 5:
      return check_row(key, value, rows::decode_checkpoint, rows::encode_checkpoint);
    case 6:
      return check_row(key, value, rows::decode_anchor, rows::encode_anchor);
    case 7:
      return check_row(key, value, rows::decode_number, rows::encode_number);
    default:
      return check_row(key, value, rows::decode_hashes, rows::encode_hashes);
  }
}

void check_run(std::uint64_t number, std::string_view body) {
  const std::uint64_t first = number & (kMaxPositions - 1);
  const std::string key = keys::run(1, first);
  if (const auto row = rows::RunRow::parse({key, body})) {
    for (std::size_t i = 0; i < row->count(); ++i) {
      const auto group = row->group_of(i);
      check(!group || !group->empty(), "a group has entries");
    }
  }
  const std::size_t count = rows::run_row_count(first, body.size() / LeafEntry::kSize);
  if (count == 0) return;
  const ByteView entries = as_bytes(body.substr(0, count * LeafEntry::kSize));
  std::vector<bool> ends;
  for (std::size_t i = 0; i < count; ++i) ends.push_back((body[i] & 1) != 0);
  const std::string value = rows::encode_run(key, number, entries, ends);
  const auto row = rows::RunRow::parse({key, value});
  check(row && row->count() == count && row->time_ms() == number, "a run is read back");
  Bytes again;
  check(row->read(0, count, again) && std::ranges::equal(again, entries), "with its entries");
  for (std::size_t i = 0; i < count; ++i) check(row->call_end(i) == ends[i], "and its calls");
}

void check_node_place(std::uint64_t number) {
  const auto count = static_cast<std::uint32_t>(number >> 40) % 65'536 + 1;
  const auto level = kBatchNodeLevel + static_cast<std::uint32_t>(number >> 32) % 13;
  const std::uint64_t index = number % 4096;
  if (!rows::has_node(count, level, index)) return;
  const auto place = rows::node_place(count, level, index);
  check(place.slot < rows::row_nodes(count, place.subtree), "a node has its place in its row");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kHead) return 0;
  const std::string_view head = fuzz::text_of(data, kHead);
  const std::string_view body = fuzz::text_of(data + kHead, size - kHead);
  const auto number = keys::get<std::uint64_t>(head, 1);
  for (std::size_t i = 0; i < kFamilies; ++i) {
    const auto family = static_cast<Family>(i);
    check(!keys::describe(family, body).empty(), "every key can be named");
    static_cast<void>(keys::well_formed(family, body));
  }
  const auto kind = static_cast<std::uint8_t>(data[0] % 9);
  const std::string key = key_of(kind, number);
  std::string value(body);
  keys::put(value, rows::checksum(rows::checksum(0, key), body));
  check_kind(kind, key, value);
  check_run(number, body);
  check_node_place(number);
  if (const auto at = rows::decode_location({keys::locator(number), body})) {
    check(rows::encode_location(*at) == body, "locations are canonical");
  }
  return 0;
}
