// SPDX-License-Identifier: Apache-2.0
// The file of what webhooks were told, and that of a secret.
#include "node/webhooks/signature.hpp"
#include "node/webhooks/webhook_state.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto states = node::parse_webhook_states(text)) {
    const std::string written = node::format_webhook_states(*states);
    const auto again = node::parse_webhook_states(written);
    check(again && *again == *states, "what is written is read back");
    check(node::format_webhook_states(*again) == written, "one text for one state");
  } else {
    check(!states.error().message.empty(), "every refusal has a reason");
  }
  if (const auto secrets = node::WebhookSecrets::parse(text)) {
    check(secrets->sign("msg_1", 1, "{}").starts_with("v1,"), "whatever is taken signs");
  }
  return 0;
}
