// SPDX-License-Identifier: Apache-2.0
// Everything that node/log reads: entries, leaf entries, entry bundles, tile paths.
#include <algorithm>

#include "node/log/entry.hpp"
#include "node/log/entry_bundle.hpp"
#include "node/log/leaf.hpp"
#include "node/log/tile_path.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (const auto entry = decode_entry(bytes)) {
    check(std::ranges::equal(encode_entry(*entry), bytes), "log entries are canonical");
  }
  if (const auto leaf = decode_leaf(bytes)) {
    check(std::ranges::equal(encode_leaf(*leaf), bytes), "leaf entries are canonical");
  }
  if (size > 0) {
    const ByteView bundle = bytes.subspan(1);
    if (const auto entries = decode_entry_bundle(bundle, data[0])) {
      check(entries->size() == data[0], "a bundle has the entries that were asked for");
      const auto again = encode_entry_bundle(*entries);
      check(again && std::ranges::equal(*again, bundle), "entry bundles are canonical");
    }
  }
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto path = parse_tile_path(text)) {
    check(format_tile_path(*path) == text, "tile paths are canonical");
  }
  return 0;
}
