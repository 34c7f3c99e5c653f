// SPDX-License-Identifier: Apache-2.0
#include "node/cli/proof_fetcher.hpp"

#include <gtest/gtest.h>

#include "node/proof/bundle_json.hpp"
#include "node/proof/prover.hpp"
#include "tests/node/cli/small_server.hpp"
#include "tests/support/filled_store.hpp"

namespace kedge::node::cli {
namespace {

/// A node that answers whatever the test says.
class ProofFetcherTest : public testing::Test {
 protected:
  ProofFetcherTest() {
    issuer_ = filled_.add_issuer("did:example:issuer");
    filled_.accept(issuer_, 5);
    filled_.seal();
    filled_.anchor();
  }

  std::string bundle_of(std::uint64_t position) {
    const Prover prover(filled_.verifier());
    const auto proof = prover.prove(*filled_.snapshot(), {issuer_, position});
    return bundle_to_json(*proof->bundle);
  }

  Result<FetchedProof> fetch(std::uint64_t position, std::string answer) {
    answer_ = std::move(answer);
    return fetch_proof(client_, test::FilledStore::digest(issuer_, position), "");
  }

  test::FilledStore filled_;
  IssuerId issuer_ = 0;
  Result<std::string> answer_{std::string()};
  SmallServer server_{"proof_get",
                      [this](std::string_view, const rpc::Caller&, std::string& out) -> Status {
                        if (!answer_) return answer_.error();
                        out += *answer_;
                        return {};
                      }};
  rpc::Client client_ = server_.connect();
};

TEST_F(ProofFetcherTest, TakesAProofOfTheDigestThatItAskedFor) {
  const auto fetched =
      fetch(3, R"({"state":"final","complete":true,"bundle":)" + bundle_of(3) + "}");
  ASSERT_TRUE(fetched) << fetched.error().message;
  EXPECT_EQ(fetched->state, "final");
  EXPECT_TRUE(fetched->complete);
  EXPECT_EQ(bundle_to_json(*fetched->bundle), bundle_of(3));
}

TEST_F(ProofFetcherTest, KnowsThatThereIsNoneYet) {
  for (const char* answer : {R"({"state":"accepted","complete":false})",
                             R"({"state":"accepted","complete":false,"bundle":null})"}) {
    const auto fetched = fetch(0, answer);
    ASSERT_TRUE(fetched) << fetched.error().message;
    EXPECT_EQ(fetched->state, "accepted");
    EXPECT_FALSE(fetched->bundle);
  }
}

TEST_F(ProofFetcherTest, BelievesNoWrongProof) {
  const std::string head = R"({"state":"final","complete":true,"bundle":)";
  std::string bent = bundle_of(3);
  bent.replace(bent.find("\"index\":3"), 9, "\"index\":2");
  for (const std::string& answer :
       {head + bundle_of(2) + "}", head + bent + "}", head + "{}}", head + "[]}", std::string("[]"),
        std::string("{}"), R"({"state":1,"complete":true})" + std::string()}) {
    const auto fetched = fetch(3, answer);
    ASSERT_FALSE(fetched) << answer;
    EXPECT_EQ(fetched.error().code, Errc::corrupt) << answer;
  }
}

TEST_F(ProofFetcherTest, PassesTheNodesRefusalOn) {
  answer_ = Result<std::string>(Error{Errc::not_found, "no credential with this digest"});
  const auto fetched = fetch_proof(client_, Hash{}, "did:example:issuer");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, Errc::not_found);
}

}  // namespace
}  // namespace kedge::node::cli
