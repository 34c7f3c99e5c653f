// SPDX-License-Identifier: Apache-2.0
#include "node/backup/manifest.hpp"

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

BackupManifest sample() {
  BackupManifest manifest;
  manifest.origin = "log.example/test";
  manifest.log_size = 42;
  manifest.root.fill(0xab);
  manifest.time_ms = 1'769'846'709'123;
  manifest.version = "0.1.0";
  manifest.left_out = {{"rpc.tls_key", "/etc/kedge/anchor.key"}};
  manifest.files = {{"data/keys/log.key", 100, Hash{}}, {"data/store/000012.sst", 7, Hash{}}};
  manifest.files[1].sha256.fill(0x11);
  return manifest;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Manifest, ReadsWhatItWrites) {
  const BackupManifest before = sample();
  const auto after = parse_manifest(format_manifest(before));
  ASSERT_TRUE(after) << after.error().field << ": " << after.error().message;
  EXPECT_EQ(after->origin, before.origin);
  EXPECT_EQ(after->log_size, before.log_size);
  EXPECT_EQ(after->root, before.root);
  EXPECT_EQ(after->time_ms, before.time_ms);
  EXPECT_EQ(after->version, before.version);
  EXPECT_EQ(after->left_out, before.left_out);
  EXPECT_EQ(after->files, before.files);
  EXPECT_EQ(after->bytes(), 107u);
}

TEST(Manifest, NamesWhatIsWrong) {
  const std::string good = format_manifest(sample());
  const struct {
    std::string_view from;
    std::string_view to;
    std::string_view field;
  } cases[] = {
      {"kedge-backup/1", "kedge-backup/2", "format"},
      {"\"log_size\": 42", "\"log_size\": -1", "log_size"},
      {"\"log_size\": 42", "\"log_size\": \"42\"", "log_size"},
      {"\"version\": \"0.1.0\"", "\"version\": \"\"", "version"},
      {"\"version\"", "\"edition\"", "version"},
      {"\"origin\"", "\"more\": 1,\n\"origin\"", "more"},
      {"abab", "ABAB", "root"},
      {"2026-01-31T", "2026-01-32T", "time"},
      {"\"size\":100", "\"size\":1.5", "files[0].size"},
      {"\"size\":100", "\"length\":100", "files[0].size"},
      {"1111", "11", "files[1].sha256"},
      {"data/keys/log.key", "/etc/passwd", "files[0].path"},
      {"data/keys/log.key", "data/../log.key", "files[0].path"},
      {"data/keys/log.key", "data//log.key", "files[0].path"},
      {"data/keys/log.key", "data/./log.key", "files[0].path"},
      {"data/keys/log.key", "data/", "files[0].path"},
      {"data/keys/log.key", "backup.json", "files[0].path"},
      {"data/keys/log.key", "data/store/000012.sst", "files"},
      {"data/keys/log.key", "data/z", "files"},
  };
  for (const auto& [from, to, field] : cases) {
    const auto parsed = parse_manifest(replaced(good, from, to));
    ASSERT_FALSE(parsed) << to;
    EXPECT_EQ(parsed.error().code, Errc::invalid_argument);
    EXPECT_EQ(parsed.error().field, field) << to << ": " << parsed.error().message;
    EXPECT_FALSE(parsed.error().message.empty());
  }
}

/// Whatever a disk has left of it.
TEST(Manifest, NoBeginningOfOneIsOne) {
  const std::string good = format_manifest(sample());
  for (std::size_t size = 0; size + 2 < good.size(); ++size) {
    EXPECT_FALSE(parse_manifest(std::string_view(good).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace kedge::node
