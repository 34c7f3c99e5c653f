// SPDX-License-Identifier: Apache-2.0
// The backends of SHA-256 against each other, over messages, entries and nodes of any size.
#include <algorithm>
#include <cstring>
#include <vector>

#include "crypto/sha256.hpp"
#include "crypto/sha256_batch.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::crypto;

namespace {

struct Answers {
  Hash whole;
  Hash in_parts;
  std::vector<Hash> leaves;
  std::vector<Hash> nodes;

  bool operator==(const Answers&) const = default;
};

Answers answers(ByteView input, std::size_t entry_size, std::size_t cut) {
  Answers out;
  out.whole = sha256(input);
  out.in_parts = Sha256().update(input.first(cut)).update(input.subspan(cut)).finish();
  const std::size_t entries = entry_size > 0 ? input.size() / entry_size : 0;
  out.leaves.resize(entries);
  hash_leaves(input.data(), entry_size, entries, out.leaves.data());
  std::vector<Hash> children(input.size() / 64 * 2);
  if (!children.empty()) std::memcpy(children.data(), input.data(), children.size() * 32);
  out.nodes.resize(children.size() / 2);
  hash_nodes(children.data(), out.nodes.size(), out.nodes.data());
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ByteView input(data + 2, size - 2);
  const std::size_t cut = data[1] % (input.size() + 1);
  force_sha256_backend(Sha256Backend::portable);
  const Answers expected = answers(input, data[0], cut);
  fuzz::check(expected.whole == expected.in_parts, "one-shot equals incremental");
  for (const Sha256Backend backend : {Sha256Backend::sha_ni, Sha256Backend::avx512}) {
    if (!sha256_supports(backend)) continue;
    force_sha256_backend(backend);
    fuzz::check(answers(input, data[0], cut) == expected, "backends agree");
  }
  return 0;
}
