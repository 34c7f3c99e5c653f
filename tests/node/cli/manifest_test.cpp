// SPDX-License-Identifier: Apache-2.0
#include "node/cli/manifest.hpp"

#include <gtest/gtest.h>

namespace kedge::node::cli {
namespace {

const std::string kDigest(64, 'a');

std::string fault_of(const std::string& text) {
  const auto parsed = parse_manifest(text);
  return parsed ? "none" : parsed.error().message;
}

TEST(Manifest, WritesAndReadsBack) {
  ManifestLine line;
  line.file = "a \"b\"\n\xC3\xA9.jwt";
  line.profile = crypto::DigestProfile::jws;
  line.digest.fill(0xAA);
  line.position = 17;
  line.state = "final";
  ManifestLine bare;
  bare.profile = crypto::DigestProfile::external;
  std::string text;
  append_manifest_line(text, line);
  append_manifest_line(text, bare);
  const auto parsed = parse_manifest(text);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(*parsed, (std::vector<ManifestLine>{line, bare}));
}

TEST(Manifest, HasAFixedForm) {
  ManifestLine line;
  line.file = "c/1.jwt";
  line.profile = crypto::DigestProfile::jcs;
  line.digest.fill(0xAA);
  line.position = 0;
  line.state = "accepted";
  std::string text;
  append_manifest_line(text, line);
  EXPECT_EQ(text, R"({"file":"c/1.jwt","profile":"jcs","digest":")" + kDigest +
                      R"(","position":0,"state":"accepted"})"
                      "\n");
}

TEST(Manifest, WritesAFileNameThatIsNoUtf8) {
  ManifestLine line;
  line.file = "a\xFF";
  std::string text;
  append_manifest_line(text, line);
  EXPECT_TRUE(parse_manifest(text));
}

TEST(Manifest, SkipsEmptyLinesAndTakesEitherLineEnd) {
  const std::string line = R"({"profile":"jws","digest":")" + kDigest + "\"}";
  const auto parsed = parse_manifest("\n" + line + "\r\n  \n\n" + line);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->size(), 2U);
  EXPECT_TRUE(parse_manifest("")->empty());
}

TEST(Manifest, NamesEveryFault) {
  const std::string good = R"({"profile":"jws","digest":")" + kDigest + "\"}\n";
  const std::string text = good + "{\"digest\":\"" + kDigest + "\"}\n" + good +
                           "{\"profile\":\"jws\",\"digest\":\"AA\"}\n[]\n" +
                           R"({"profile":"jwt","digest":")" + kDigest + "\"}\n" +
                           R"({"profile":"jws","digest":")" + kDigest + "\",\"size\":1}\n" +
                           R"({"profile":"jws","digest":")" + kDigest + "\",\"position\":-1}\n";
  const std::string fault = fault_of(text);
  EXPECT_EQ(fault.find("line 2: expected a field \"profile\"\nline 4: digest: "), 0U) << fault;
  EXPECT_NE(fault.find("\nline 5: expected a JSON object\nline 6: "), std::string::npos) << fault;
  EXPECT_NE(fault.find("\nline 7: unknown field \"size\"\nline 8: position: wrong type"),
            std::string::npos)
      << fault;
}

TEST(Manifest, StopsCountingFaultsAloud) {
  std::string text;
  for (int i = 0; i < 25; ++i) text += "x\n";
  const std::string fault = fault_of(text);
  EXPECT_NE(fault.find("line 10: "), std::string::npos);
  EXPECT_EQ(fault.find("line 11: "), std::string::npos);
  EXPECT_TRUE(fault.ends_with("\nand 15 more")) << fault;
}

TEST(Manifest, IsToldFromADocument) {
  EXPECT_TRUE(looks_like_manifest("{\"profile\":\"jws\",\"digest\":\"\"}\n{}"));
  EXPECT_FALSE(looks_like_manifest("{\n\"digest\":1}"));
  EXPECT_FALSE(looks_like_manifest("{\"proof\":{}}"));
  EXPECT_FALSE(looks_like_manifest("a.b.c"));
  EXPECT_FALSE(looks_like_manifest(""));
}

}  // namespace
}  // namespace kedge::node::cli
