// SPDX-License-Identifier: Apache-2.0
#include "node/access/token_store.hpp"

#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;
constexpr std::string_view kIssuer = "did:example:a";

class TokenStoreTest : public testing::Test {
 protected:
  std::unique_ptr<TokenStore> open() {
    auto store = TokenStore::open(file_);
    if (!store) {
      ADD_FAILURE() << store.error().message;
      return nullptr;
    }
    return *std::move(store);
  }
  static TokenRequest request(rpc::Scopes scopes = kAnchorWrite.bit) {
    return {.issuer = std::string(kIssuer), .scopes = scopes, .label = "registrar's \"own\""};
  }
  std::string content() {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void put(std::string_view text) {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << text;
  }
  static std::string refusal(const TokenStore& store, std::string_view text,
                             std::uint64_t now_ms = kNow) {
    const auto caller = store.check(text, now_ms);
    if (caller) return "let in";
    EXPECT_EQ(caller.error().code, Errc::unauthorized);
    return caller.error().message.substr(0, caller.error().message.find(' '));
  }

  test::TempDir dir_;
  const std::filesystem::path file_ = dir_.path() / "tokens.log";
};

TEST_F(TokenStoreTest, KnowsItsTokensAndKeepsTheirHashesAlone) {
  const auto store = open();
  const auto issued = store->issue(request(kAnchorWrite.bit | kStatusWrite.bit), kNow);
  ASSERT_TRUE(issued) << issued.error().message;
  const auto caller = store->check(issued->text, kNow);
  ASSERT_TRUE(caller) << caller.error().message;
  EXPECT_EQ(caller->issuer, kIssuer);
  EXPECT_EQ(caller->access, rpc::Access::issuer);
  EXPECT_EQ(caller->scopes, kAnchorWrite.bit | kStatusWrite.bit | kRead.bit);
  EXPECT_EQ(caller->actor, "token:" + token_id(issued->row.hash));
  EXPECT_EQ(content().find(issued->text.substr(6, 20)), std::string::npos);
  EXPECT_EQ(refusal(*store, make_token()), "unknown");
  EXPECT_EQ(refusal(*store, issued->text.substr(1)), "no");
  EXPECT_EQ(refusal(*store, ""), "no");
}

TEST_F(TokenStoreTest, ExpiresAtItsTimeAndNotBefore) {
  const auto store = open();
  TokenRequest short_lived = request();
  short_lived.expires_ms = kNow + 1'000;
  const auto issued = store->issue(short_lived, kNow);
  ASSERT_TRUE(issued);
  EXPECT_EQ(refusal(*store, issued->text, kNow + 999), "let in");
  EXPECT_EQ(refusal(*store, issued->text, kNow + 1'000), "expired");
}

TEST_F(TokenStoreTest, RevokesAtOnceForEverAndOnce) {
  const auto store = open();
  const auto issued = store->issue(request(), kNow);
  const auto other = store->issue(request(), kNow);
  ASSERT_TRUE(issued && other);
  const std::string id = token_id(issued->row.hash);
  const auto revoked = store->revoke(id, kNow + 5);
  ASSERT_TRUE(revoked) << revoked.error().message;
  EXPECT_EQ(refusal(*store, issued->text), "revoked");
  EXPECT_EQ(refusal(*store, other->text), "let in");
  const std::string before = content();
  EXPECT_EQ(store->revoke(id, kNow + 9)->revoked_ms, kNow + 5);
  EXPECT_EQ(content(), before);
  const auto unknown = store->revoke("0123456789abcdef", kNow);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::not_found);
  EXPECT_EQ(unknown.error().field, "id");

  const auto again = open();
  EXPECT_EQ(refusal(*again, issued->text), "revoked");
  EXPECT_EQ(refusal(*again, other->text), "let in");
  EXPECT_EQ(again->list().size(), 2U);
  EXPECT_EQ(again->list()[0].revoked_ms, kNow + 5);
  EXPECT_EQ(again->list()[0].label, "registrar's \"own\"");
  EXPECT_EQ(again->list("did:example:b").size(), 0U);
}

TEST_F(TokenStoreTest, RefusesRequestsThatSayNothingOrTooMuch) {
  const auto store = open();
  const auto field = [&](const TokenRequest& wrong) {
    const auto issued = store->issue(wrong, kNow);
    return issued ? std::string("fine") : issued.error().field;
  };
  TokenRequest wrong = request();
  wrong.issuer = "urn:kedge:record:x";
  EXPECT_EQ(field(wrong), "issuer");
  EXPECT_EQ(field(request(0)), "scopes");
  EXPECT_EQ(field(request(64)), "scopes");
  wrong = request();
  wrong.label = std::string(101, 'x');
  EXPECT_EQ(field(wrong), "label");
  wrong = request();
  wrong.expires_ms = kNow;
  EXPECT_EQ(field(wrong), "expires");
  EXPECT_EQ(content(), "");
}

/// What was acknowledged before the cut is there after it: every token, and every revocation.
TEST_F(TokenStoreTest, ACutAtAnyOctetTakesNothingThatWasAcknowledged) {
  struct Step {
    std::string text;
    bool revoked = false;
    std::size_t size = 0;
  };
  std::vector<Step> steps;
  {
    const auto store = open();
    for (int i = 0; i < 3; ++i) {
      const auto issued = store->issue(request(), kNow);
      ASSERT_TRUE(issued);
      steps.push_back({issued->text, false, content().size()});
      if (i == 1) continue;
      ASSERT_TRUE(store->revoke(token_id(issued->row.hash), kNow));
      steps.push_back({issued->text, true, content().size()});
    }
  }
  const std::string whole = content();
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    SCOPED_TRACE(cut);
    put(whole.substr(0, cut));
    const auto store = open();
    ASSERT_NE(store, nullptr);
    for (const Step& step : steps) {
      const bool acknowledged = step.size <= cut;
      if (!acknowledged) continue;
      const std::string now = refusal(*store, step.text);
      if (step.revoked) {
        ASSERT_EQ(now, "revoked");
      } else {
        ASSERT_TRUE(now == "let in" || now == "revoked") << now;
      }
    }
    for (const Step& step : steps) {
      if (!step.revoked && step.size > cut) {
        ASSERT_EQ(refusal(*store, step.text), "unknown");
      }
    }
  }
}

TEST_F(TokenStoreTest, DoesNotStartOnAFileThatContradictsItself) {
  const auto corrupt = [&](const std::vector<TokenLine>& lines) {
    std::filesystem::remove(file_);
    {
      auto file =
          ChainFile::open(file_, token_format(), [](auto, auto, const auto&) { return Status(); });
      for (const TokenLine& line : lines) {
        const std::string body = format_token_line(line);
        if (!file->append({&body, 1})) return false;
      }
    }
    const auto opened = TokenStore::open(file_);
    return !opened && opened.error().code == Errc::corrupt;
  };
  TokenRow row;
  row.hash.fill(1);
  row.issuer = kIssuer;
  row.scopes = kRead.bit;
  TokenRevocation revoked{row.hash, kNow};
  EXPECT_FALSE(corrupt({row, revoked}));
  EXPECT_TRUE(corrupt({row, row}));
  EXPECT_TRUE(corrupt({revoked}));
  EXPECT_TRUE(corrupt({row, revoked, revoked}));
}

TEST_F(TokenStoreTest, WhatCannotBeWrittenIsNotGivenOutAndStaysRevoked) {
  // /dev/full takes no octet: the store finds an empty file and fails at the first write.
  const auto store = TokenStore::open("/dev/full");
  EXPECT_FALSE(store) << "not a regular file";

  const auto whole = open();
  const auto issued = whole->issue(request(), kNow);
  ASSERT_TRUE(issued);
  std::error_code ignored;
  // SIGXFSZ would end the test; the limit makes the next write fail.
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGXFSZ, &ignore, nullptr);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit none{std::filesystem::file_size(file_, ignored), before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &none);
  const auto failed = whole->issue(request(), kNow);
  const auto revoked = whole->revoke(token_id(issued->row.hash), kNow);
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::storage);
  ASSERT_FALSE(revoked);
  EXPECT_EQ(refusal(*whole, issued->text), "revoked");
  // Asked again, it is not answered as if it were written.
  EXPECT_FALSE(whole->revoke(token_id(issued->row.hash), kNow));
  EXPECT_FALSE(whole->issue(request(), kNow));
  EXPECT_EQ(whole->list().size(), 1U);
}

TEST_F(TokenStoreTest, ManyReadersSeeARevocationAtOnce) {
  const auto store = open();
  const auto issued = store->issue(request(), kNow);
  ASSERT_TRUE(issued);
  std::atomic<bool> revoked = false;
  std::atomic<bool> stop = false;
  std::atomic<int> late = 0;
  std::vector<std::jthread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!stop) {
        const bool was_revoked = revoked.load();
        if (store->check(issued->text, kNow) && was_revoked) ++late;
      }
    });
  }
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(store->issue(request(), kNow));
  ASSERT_TRUE(store->revoke(token_id(issued->row.hash), kNow));
  revoked = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop = true;
  readers.clear();
  EXPECT_EQ(late, 0);
}

TEST(TokenRow, HasOneText) {
  TokenRow row;
  row.hash.fill(7);
  row.issuer = "did:example:\"a\"";
  row.scopes = kAllScopes;
  row.label = "\u00e9";
  row.created_ms = kNow;
  row.expires_ms = kNow + 1;
  const std::string text = format_token_line(row);
  const auto read = parse_token_line(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(format_token_line(*read), text);
  for (const std::string& wrong :
       {" " + text, text + " ", std::string("{}"), std::string("[]"), std::string("{\"do\":\"x\"}"),
        std::string(text).replace(text.find("\"scopes\":["), 10, "\"scopes\":[\"read\","),
        std::string(text).replace(text.find("anchor:write"), 12, "anchor:wrote")}) {
    EXPECT_FALSE(parse_token_line(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace kedge::node
