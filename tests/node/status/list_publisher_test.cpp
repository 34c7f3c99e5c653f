// SPDX-License-Identifier: Apache-2.0
#include "node/status/list_publisher.hpp"

#include <set>

#include <gtest/gtest.h>

#include "crypto/data_integrity.hpp"
#include "node/status/issuer_index.hpp"
#include "tests/node/status/list_fixture.hpp"
#include "tests/support/filled_store.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

constexpr std::string_view kName = "did:example:university";
constexpr std::uint64_t kSize = kMinListEntries;
constexpr std::uint64_t kDay = 86'400'000;

class PublisherTest : public testing::Test {
 protected:
  PublisherTest() {
    issuer_ = filled_.add_issuer(kName);
    filled_.accept(issuer_, 3);
    filled_.seal();
    options_.base_url = "https://anchor.example.edu";
    options_.ebsi_schema = "https://registry.example/z1";
    restart();
  }

  void restart() {
    publisher_.emplace(filled_.store(), options_, [this](const IssuerRow& row) {
      if (no_key_.contains(row.name)) {
        return Result<std::shared_ptr<const ListSigner>>(Error{Errc::not_found, "no key file"});
      }
      return Result<std::shared_ptr<const ListSigner>>(
          std::make_shared<const ListSigner>(list_signer(key_type_)));
    });
  }

  PublisherPass pass() {
    auto done = publisher_->pass(now_);
    EXPECT_TRUE(done) << done.error().message;
    return done ? *std::move(done) : PublisherPass{};
  }

  std::optional<PublishedList> newest(ListEncoding encoding, std::uint32_t list = 1) {
    auto row = filled_.snapshot()->published(issuer_, list, static_cast<std::uint8_t>(encoding));
    if (!row) return std::nullopt;
    return *std::move(row);
  }

  ExpectedList expected(std::string uri, StatusPurpose purpose) const {
    return {
        .uri = std::move(uri), .issuer = std::string(kName), .purpose = purpose, .now_ms = now_};
  }

  /// What every document that is published says of an index.
  StatusValue value_of(std::uint64_t index) {
    const auto reader = filled_.snapshot();
    const ListPlace place(options_.base_url, reader->issuer(issuer_)->issuer_hash, 1,
                          ebsi_proxy_of(options_.ebsi_proxies, kName));
    const ListSigner signer = list_signer(key_type_);
    unsigned bits[2] = {};
    for (const StatusPurpose purpose : kStatusPurposes) {
      const bool second = purpose == StatusPurpose::suspension;
      const auto di =
          newest(second ? ListEncoding::bitstring_suspension : ListEncoding::bitstring_revocation);
      const auto jwt = newest(second ? ListEncoding::bitstring_suspension_jwt
                                     : ListEncoding::bitstring_revocation_jwt);
      const auto ebsi = newest(second ? ListEncoding::status_list_2021_suspension
                                      : ListEncoding::status_list_2021_revocation);
      const auto w3c_expected = expected(place.bitstring(purpose), purpose);
      const auto from_jwt =
          decode_bitstring_jwt(*crypto::parse_jws(as_text(jwt->document)), w3c_expected);
      const auto from_ebsi =
          decode_status_list_2021_jwt(*crypto::parse_jws(as_text(ebsi->document)),
                                      expected(place.status_list_2021(purpose), purpose));
      EXPECT_TRUE(from_jwt) << from_jwt.refusal().message;
      EXPECT_TRUE(from_ebsi) << from_ebsi.refusal().message;
      bits[second ? 1 : 0] = *from_jwt->list.value(index);
      EXPECT_EQ(*from_ebsi->list.value(index), bits[second ? 1 : 0]);
      if (!signer.has_data_integrity()) continue;
      const auto from_di = decode_bitstring_credential(as_text(di->document), w3c_expected);
      EXPECT_TRUE(from_di) << from_di.refusal().message;
      EXPECT_EQ(*from_di->list.value(index), bits[second ? 1 : 0]);
      EXPECT_TRUE(
          crypto::verify_data_integrity_proof(as_text(di->document), 0, signer.public_key()));
    }
    const auto token_expected = expected(place.token(), StatusPurpose::revocation);
    const auto token = newest(ListEncoding::token_jwt);
    const auto cwt = newest(ListEncoding::token_cwt);
    const auto from_token =
        decode_token_jwt(*crypto::parse_jws(as_text(token->document)), token_expected);
    const auto from_cwt = decode_token_cwt(*decode_cose_sign1(cwt->document), token_expected);
    EXPECT_TRUE(from_token) << from_token.refusal().message;
    EXPECT_TRUE(from_cwt) << from_cwt.refusal().message;
    const unsigned value = *from_token->list.value(index);
    EXPECT_EQ(*from_cwt->list.value(index), value);
    EXPECT_EQ(value, bits[0] + 2 * bits[1]);
    return static_cast<StatusValue>(value);
  }

  FilledStore filled_;
  IssuerId issuer_ = 0;
  PublisherOptions options_;
  crypto::KeyType key_type_ = crypto::KeyType::p256;
  std::set<std::string> no_key_;
  std::uint64_t now_ = FilledStore::kFirstTimeMs + kDay;
  std::optional<ListPublisher> publisher_;
};

TEST_F(PublisherTest, ANewListIsPublishedAtOnceAndOnlyOnce) {
  EXPECT_EQ(pass().published, 0U) << "there is no list";
  filled_.allocate(issuer_, 1, kSize, 10);
  const PublisherPass first = pass();
  EXPECT_EQ(first.published, 1U);
  EXPECT_EQ(first.digests.size(), kListEncodings);
  EXPECT_TRUE(first.failures.empty());
  EXPECT_EQ(value_of(0), StatusValue::valid);
  EXPECT_EQ(pass().published, 0U);
  filled_.seal();
  now_ += options_.publish_interval_ms;
  EXPECT_EQ(pass().published, 0U) << "another epoch in which nothing has changed";
}

TEST_F(PublisherTest, EveryEncodingSaysWhatTheLogSays) {
  filled_.allocate(issuer_, 1, kSize, 100);
  for (const crypto::KeyType type : kListKeyTypes) {
    SCOPED_TRACE(crypto::key_type_name(type));
    key_type_ = type;
    restart();
    const std::uint64_t index = 10 * static_cast<std::uint64_t>(type) + 7;
    filled_.change_status(issuer_, {{1, index}}, StatusValue::suspended);
    filled_.seal();
    now_ += kDay;
    EXPECT_EQ(pass().published, 1U);
    EXPECT_EQ(value_of(index), StatusValue::suspended);
    EXPECT_EQ(value_of(index + 1), StatusValue::valid);

    const std::uint64_t last = kSize - 1 - index;
    filled_.change_status(issuer_, {{1, index}, {1, last}}, StatusValue::revoked);
    now_ += kDay;
    EXPECT_EQ(pass().published, 0U) << "accepted, but not in the log";
    EXPECT_EQ(value_of(index), StatusValue::suspended);
    filled_.seal();
    EXPECT_EQ(pass().published, 1U);
    EXPECT_EQ(value_of(index), StatusValue::revoked);
    EXPECT_EQ(value_of(last), StatusValue::revoked);
  }
}

TEST_F(PublisherTest, AtMostOnceAnEpochAndAnInterval) {
  filled_.allocate(issuer_, 1, kSize, 10);
  EXPECT_EQ(pass().published, 1U);
  const auto first = newest(ListEncoding::token_jwt);
  filled_.change_status(issuer_, {{1, 3}}, StatusValue::revoked);
  filled_.seal();
  now_ += options_.publish_interval_ms - 1;
  EXPECT_EQ(pass().published, 0U) << "too soon";
  now_ += 1;
  EXPECT_EQ(pass().published, 1U);
  const auto second = newest(ListEncoding::token_jwt);
  EXPECT_GT(second->epoch, first->epoch);
  now_ += options_.valid_for_ms;
  EXPECT_EQ(pass().published, 0U) << "this epoch has its documents";
  filled_.seal();
  EXPECT_EQ(pass().published, 1U) << "they end";
  // The one of then is still there.
  const auto then = filled_.snapshot()->published_before(
      issuer_, 1, static_cast<std::uint8_t>(ListEncoding::token_jwt), second->time_ms);
  ASSERT_TRUE(then);
  EXPECT_EQ(then->document, second->document);
}

TEST_F(PublisherTest, SignsAnewAtHalfOfTheValidity) {
  filled_.allocate(issuer_, 1, kSize, 10);
  EXPECT_EQ(pass().published, 1U);
  filled_.seal();
  now_ += options_.valid_for_ms / 2 - 1;
  EXPECT_EQ(pass().published, 0U);
  now_ += 1;
  EXPECT_EQ(pass().published, 1U);
  now_ -= kDay;
  filled_.change_status(issuer_, {{1, 3}}, StatusValue::revoked);
  filled_.seal();
  EXPECT_EQ(pass().published, 0U) << "the clock has gone back";
}

TEST_F(PublisherTest, AStartFindsEverythingInTheStore) {
  filled_.allocate(issuer_, 1, kSize, 10);
  const PublisherPass first = pass();
  filled_.seal();
  restart();
  const PublisherPass again = pass();
  EXPECT_EQ(again.published, 0U);
  const auto digests = [](const PublisherPass& done) {
    std::set<Hash> out;
    for (const DocumentDigest& digest : done.digests) out.insert(digest.digest);
    return out;
  };
  EXPECT_EQ(digests(again), digests(first)) << "whatever a crash has kept from the log";
  EXPECT_TRUE(pass().digests.empty());

  options_.base_url = "https://moved.example.edu";
  restart();
  EXPECT_EQ(pass().published, 1U) << "another address";
  EXPECT_EQ(value_of(0), StatusValue::valid);
  filled_.seal();
  key_type_ = crypto::KeyType::ed25519;
  restart();
  EXPECT_EQ(pass().published, 1U) << "another key";
  EXPECT_EQ(value_of(0), StatusValue::valid);
  filled_.seal();
  options_.ebsi_proxies = {"https://registry.example/issuers/did:example:other/proxies/0x1",
                           "https://registry.example/issuers/did:example:university/proxies/0x2"};
  restart();
  EXPECT_EQ(pass().published, 1U) << "another address in EBSI's registry";
  EXPECT_EQ(value_of(0), StatusValue::valid);
  EXPECT_EQ(summarise_token(newest(ListEncoding::status_list_2021_suspension)->document)->uri,
            options_.ebsi_proxies[1] + "/credentials/status/1/suspension");
  filled_.seal();
  restart();
  EXPECT_EQ(pass().published, 0U) << "nothing is another";
}

TEST_F(PublisherTest, ACrashWithinASetIsMadeGood) {
  filled_.allocate(issuer_, 1, kSize, 10);
  filled_.publish(issuer_, 1, static_cast<std::uint8_t>(ListEncoding::token_cwt), "a CWT");
  const PublisherPass done = pass();
  EXPECT_EQ(done.published, 1U);
  EXPECT_EQ(done.digests.size(), kListEncodings);
  EXPECT_EQ(as_text(newest(ListEncoding::token_cwt)->document), "a CWT") << "nothing is replaced";
  EXPECT_TRUE(newest(ListEncoding::token_jwt));
}

TEST_F(PublisherTest, OneIssuerWithoutKeyDoesNotKeepTheOthers) {
  const IssuerId other = filled_.add_issuer("did:example:other");
  filled_.allocate(other, 1, kSize, 1);
  filled_.allocate(issuer_, 1, kSize, 1);
  filled_.allocate(issuer_, 2, 2 * kSize, 1);
  no_key_.insert(std::string(kName));
  const PublisherPass done = pass();
  EXPECT_EQ(done.published, 1U);
  ASSERT_EQ(done.failures.size(), 2U);
  EXPECT_EQ(done.failures[0].message, "the lists of did:example:university: no key file");
  no_key_.clear();
  EXPECT_EQ(pass().published, 2U);
  EXPECT_TRUE(newest(ListEncoding::token_jwt, 2));
}

TEST(IssuerIndex, FindsIssuersAsTheyCome) {
  FilledStore filled;
  IssuerIndex index;
  const IssuerId first = filled.add_issuer("did:example:1");
  const auto hash_of = [&](IssuerId id) { return filled.snapshot()->issuer(id)->issuer_hash; };
  EXPECT_EQ(*index.find(*filled.snapshot(), hash_of(first)), first);
  EXPECT_EQ(index.find(*filled.snapshot(), Hash{}).error().code, Errc::not_found);
  const IssuerId second = filled.add_issuer("did:example:2");
  EXPECT_EQ(*index.find(*filled.snapshot(), hash_of(second)), second);
  EXPECT_EQ(*index.find(*filled.snapshot(), hash_of(first)), first);
}

TEST(ListDocuments, AnIssuersProxyIsFoundByItsDid) {
  const std::vector<std::string> proxies = {"https://r.example/issuers/did:ebsi:zAB/proxies/0x1",
                                            "https://r.example/issuers/did:ebsi:zA/proxies/0x2"};
  EXPECT_EQ(ebsi_proxy_of(proxies, "did:ebsi:zA"), proxies[1]);
  EXPECT_EQ(ebsi_proxy_of(proxies, "did:ebsi:zAB"), proxies[0]);
  EXPECT_EQ(ebsi_proxy_of(proxies, "did:ebsi:z"), "");
  const ListPlace place("https://a.example", Hash{}, 3, proxies[1]);
  EXPECT_EQ(place.status_list_2021(StatusPurpose::revocation),
            proxies[1] + "/credentials/status/3");
  EXPECT_EQ(place.status_list_2021(StatusPurpose::suspension),
            proxies[1] + "/credentials/status/3/suspension");
  EXPECT_EQ(place.token(), "https://a.example/status/" + std::string(64, '0') + "/3/token");
}

TEST(ListDocuments, OnePurposeMeansFewerDocuments) {
  const ListPlace place("https://a.example", Hash{}, 3);
  const std::string root = "https://a.example/status/" + std::string(64, '0');
  EXPECT_EQ(place.bitstring(StatusPurpose::suspension), root + "/3/suspension");
  EXPECT_EQ(place.status_list_2021(StatusPurpose::revocation),
            root + "/3/statuslist2021/revocation");
  EXPECT_EQ(place.token(), root + "/3/token");
  EXPECT_EQ(place.aggregation(), root + "/token");
  const DocumentTerms terms{.issuer = "did:example:1", .issued_ms = 1, .valid_until_ms = 2'000};
  const auto documents = encode_list(Bytes(kSize / 4), kSize, kPurposeRevocation, place, terms,
                                     list_signer(crypto::KeyType::secp256k1));
  ASSERT_TRUE(documents);
  std::vector<ListEncoding> encodings;
  for (const ListDocument& document : *documents) {
    encodings.push_back(document.encoding);
    EXPECT_TRUE(crypto::credential_digest(list_profile(document.encoding), document.octets));
  }
  EXPECT_EQ(encodings,
            (std::vector<ListEncoding>{ListEncoding::bitstring_revocation_jwt,
                                       ListEncoding::status_list_2021_revocation,
                                       ListEncoding::token_cwt, ListEncoding::token_jwt}));
  EXPECT_EQ(summarise_token(documents->back().octets)->valid_until_ms, 2'000U);
  EXPECT_EQ(summarise_token(as_bytes("x")).error().code, Errc::corrupt);
}

}  // namespace
}  // namespace kedge::test
