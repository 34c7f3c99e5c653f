// SPDX-License-Identifier: Apache-2.0
#include "node/proof/verdict.hpp"

#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/proof/credential_state.hpp"

namespace kedge::node {
namespace {

TEST(Verdict, HasTheDescribedJsonForm) {
  Verdict verdict;
  verdict.outcome = Outcome::invalid;
  verdict.reasons.push_back({ReasonCode::digest_mismatch, "a \"quoted\"\nmessage"});
  verdict.checks.push_back({"issuer", CheckResult::passed, "did:example:x"});
  verdict.checks.push_back({"status", CheckResult::not_done, "none"});
  verdict.trust.push_back("log key");
  EXPECT_EQ(verdict_to_json(verdict),
            R"({"verdict":"invalid",)"
            R"("reasons":[{"code":"digest-mismatch","message":"a \"quoted\"\nmessage"}],)"
            R"("checks":[{"name":"issuer","result":"passed","detail":"did:example:x"},)"
            R"({"name":"status","result":"not-done","detail":"none"}],)"
            R"("trust":["log key"]})");
  EXPECT_EQ(verdict_to_json(Verdict{}),
            R"({"verdict":"unknown","reasons":[],"checks":[],"trust":[]})");
}

TEST(Verdict, NamesEveryReasonOnce) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(ReasonCode::status_index_out_of_range); ++i) {
    const auto code = static_cast<ReasonCode>(i);
    EXPECT_TRUE(names.insert(reason_name(code)).second) << reason_name(code);
    EXPECT_FALSE(outcome_name(reason_outcome(code)).empty());
  }
  EXPECT_EQ(reason_outcome(ReasonCode::log_key_only), Outcome::valid);
  EXPECT_EQ(reason_outcome(ReasonCode::log_key_untrusted), Outcome::unknown);
  EXPECT_EQ(reason_outcome(ReasonCode::batch_path), Outcome::invalid);
}

TEST(CredentialState, NamesRoundTrip) {
  for (const CredentialState state : {CredentialState::accepted, CredentialState::sealed,
                                      CredentialState::anchored, CredentialState::final}) {
    const auto read = state_from_name(state_name(state));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, state);
  }
  EXPECT_FALSE(state_from_name("Final"));
  EXPECT_FALSE(state_from_name(""));
}

}  // namespace
}  // namespace kedge::node
