// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "node/cli/files.hpp"
#include "node/cli/run.hpp"
#include "node/cli/terminal.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/prover.hpp"
#include "tests/node/cli/temporary_directory.hpp"
#include "tests/support/filled_store.hpp"

namespace kedge::node::cli {
namespace {

/// A proof of a document, in files, as somebody would hold it.
class VerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    const IssuerId issuer = filled_.add_issuer("did:example:issuer");
    filled_.accept(issuer, 20);
    filled_.accept_digest(issuer, crypto::DigestProfile::bytes,
                          crypto::sha256(as_bytes(document_)));
    filled_.seal();
    filled_.anchor();
    const Prover prover(filled_.verifier());
    auto proof = prover.prove(*filled_.snapshot(), {issuer, 20});
    ASSERT_TRUE(proof) << proof.error().message;
    bundle_ = *std::move(proof->bundle);
    write("a.proof.json", bundle_to_json(bundle_));
    write("a.txt", document_);
    write("log.vkey", filled_.verifier().vkey() + "\n");
  }

  void write(const std::string& name, std::string_view content) {
    ASSERT_TRUE(write_file(path(name), content));
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

  /// Runs `kedge verify` and keeps what it said.
  ExitStatus verify(std::vector<std::string> words) {
    words.insert(words.begin(), "verify");
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal(out, err, {});
    const ExitStatus status = run(words, terminal);
    out_ = out.str();
    err_ = err.str();
    return status;
  }

  const std::string document_ = "a diploma\n";
  test::FilledStore filled_;
  TemporaryDirectory directory_;
  Bundle bundle_;
  std::string out_;
  std::string err_;
};

TEST_F(VerifyTest, ValidIsZero) {
  EXPECT_EQ(verify({path("a.proof.json"), path("a.txt"), "--log-key", path("log.vkey")}),
            ExitStatus::done)
      << out_;
  EXPECT_EQ(out_.find("valid\n"), 0U) << out_;
  EXPECT_NE(out_.find("on the word of"), std::string::npos);
  EXPECT_EQ(err_, "");
  EXPECT_EQ(verify({path("a.proof.json"), "--log-key", filled_.verifier().vkey(), "--digest",
                    crypto::to_hex(bundle_.credential.digest)}),
            ExitStatus::done);
}

TEST_F(VerifyTest, TakesCbor) {
  write("a.proof.cbor", as_text(bundle_to_cbor(bundle_)));
  EXPECT_EQ(verify({path("a.proof.cbor"), path("a.txt"), "--log-key", path("log.vkey")}),
            ExitStatus::done);
}

TEST_F(VerifyTest, InvalidIsOne) {
  write("b.txt", "A diploma\n");
  EXPECT_EQ(verify({path("a.proof.json"), path("b.txt"), "--log-key", path("log.vkey")}),
            ExitStatus::failed);
  EXPECT_EQ(out_.find("invalid\n"), 0U);
  EXPECT_NE(out_.find("(digest-mismatch)"), std::string::npos) << out_;
  write("c.proof.json", "{}");
  EXPECT_EQ(verify({path("c.proof.json")}), ExitStatus::failed);
}

TEST_F(VerifyTest, UnknownIsThree) {
  EXPECT_EQ(verify({path("a.proof.json"), path("a.txt")}), ExitStatus::unknown);
  EXPECT_EQ(out_.find("unknown\n"), 0U);
  EXPECT_NE(out_.find("(log-key-untrusted)"), std::string::npos) << out_;
}

TEST_F(VerifyTest, WhatCannotBeReadIsNoVerdict) {
  const std::vector<std::vector<std::string>> lines = {
      {path("missing.json")},
      {path("a.proof.json"), path("missing.txt")},
      {path("a.proof.json"), path("a.txt"), "--log-key", path("missing.vkey")},
      {path("a.proof.json"), path("a.txt"), "--log-key", "log.example+00000000+AAAA"},
      {path("a.proof.json"), "--digest", "AA"},
      {path("a.proof.json"), path("a.txt"), "--digest", std::string(64, 'a')},
      {path("a.proof.json"), "--profile", "jws"},
      {path("a.proof.json"), path("a.txt"), "--profile", "jwt"},
      {path("a.proof.json"), path("a.txt"), "--require", "honesty"},
      {path("a.proof.json"), "--require", "signature"},
      {path("a.proof.json"), path("a.txt"), "--at", "yesterday"},
      {path("a.proof.json"), path("a.txt"), "--trust", path("missing.toml")},
      {}};
  for (const auto& words : lines) {
    EXPECT_EQ(verify(words), ExitStatus::usage) << testing::PrintToString(words);
    EXPECT_EQ(out_, "");
    EXPECT_NE(err_, "");
  }
}

TEST_F(VerifyTest, JsonIsTheVerdict) {
  verify({path("a.proof.json"), path("a.txt"), "--log-key", path("log.vkey"), "--json"});
  const auto verdict = nlohmann::json::parse(out_);
  EXPECT_EQ(verdict["verdict"], "valid");
  EXPECT_FALSE(verdict["trust"].empty());
}

}  // namespace
}  // namespace kedge::node::cli
