// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"

#include <algorithm>
#include <cstring>

#include "crypto/sha256_engine.hpp"

namespace kedge::crypto {
namespace {

using detail::kSha256Block;

/// Pads the last `tail.size()` < 64 octets of a message of `size` octets (FIPS 180-4, 5.1.1) and
/// returns its hash.
Hash finish_message(std::uint32_t* state, ByteView tail, std::uint64_t size) {
  std::array<std::uint8_t, 2 * kSha256Block> last{};
  if (!tail.empty()) std::memcpy(last.data(), tail.data(), tail.size());
  last[tail.size()] = 0x80;
  const std::size_t blocks = tail.size() < 56 ? 1 : 2;
  const std::uint64_t bits = size * 8;
  for (std::size_t i = 0; i < 8; ++i) {
    last[blocks * kSha256Block - 8 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
  }
  detail::sha256_engine().compress(state, last.data(), blocks);

  Hash hash;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    hash[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  }
  return hash;
}

}  // namespace

Hash sha256(ByteView message) noexcept {
  std::uint32_t state[8];
  std::memcpy(state, detail::kSha256Initial, sizeof state);
  const std::size_t blocks = message.size() / kSha256Block;
  if (blocks > 0) detail::sha256_engine().compress(state, message.data(), blocks);
  return finish_message(state, message.subspan(blocks * kSha256Block), message.size());
}

Sha256::Sha256() noexcept {
  reset();
}

void Sha256::reset() noexcept {
  std::copy(std::begin(detail::kSha256Initial), std::end(detail::kSha256Initial), state_.begin());
  size_ = 0;
}

Sha256& Sha256::update(ByteView part) noexcept {
  const std::size_t held = size_ % kSha256Block;
  size_ += part.size();
  if (held > 0) {
    const std::size_t taken = std::min(kSha256Block - held, part.size());
    if (taken > 0) std::memcpy(block_.data() + held, part.data(), taken);
    part = part.subspan(taken);
    if (held + taken < kSha256Block) return *this;
    detail::sha256_engine().compress(state_.data(), block_.data(), 1);
  }
  const std::size_t blocks = part.size() / kSha256Block;
  if (blocks > 0) detail::sha256_engine().compress(state_.data(), part.data(), blocks);
  part = part.subspan(blocks * kSha256Block);
  if (!part.empty()) std::memcpy(block_.data(), part.data(), part.size());
  return *this;
}

Hash Sha256::finish() noexcept {
  const Hash hash =
      finish_message(state_.data(), ByteView(block_).first(size_ % kSha256Block), size_);
  reset();
  return hash;
}

}  // namespace kedge::crypto
