// SPDX-License-Identifier: Apache-2.0
// Whatever is done to a bundle, it is never valid for something else.
#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/status_proof_json.hpp"
#include "tests/node/proof/sample_bundle.hpp"
#include "tests/node/proof/status_log.hpp"

namespace kedge::node {
namespace {

using test::SampleBundle;

Bytes json_of(const Bundle& bundle) {
  const std::string text = bundle_to_json(bundle);
  return {text.begin(), text.end()};
}

class Mutation : public testing::Test {
 protected:
  void SetUp() override {
    sample_.trust.require_anchor = false;
    ASSERT_EQ(outcome(json_of(sample_.bundle)), Outcome::valid);
    ASSERT_EQ(outcome(bundle_to_cbor(sample_.bundle)), Outcome::valid);
  }

  Outcome outcome(const Bytes& document) const {
    return verify_document(document, sample_.trust, sample_.digest).outcome;
  }

  void expect_no_flip_is_valid(Bytes document) const {
    for (std::size_t i = 0; i < document.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        document[i] ^= static_cast<std::uint8_t>(1 << bit);
        ASSERT_NE(outcome(document), Outcome::valid) << "octet " << i << ", bit " << bit;
        document[i] ^= static_cast<std::uint8_t>(1 << bit);
      }
    }
  }

  void expect_no_prefix_is_valid(const Bytes& document) const {
    for (std::size_t size = 0; size < document.size(); ++size) {
      const Bytes prefix(document.begin(), document.begin() + static_cast<std::ptrdiff_t>(size));
      ASSERT_NE(outcome(prefix), Outcome::valid) << "first " << size << " octets";
    }
  }

  /// Several changes at once may leave an equivalent document, such as one with white space; but
  /// then it says the same.
  void expect_random_changes_are_found(const Bytes& original) const {
    const std::uint32_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 5000; ++round) {
      Bytes document = original;
      for (std::uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
        change(document, random);
      }
      if (outcome(document) != Outcome::valid) continue;
      const auto bundle = decode_bundle(document);
      ASSERT_TRUE(bundle);
      ASSERT_EQ(*bundle, sample_.bundle) << as_text(document);
    }
  }

  static void change(Bytes& document, std::mt19937& random) {
    if (document.empty()) return;
    const auto at = [&] { return static_cast<std::ptrdiff_t>(random() % document.size()); };
    const auto octet = static_cast<std::uint8_t>(random());
    switch (random() % 4) {
      case 0:
        document[static_cast<std::size_t>(at())] = octet;
        return;
      case 1:
        document.insert(document.begin() + at(), random() % 2 == 0 ? ' ' : octet);
        return;
      case 2:
        document.erase(document.begin() + at());
        return;
      default:
        std::swap(document[static_cast<std::size_t>(at())],
                  document[static_cast<std::size_t>(at())]);
    }
  }

  SampleBundle sample_;
};

TEST_F(Mutation, NoFlippedBitOfTheJsonFormIsValid) {
  expect_no_flip_is_valid(json_of(sample_.bundle));
}

TEST_F(Mutation, NoFlippedBitOfTheCborFormIsValid) {
  expect_no_flip_is_valid(bundle_to_cbor(sample_.bundle));
}

TEST_F(Mutation, NoTruncatedDocumentIsValid) {
  expect_no_prefix_is_valid(json_of(sample_.bundle));
  expect_no_prefix_is_valid(bundle_to_cbor(sample_.bundle));
}

TEST_F(Mutation, RandomChangesAreFoundInJson) {
  expect_random_changes_are_found(json_of(sample_.bundle));
}

TEST_F(Mutation, RandomChangesAreFoundInCbor) {
  expect_random_changes_are_found(bundle_to_cbor(sample_.bundle));
}

/// A bundle with a status: of a credential of several in its list, one of them revoked.
class StatusMutation : public Mutation {
 protected:
  void SetUp() override {
    Mutation::SetUp();
    test::StatusLogOptions options;
    options.lists = {{kRegister, 300, {{SampleBundle::kWhere.position + 1, StatusValue::revoked}}},
                     {1, 200, {{7, StatusValue::suspended}}}};
    const test::StatusLog log(sample_.filled.signer(), options);
    sample_.bundle.status = status_to_json(log.prove({kRegister, SampleBundle::kWhere.position}));
    ASSERT_EQ(outcome(json_of(sample_.bundle)), Outcome::valid);
    ASSERT_EQ(outcome(bundle_to_cbor(sample_.bundle)), Outcome::valid);
  }

  /// Each octet from that of `status` on, two bits of it: the rest is flipped above.
  void expect_no_flip_in_status(Bytes document) const {
    const auto begin = as_text(document).find("status");
    ASSERT_NE(begin, std::string_view::npos);
    for (std::size_t i = begin; i < document.size(); ++i) {
      for (const std::size_t bit : {i % 8, (i + 3) % 8}) {
        document[i] ^= static_cast<std::uint8_t>(1u << bit);
        ASSERT_NE(outcome(document), Outcome::valid) << "octet " << i << ", bit " << bit;
        document[i] ^= static_cast<std::uint8_t>(1u << bit);
      }
    }
  }
};

TEST_F(StatusMutation, NoFlippedBitOfTheJsonFormIsValid) {
  expect_no_flip_in_status(json_of(sample_.bundle));
}

TEST_F(StatusMutation, NoFlippedBitOfTheCborFormIsValid) {
  expect_no_flip_in_status(bundle_to_cbor(sample_.bundle));
}

TEST_F(StatusMutation, RandomChangesAreFound) {
  expect_random_changes_are_found(json_of(sample_.bundle));
  expect_random_changes_are_found(bundle_to_cbor(sample_.bundle));
}

TEST_F(StatusMutation, TheStatusInCborHasByteStrings) {
  const auto cbor = bundle_to_cbor(sample_.bundle);
  const auto read = nlohmann::json::from_cbor(cbor);
  EXPECT_TRUE(read["status"]["epochEntry"].is_binary());
  EXPECT_TRUE(read["status"]["chunk"].is_binary());
  EXPECT_TRUE(read["status"]["directory"]["statusRoot"].is_binary());
  EXPECT_EQ(*bundle_from_cbor(cbor), sample_.bundle);
}

TEST_F(Mutation, NoPartOfAnotherBundleFits) {
  const Bundle other = test::bundle_of(sample_.filled, {0, 4});
  const auto expect_refused = [this](const Bundle& bundle) {
    EXPECT_NE(verify(bundle, sample_.trust, std::monostate{}).outcome, Outcome::valid)
        << bundle_to_json(bundle);
  };
  Bundle bundle = sample_.bundle;
  bundle.credential = other.credential;
  expect_refused(bundle);
  bundle = sample_.bundle;
  bundle.batch = other.batch;
  expect_refused(bundle);
  bundle = sample_.bundle;
  bundle.log.index = other.log.index;
  expect_refused(bundle);
  bundle = sample_.bundle;
  bundle.log.path = other.log.path;
  expect_refused(bundle);
  bundle = sample_.bundle;
  bundle.batch.entry = other.batch.entry;
  expect_refused(bundle);
}

}  // namespace
}  // namespace kedge::node
