// SPDX-License-Identifier: Apache-2.0
#include "crypto/checkpoint.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/signed_note.hpp"
#include "crypto/tlog_proof.hpp"
#include "crypto/tree.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

constexpr const char* kRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

TEST(Checkpoint, ReadsWhatItWrites) {
  const Checkpoint checkpoint{"example.com/log", 18446744073709551615U, empty_root(), {}};
  const std::string text = format_checkpoint(checkpoint);
  EXPECT_EQ(text, std::string("example.com/log\n18446744073709551615\n") + kRoot + "\n");
  EXPECT_EQ(*parse_checkpoint(text), checkpoint);

  const Checkpoint extended{"any origin + more", 0, empty_root(), {"one", "two two"}};
  EXPECT_EQ(*parse_checkpoint(format_checkpoint(extended)), extended);
}

TEST(Checkpoint, RefusesEveryOtherForm) {
  const std::string root = kRoot;
  ASSERT_TRUE(parse_checkpoint("o\n0\n" + root + "\n"));
  const std::string bad[] = {
      "",
      "o\n",
      "o\n0\n",
      "o\n0\n" + root,
      "\n0\n" + root + "\n",
      "o\n\n" + root + "\n",
      "o\n0\n" + root + "\n\n",
      "o\n0\n" + root + "\n\nextension\n",
      "o\n0\n" + root + "\nextension",
      "o\n00\n" + root + "\n",
      "o\n01\n" + root + "\n",
      "o\n-1\n" + root + "\n",
      "o\n+1\n" + root + "\n",
      "o\n 1\n" + root + "\n",
      "o\n0x1\n" + root + "\n",
      "o\n1.0\n" + root + "\n",
      "o\n18446744073709551616\n" + root + "\n",
      "o\n0\n" + root.substr(4) + "\n",
      "o\n0\nAAAA" + root + "\n",
      "o\n0\n" + root.substr(0, 43) + "\n",
      "o\n0\n" + root.substr(0, 42) + "V=\n",
      "o\n0\n" + root + " \n",
      "o\r\n0\r\n" + root + "\r\n",
      "o\xFF\n0\n" + root + "\n",
  };
  for (const std::string& text : bad) EXPECT_FALSE(parse_checkpoint(text)) << text;
}

// Hashing, checkpoint text, key id and Ed25519 at once: the published key reproduces every
// checkpoint of the golden log.
TEST(Checkpoint, ReproducesTheGoldenLog) {
  KEDGE_NEEDS_VECTORS("tlog/tlog-tiles-golden");
  const json readme = json::parse(test::read_file(vectors / "README.json"));
  const auto signer = NoteSigner::from_private_text(readme.at("test_only_skey").get<std::string>());
  ASSERT_TRUE(signer) << signer.error().message;
  const std::string vkey = readme.at("vkey").get<std::string>();
  EXPECT_EQ(signer->vkey(), vkey);
  const auto verifier = NoteVerifier::from_vkey(vkey);
  ASSERT_TRUE(verifier);

  CompactRange range;
  const json& entries = readme.at("entries_utf8");
  for (std::size_t size = 0; size <= entries.size(); ++size) {
    SCOPED_TRACE(size);
    const std::string golden = test::read_file(vectors / ("checkpoint." + std::to_string(size)));
    const Checkpoint checkpoint{readme.at("origin").get<std::string>(), size, range.root(), {}};
    EXPECT_EQ(*signer->sign(format_checkpoint(checkpoint)), golden);
    const auto text = open_note(golden, std::span(&*verifier, 1));
    ASSERT_TRUE(text);
    EXPECT_EQ(*parse_checkpoint(*text), checkpoint);
    if (size < entries.size()) {
      range.append(leaf_hash(as_bytes(entries[size].get<std::string>())));
    }
  }
  EXPECT_EQ(test::read_file(vectors / "checkpoint"), test::read_file(vectors / "checkpoint.15"));
}

TEST(TlogProof, Vectors) {
  KEDGE_NEEDS_VECTORS("tlog/tlog-proof");
  const json cases = json::parse(test::read_file(vectors / "cases.json"));
  ASSERT_FALSE(cases.at("positive").empty());
  for (const json& c : cases.at("positive")) {
    const std::string encoded = c.at("encoded").get<std::string>();
    SCOPED_TRACE(encoded);
    const auto proof = parse_tlog_proof(encoded);
    ASSERT_TRUE(proof) << proof.error().message;
    EXPECT_EQ(format_tlog_proof(*proof), encoded);
    EXPECT_EQ(proof->index, c.at("index").get<std::uint64_t>());
    EXPECT_EQ(proof->path.size(), c.at("hashes").size());
    EXPECT_EQ(proof->checkpoint, c.at("checkpoint").get<std::string>());
    EXPECT_EQ(proof->extra.has_value(), !c.at("extra").is_null());
    if (proof->extra) {
      EXPECT_EQ(as_text(*proof->extra), c.at("extra").get<std::string>());
    }
  }
  ASSERT_FALSE(cases.at("negative").empty());
  for (const json& c : cases.at("negative")) {
    EXPECT_FALSE(parse_tlog_proof(c.at("encoded").get<std::string>())) << c.at("why");
  }
}

TEST(TlogProof, ProofsOfTheGoldenLogVerify) {
  KEDGE_NEEDS_VECTORS("tlog");
  const json readme = json::parse(test::read_file(vectors / "tlog-tiles-golden/README.json"));
  const auto verifier = NoteVerifier::from_vkey(readme.at("vkey").get<std::string>());
  ASSERT_TRUE(verifier);
  int files = 0;
  for (const auto& item : std::filesystem::directory_iterator(vectors / "tlog-proof")) {
    if (item.path().extension() != ".tlog-proof") continue;
    SCOPED_TRACE(item.path().string());
    const std::string encoded = test::read_file(item.path());
    const auto proof = parse_tlog_proof(encoded);
    ASSERT_TRUE(proof) << proof.error().message;
    EXPECT_EQ(format_tlog_proof(*proof), encoded);
    const auto text = open_note(proof->checkpoint, std::span(&*verifier, 1));
    ASSERT_TRUE(text);
    const auto checkpoint = parse_checkpoint(*text);
    ASSERT_TRUE(checkpoint);
    const auto entry = readme.at("entries_utf8")[proof->index].get<std::string>();
    EXPECT_TRUE(verify_inclusion(leaf_hash(as_bytes(entry)), proof->index, checkpoint->size,
                                 proof->path, checkpoint->root));
    ++files;
  }
  EXPECT_EQ(files, 12);
}

TEST(TlogProof, RefusesEveryOtherForm) {
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = std::string(kRoot) + "\n";
  std::string longest;
  for (std::size_t i = 0; i < kMaxTlogProofPath; ++i) longest += hash;
  ASSERT_TRUE(parse_tlog_proof(head + "index 0\n" + longest + "\ncheckpoint\n"));
  ASSERT_TRUE(parse_tlog_proof(head + "extra \nindex 0\n\ncheckpoint\n"));
  const std::string bad[] = {
      "",
      head,
      head + "index 0\n",
      head + "index 0\n\n",
      head + "index 0\n" + hash + "checkpoint\n",
      head + "index 0\n" + longest + hash + "\ncheckpoint\n",
      head + "index 00\n\ncheckpoint\n",
      head + "index  1\n\ncheckpoint\n",
      head + "index 18446744073709551616\n\ncheckpoint\n",
      head + "index 0\nextra AAAA\n\ncheckpoint\n",
      head + "extra AAAA\nextra AAAA\nindex 0\n\ncheckpoint\n",
      head + "extra AAA\nindex 0\n\ncheckpoint\n",
      head + "index 0\r\n\r\ncheckpoint\r\n",
      head + "index 0\n\n" + std::string(kMaxTlogProofSize, 'a'),
  };
  for (const std::string& text : bad) EXPECT_FALSE(parse_tlog_proof(text)) << text.substr(0, 200);
}

}  // namespace
}  // namespace kedge::crypto
