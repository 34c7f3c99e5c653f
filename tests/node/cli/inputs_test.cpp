// SPDX-License-Identifier: Apache-2.0
#include "node/cli/inputs.hpp"

#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "node/cli/files.hpp"
#include "tests/node/cli/temporary_directory.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;
using crypto::DigestProfile;

class InputsTest : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) {
    const fs::path path = directory_.path() / name;
    fs::create_directories(path.parent_path());
    EXPECT_TRUE(write_file(path, content));
    return path.string();
  }

  TemporaryDirectory directory_;
};

void ignore_progress(std::uint64_t) {}

TEST_F(InputsTest, ADirectoryStandsForItsFilesInOrder) {
  file("c/b.txt", "b");
  file("c/a/z.txt", "z");
  file("c/.hidden", "h");
  file("c/.git/x", "x");
  file("c/b.txt.proof.json", "p");
  file("c/list.ndjson", "");
  fs::create_symlink("nowhere", directory_.path() / "c" / "broken");
  const auto inputs = collect_inputs({(directory_.path() / "c").string()});
  ASSERT_TRUE(inputs) << inputs.error().message;
  EXPECT_EQ(inputs->documents, (std::vector<fs::path>{directory_.path() / "c/a/z.txt",
                                                      directory_.path() / "c/b.txt"}));
  EXPECT_EQ(inputs->skipped.size(), 2U);
}

TEST_F(InputsTest, AListIsReadAndAMissingFileIsNamed) {
  const std::string list =
      file("a.ndjson", R"({"profile":"external","digest":")" + std::string(64, '0') + "\"}\n");
  const auto inputs = collect_inputs({list});
  ASSERT_TRUE(inputs);
  EXPECT_TRUE(inputs->documents.empty());
  EXPECT_EQ(inputs->lines.size(), 1U);

  const auto broken = collect_inputs({file("b.ndjson", "{}\n")});
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("b.ndjson: line 1: "), std::string::npos);
  const auto missing = collect_inputs({"/nonexistent/a.jwt"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "/nonexistent/a.jwt does not exist");
}

TEST_F(InputsTest, HashesInOrderOnAllProcessors) {
  Inputs inputs;
  for (int i = 0; i < 200; ++i) {
    inputs.documents.emplace_back(file(std::to_string(i), "document " + std::to_string(i)));
  }
  std::uint64_t last = 0;
  const auto lines = hash_documents(inputs, std::nullopt, [&](std::uint64_t done) { last = done; });
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_EQ(last, 200U);
  ASSERT_EQ(lines->size(), 200U);
  for (std::size_t i = 0; i < 200; ++i) {
    EXPECT_EQ((*lines)[i].file, inputs.documents[i].string());
    EXPECT_EQ((*lines)[i].profile, DigestProfile::bytes);
    EXPECT_EQ((*lines)[i].digest, crypto::sha256(as_bytes("document " + std::to_string(i))));
  }
}

TEST_F(InputsTest, NothingIsHashedIntoNothing) {
  const auto lines = hash_documents({}, std::nullopt, ignore_progress);
  ASSERT_TRUE(lines);
  EXPECT_TRUE(lines->empty());
}

TEST_F(InputsTest, NamesTheDocumentsThatAreNotWhatTheProfileSays) {
  Inputs inputs;
  for (const char* name : {"a", "b", "c"}) inputs.documents.emplace_back(file(name, "x"));
  const auto lines = hash_documents(inputs, DigestProfile::jws, ignore_progress);
  ASSERT_FALSE(lines);
  const std::string message = lines.error().message;
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 2) << message;
  EXPECT_EQ(message.find(inputs.documents[0].string() + ": not jws: "), 0U) << message;
}

}  // namespace
}  // namespace kedge::node::cli
