// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/webhook_state.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

WebhookState full_state() {
  WebhookState state{.name = "registrar", .issuer = "did:example:\"quoted\""};
  state.cursors = {{.ledger = "embedded", .position = 7, .delayed = 3}, {.ledger = "chain"}};
  state.delivered = 12;
  state.failing_since_ms = 1'767'225'600'000;
  state.disabled = true;
  state.last_delivery = WebhookDelivery{"msg_1", 1, "200"};
  state.last_failure = WebhookDelivery{"msg_2", 2, "a.example: connection refused"};
  return state;
}

TEST(WebhookStateFile, WhatIsWrittenReadsBackToTheSame) {
  const std::vector<WebhookState> states = {full_state(), {.name = "b", .issuer = "urn:b"}};
  const auto read = parse_webhook_states(format_webhook_states(states));
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
  EXPECT_EQ(*read, states);
  EXPECT_EQ(*parse_webhook_states(format_webhook_states({})), std::vector<WebhookState>());
}

TEST(WebhookStateFile, RefusesWhatIsWrongAndSaysWhere) {
  const json good = json::parse(format_webhook_states({full_state()}));
  const auto fault = [&](const std::string& pointer, const json& value) {
    json changed = good;
    changed[json::json_pointer(pointer)] = value;
    const auto read = parse_webhook_states(changed.dump());
    return read ? std::string("fine") : read.error().field;
  };
  EXPECT_EQ(fault("/format", "kedge-webhooks/2"), "format");
  EXPECT_EQ(fault("/more", 1), "more");
  EXPECT_EQ(fault("/webhooks", 1), "webhooks");
  EXPECT_EQ(fault("/webhooks", json::array({good["webhooks"][0], good["webhooks"][0]})),
            "webhooks");
  EXPECT_EQ(fault("/webhooks/0/name", ""), "webhooks[0].name");
  EXPECT_EQ(fault("/webhooks/0/disabled", 1), "webhooks[0].disabled");
  EXPECT_EQ(fault("/webhooks/0/delivered", -1), "webhooks[0].delivered");
  EXPECT_EQ(fault("/webhooks/0/cursors/0/position", "7"), "webhooks[0].cursors[0].position");
  EXPECT_EQ(fault("/webhooks/0/cursors/1/ledger", "embedded"), "webhooks[0].cursors");
  EXPECT_EQ(fault("/webhooks/0/last_failure/outcome", ""), "webhooks[0].last_failure.outcome");
  EXPECT_FALSE(parse_webhook_states(""));
  EXPECT_FALSE(parse_webhook_states("[]"));
  EXPECT_FALSE(parse_webhook_states(format_webhook_states({}) + "x"));
}

TEST(WebhookStateFile, NoFileIsNothingAndADamagedOneIsNamed) {
  const test::TempDir dir;
  const auto file = dir.path() / "state.json";
  EXPECT_EQ(*read_webhook_states(file), std::vector<WebhookState>());
  std::ofstream(file) << format_webhook_states({full_state()}).substr(1);
  const auto read = read_webhook_states(file);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::corrupt);
  EXPECT_TRUE(read.error().message.starts_with(file.string())) << read.error().message;
  std::ofstream(file, std::ios::trunc) << std::string(kMaxWebhookStateBytes + 100, ' ');
  EXPECT_FALSE(read_webhook_states(file));
}

}  // namespace
}  // namespace kedge::node
