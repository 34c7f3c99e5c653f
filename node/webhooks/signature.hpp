// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// Signatures of messages as Standard Webhooks 1.0 has them
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
/// HMAC with SHA-256 over `<id>.<timestamp>.<body>`, in the field `webhook-signature` as
/// `v1,<base64>`, one for each secret, with spaces between.
namespace kedge::node {

/// What one endpoint's messages are signed with. Never printed; cleared when it goes.
class WebhookSecrets {
 public:
  static constexpr std::size_t kMostAtOnce = 2;

  /// One secret a line, `whsec_` and standard base64 of 24 to 64 octets; two while one takes the
  /// place of the other. invalid_argument, without the text, for anything else.
  static Result<WebhookSecrets> parse(std::string_view text);

  WebhookSecrets(WebhookSecrets&&) noexcept = default;
  WebhookSecrets& operator=(WebhookSecrets&&) = delete;
  WebhookSecrets(const WebhookSecrets&) = delete;
  WebhookSecrets& operator=(const WebhookSecrets&) = delete;
  ~WebhookSecrets();

  /// The value of `webhook-signature`. `timestamp`: seconds since 1970, as in `webhook-timestamp`.
  [[nodiscard]] std::string sign(std::string_view id, std::uint64_t timestamp,
                                 std::string_view body) const;

 private:
  WebhookSecrets() = default;

  std::vector<Bytes> keys_;
};

}  // namespace kedge::node
