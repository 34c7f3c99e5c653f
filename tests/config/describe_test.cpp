// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "config/load.hpp"

namespace kedge::config {
namespace {

TEST(Describe, WhatIsPrintedReadsBackToTheSame) {
  Settings settings;
  settings.data_dir = "/srv/a \"quoted\" \\ path";
  settings.batch.max_size = 7;
  settings.seal.interval = milliseconds(90'000);
  settings.store.block_cache = 12'345'678;
  settings.ledgers = {{"first", "embedded"}, {"second", "embedded"}};
  const Loaded loaded = parse_settings(to_toml(settings));
  ASSERT_TRUE(loaded.ok()) << describe(loaded.problems, "printed");
  EXPECT_EQ(to_toml(loaded.settings), to_toml(settings));
  EXPECT_EQ(loaded.settings.data_dir, settings.data_dir);
  EXPECT_EQ(loaded.settings.ledgers.size(), 2U);
}

TEST(Describe, ReadmeHoldsTheTable) {
  std::ifstream in(KEDGE_CONFIG_DIR "/README.md");
  const std::string readme{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  EXPECT_NE(readme.find(markdown_table()), std::string::npos)
      << "config/README.md must hold this table:\n"
      << markdown_table();
}

TEST(Describe, SuggestsTheNearestKey) {
  EXPECT_EQ(nearest_key("batch.maxsize"), "batch.max_size");
  EXPECT_EQ(nearest_key("rpc.lisen"), "rpc.listen");
  EXPECT_EQ(nearest_key("listen"), "rpc.listen");
  EXPECT_EQ(nearest_key("seals"), "seal");
  EXPECT_EQ(nearest_key("ledgers"), "ledger");
  EXPECT_EQ(nearest_key("ledger[3].nam"), "ledger[].name");
  EXPECT_EQ(nearest_key("ledger[1].url"), "ledger[].urls");
  EXPECT_EQ(nearest_key("webhook[1].url_"), "webhook[].url");
  EXPECT_EQ(nearest_key("webhook[1].chain_id"), "");
  EXPECT_EQ(nearest_key("webhooks.allow_https"), "webhooks.allow_http");
  EXPECT_EQ(nearest_key("colour"), "");
  EXPECT_EQ(nearest_key(""), "");
}

}  // namespace
}  // namespace kedge::config
