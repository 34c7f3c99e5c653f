// SPDX-License-Identifier: Apache-2.0
#include "config/webhook_settings.hpp"

#include <gtest/gtest.h>

#include "config/describe.hpp"
#include "tests/config/problems_of.hpp"

namespace kedge::config {
namespace {

TEST(WebhookSettings, AreTables) {
  const Loaded loaded = load_settings(KEDGE_CONFIG_DIR "/examples/webhooks.toml");
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "examples/webhooks.toml");
  EXPECT_EQ(loaded.settings.webhooks.delayed_after, milliseconds(1'200'000));
  EXPECT_FALSE(loaded.settings.webhooks.allow_private);
  ASSERT_EQ(loaded.settings.webhook.size(), 2U);
  EXPECT_EQ(loaded.settings.webhook[0].events,
            (std::vector<std::string>{"batch.final", "anchor.delayed"}));
  EXPECT_EQ(loaded.settings.webhook[1].url, "https://alerts.example.edu/kedge?team=3");
  const Loaded again = parse_settings(to_toml(loaded.settings));
  ASSERT_TRUE(again.ok()) << describe(again.problems, "printed");
  EXPECT_EQ(to_toml(again.settings), to_toml(loaded.settings));
}

TEST(WebhookSettings, RefusesWhatAWebhookCannotHave) {
  const std::vector<std::string> expected = {
      "0 webhook[1].url: expected https, unless webhooks.allow_http",
      "0 webhook[1].name: expected a name that no other webhook has",
      "0 webhook[2].name: expected a name",
      "0 webhook[2].issuer: expected the issuer whose batches it is told of",
      "0 webhook[2].secret_file: expected the file with the secret to sign with",
      "0 webhook[3].name: expected a name",
      "0 webhook[3].issuer: expected the issuer whose batches it is told of",
      "0 webhook[3].url: expected where messages are sent",
      "0 webhook[3].secret_file: expected the file with the secret to sign with",
      "2 webhooks.allow_private: expected true or false, found \"yes\"",
      "3 webhooks.allowed_networks: expected a list of networks such as 10.0.0.0/8, 2001:db8::/32 "
      "or 192.0.2.7",
      "4 webhooks.delayed_after: expected a duration from 1s to 7d, found \"1ms\"",
      "8 webhook[0].url: expected an https URL without user information, found "
      "\"https://user:word@a.example/\"",
      "18 webhook[3].events: expected a list of \"batch.final\" and \"anchor.delayed\"",
      "19 webhook[3].secret: unknown key",
  };
  EXPECT_EQ(problems_of(R"([webhooks]
allow_private = "yes"
allowed_networks = ["10.1.2.3/8"]
delayed_after = "1ms"
[[webhook]]
name = "a"
issuer = "did:example:a"
url = "https://user:word@a.example/"
secret_file = "/a"
[[webhook]]
name = "a"
issuer = "did:example:a"
url = "http://a.example/"
secret_file = "/a"
[[webhook]]
url = "https://a.example"
[[webhook]]
events = ["batch.lost"]
secret = "whsec_"
)"),
            expected);
  EXPECT_EQ(problems_of("webhook = 1"),
            std::vector<std::string>{"1 webhook: expected tables [[webhook]]"});
  EXPECT_EQ(problems_of("webhook = [1]").back(),
            "1 webhook[0]: expected a table, found a value of type integer");
}

TEST(WebhookSettings, AreBounded) {
  const auto tables = [](std::size_t count, bool same_issuer) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      text += "[[webhook]]\nname = \"w" + number +
              "\"\nissuer = \"urn:issuer:" + (same_issuer ? "0" : number) +
              "\"\nurl = \"https://a.example/\"\nsecret_file = \"/a\"\n";
    }
    return text;
  };
  EXPECT_TRUE(parse_settings(tables(kMaxWebhooksOfIssuer, true)).ok());
  EXPECT_EQ(
      problems_of(tables(kMaxWebhooksOfIssuer + 1, true)),
      std::vector<std::string>{"0 webhook[4].issuer: expected at most 4 webhooks of one issuer"});
  EXPECT_TRUE(parse_settings(tables(kMaxWebhooks, false)).ok());
  EXPECT_EQ(problems_of(tables(kMaxWebhooks + 1, false)),
            std::vector<std::string>{"0 webhook: expected at most 64 tables"});
  const std::string open =
      "[webhooks]\nallow_http = true\n[[webhook]]\nname = \"a\"\nissuer = "
      "\"urn:a\"\nsecret_file = \"/a\"\nurl = ";
  for (const char* good : {"http://a.example", "https://a.example:8443/x?y=z", "https://[::1]/"}) {
    EXPECT_TRUE(parse_settings(open + "\"" + good + "\"").ok()) << good;
  }
  for (const char* bad :
       {"", "a.example", "ftp://a.example", "https://", "https:///x", "https://:443/",
        "https://a b/", "https://u@a.example/", "https://a.example/#x", "ws://a.example"}) {
    EXPECT_FALSE(parse_settings(open + "\"" + bad + "\"").ok()) << bad;
  }
}

}  // namespace
}  // namespace kedge::config
