// SPDX-License-Identifier: Apache-2.0
#include "node/cli/status_list_file.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "node/cli/status_inputs.hpp"
#include "tests/node/cli/temporary_directory.hpp"

namespace kedge::node::cli {
namespace {

const std::string kDigest(64, 'a');
const std::string kOther(64, 'b');

std::vector<StatusLine> parsed(const std::string& text) {
  const auto lines = parse_status_list("list", text);
  EXPECT_TRUE(lines) << lines.error().message;
  return lines ? *lines : std::vector<StatusLine>();
}

std::string fault(const std::string& text) {
  const auto lines = parse_status_list("list", text);
  return lines ? "fine" : lines.error().message;
}

TEST(StatusListFile, ReadsCsvWithAndWithoutAHead) {
  for (const std::string head : {"", "digest,value,reason\n", "digest\r\n"}) {
    const auto lines = parsed(head + kDigest + "\n\n " + kOther + " , suspended ,superseded\r\n" +
                              kDigest + ",,\n");
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(crypto::to_hex(lines[0].digest), kDigest);
    EXPECT_FALSE(lines[0].value || lines[0].reason || lines[0].entry);
    EXPECT_EQ(crypto::to_hex(lines[1].digest), kOther);
    EXPECT_EQ(lines[1].value, StatusValue::suspended);
    EXPECT_EQ(lines[1].reason, StatusReason::superseded);
    EXPECT_FALSE(lines[2].value || lines[2].reason);
  }
  EXPECT_EQ(parsed(kDigest)[0].source, "list:1");
  EXPECT_EQ(parsed("digest\n\n" + kDigest)[0].source, "list:3");
  EXPECT_TRUE(parsed("").empty());
}

TEST(StatusListFile, ReadsJsonLinesAndManifests) {
  const auto lines = parsed(R"({"digest":")" + kDigest + R"(","value":"revoked"})" + "\n" +
                            R"({"list":1,"index":1099511627775,"reason":"keyCompromise"})" + "\n" +
                            R"({"file":"a","profile":"jws","digest":")" + kOther +
                            R"(","position":3,"state":"final"})" + "\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].value, StatusValue::revoked);
  EXPECT_EQ(lines[1].entry, (StatusTarget{1, 1'099'511'627'775}));
  EXPECT_EQ(lines[1].reason, StatusReason::key_compromise);
  EXPECT_EQ(crypto::to_hex(lines[2].digest), kOther);
}

TEST(StatusListFile, NamesTheLineOfEachFault) {
  EXPECT_EQ(fault("nonsense").find("list:1: digest: "), 0u) << fault("nonsense");
  EXPECT_EQ(fault(kDigest + "\n" + kDigest + ",gone").find("list:2: a status is"), 0u);
  EXPECT_EQ(fault(kDigest + ",revoked,because").find("list:1: "), 0u);
  EXPECT_EQ(fault(kDigest + ",revoked,superseded,more"), "list:1: expected digest,value,reason");
  EXPECT_EQ(fault("{}"), "list:1: expected digest, or list and index");
  EXPECT_EQ(fault(R"({"digest":")" + kDigest + R"(","list":1,"index":2})"),
            "list:1: expected digest, or list and index");
  EXPECT_EQ(fault(R"({"list":1})").find("list:1: index: expected a whole number"), 0u);
  EXPECT_EQ(fault(R"({"digest":")" + kDigest + R"(","valeu":"revoked"})"),
            "list:1: valeu: unknown field");
  EXPECT_EQ(fault(R"({"digest":7})"), "list:1: digest: expected a text");
  EXPECT_NE(fault("{"), "fine");
  std::string many;
  for (int i = 0; i < 12; ++i) many += "x\n";
  EXPECT_NE(fault(many).find("\nand 2 more"), std::string::npos);
}

TEST(StatusListFile, CollectsDigestsDocumentsAndLists) {
  const TemporaryDirectory directory;
  const auto write = [&](const std::string& name, const std::string& text) {
    const auto path = directory.path() / name;
    std::ofstream(path) << text;
    return path.string();
  };
  const std::string document = write("diploma.pdf", "a document");
  const std::string csv = write("list.csv", kDigest + ",valid\n");
  const auto lines = collect_status_lines({kOther, document, csv}, "");
  ASSERT_TRUE(lines) << lines.error().message;
  ASSERT_EQ(lines->size(), 3u);
  EXPECT_EQ(crypto::to_hex((*lines)[0].digest), kOther);
  EXPECT_EQ((*lines)[1].digest, crypto::sha256(as_bytes("a document")));
  EXPECT_EQ((*lines)[1].source, document);
  EXPECT_EQ((*lines)[2].value, StatusValue::valid);
  EXPECT_FALSE(collect_status_lines({directory.path().string() + "/missing"}, ""));
  const std::string proof = write("x.proof.json", "{}");
  EXPECT_FALSE(collect_status_lines({proof}, ""));
}

}  // namespace
}  // namespace kedge::node::cli
