// SPDX-License-Identifier: Apache-2.0
// Proof bundles in both encodings: each can be written in the other one and read back, and the
// verifier has an answer to everything.
#include <algorithm>

#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/verifier.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

namespace {

void both_ways(const Bundle& bundle) {
  const auto from_json = bundle_from_json(bundle_to_json(bundle));
  check(from_json && *from_json == bundle, "JSON round trip");
  const auto from_cbor = bundle_from_cbor(bundle_to_cbor(bundle));
  check(from_cbor && *from_cbor == bundle, "CBOR round trip");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (const auto bundle = bundle_from_json(fuzz::text_of(data, size))) both_ways(*bundle);
  if (const auto bundle = bundle_from_cbor(bytes)) {
    check(std::ranges::equal(bundle_to_cbor(*bundle), bytes), "CBOR is deterministic");
    both_ways(*bundle);
  }
  static_cast<void>(verify_document(bytes, Trust{}, Claim{}));
  return 0;
}
