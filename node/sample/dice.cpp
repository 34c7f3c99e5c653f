// SPDX-License-Identifier: Apache-2.0
#include "node/sample/dice.hpp"

#include "crypto/hex.hpp"

namespace kedge::node::sample {
namespace {

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

Dice::Dice(std::uint64_t seed, std::uint64_t stream) : state_(mix(seed) ^ mix(~stream)) {}

std::uint64_t Dice::next() {
  state_ += 0x9e3779b97f4a7c15;
  return mix(state_);
}

std::size_t Dice::below(std::size_t count) {
  return static_cast<std::size_t>(next() % count);
}

int Dice::between(int first, int last) {
  return first + static_cast<int>(below(static_cast<std::size_t>(last - first + 1)));
}

Bytes Dice::octets(std::size_t size) {
  Bytes out(size);
  for (std::uint8_t& octet : out) octet = static_cast<std::uint8_t>(next() >> 56);
  return out;
}

std::string Dice::uuid() {
  Bytes id = octets(16);
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0f) | 0x40);
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3f) | 0x80);
  std::string text = crypto::to_hex(id);
  for (const std::size_t place : {20U, 16U, 12U, 8U}) text.insert(place, 1, '-');
  return "urn:uuid:" + text;
}

}  // namespace kedge::node::sample
