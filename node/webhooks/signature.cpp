// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/signature.hpp"

#include "crypto/base64.hpp"
#include "crypto/hmac.hpp"
#include "crypto/lines.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kPrefix = "whsec_";
/// Standard Webhooks, section "Signature scheme": 192 to 512 bits.
constexpr std::size_t kLeastOctets = 24;
constexpr std::size_t kMostOctets = 64;

Error refused() {
  return invalid_argument("expected \"whsec_\" and base64 of 24 to 64 octets, on one or two lines");
}

}  // namespace

WebhookSecrets::~WebhookSecrets() {
  for (Bytes& key : keys_) secure_clear(key.data(), key.size());
}

Result<WebhookSecrets> WebhookSecrets::parse(std::string_view text) {
  WebhookSecrets secrets;
  while (!text.empty()) {
    const std::string_view line = crypto::take_line(text);
    if (!line.starts_with(kPrefix) || secrets.keys_.size() == kMostAtOnce) return refused();
    auto key = crypto::base64_decode(line.substr(kPrefix.size()));
    if (!key) return refused();
    secrets.keys_.push_back(*std::move(key));
    const std::size_t octets = secrets.keys_.back().size();
    if (octets < kLeastOctets || octets > kMostOctets) return refused();
  }
  if (secrets.keys_.empty()) return refused();
  return secrets;
}

std::string WebhookSecrets::sign(std::string_view id, std::uint64_t timestamp,
                                 std::string_view body) const {
  std::string content(id);
  content.append(".").append(std::to_string(timestamp)).append(".").append(body);
  std::string out;
  for (const Bytes& key : keys_) {
    if (!out.empty()) out += ' ';
    out += "v1," + crypto::base64_encode(crypto::hmac_sha256(key, as_bytes(content)));
  }
  return out;
}

}  // namespace kedge::node
