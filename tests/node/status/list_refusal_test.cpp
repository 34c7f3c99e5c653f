// SPDX-License-Identifier: Apache-2.0
// What a foreign list may not be: each fault has a name of its own.
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/cbor.hpp"
#include "tests/node/status/list_fixture.hpp"

namespace kedge::test {
namespace {

using nlohmann::json;
using namespace kedge::node;

template <class T>
std::string fault_of(const ListResult<T>& result) {
  return result ? "none" : std::string(list_fault_name(result.refusal().fault));
}

Bytes gzip_of(std::size_t octets) {
  return compress(Bytes(octets), Wrapping::gzip);
}

TEST(ListFault, NamesAreDistinct) {
  std::set<std::string_view> names;
  for (int fault = 0; fault <= static_cast<int>(ListFault::out_of_range); ++fault) {
    names.insert(list_fault_name(static_cast<ListFault>(fault)));
    EXPECT_TRUE(
        list_problem_type(static_cast<ListFault>(fault)).starts_with("https://www.w3.org/"));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ListFault::out_of_range) + 1);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(list_problem_type(ListFault::wrong_length),
            "https://www.w3.org/ns/credentials/status-list#STATUS_LIST_LENGTH_ERROR");
  EXPECT_EQ(list_problem_type(ListFault::out_of_range),
            "https://www.w3.org/TR/vc-data-model#RANGE_ERROR");
}

TEST(ListRefusal, EncodedLists) {
  const Bytes good = gzip_of(kMinListEntries / 8);
  // Has octets that differ between the two alphabets.
  const Bytes coloured = compress(random_statuses(kMinListEntries * 4, 3, 7), Wrapping::gzip);
  EXPECT_EQ(fault_of(decode_bitstring(bitstring_text(good))), "none");
  EXPECT_EQ(fault_of(decode_bitstring(bitstring_text(coloured))), "none");
  EXPECT_EQ(fault_of(decode_status_list_2021(status_list_2021_text(coloured))), "none");

  EXPECT_EQ(fault_of(decode_bitstring("")), "wrong-alphabet");
  EXPECT_EQ(fault_of(decode_bitstring(crypto::base64url_encode(good))), "wrong-alphabet");
  EXPECT_EQ(fault_of(decode_bitstring("m" + crypto::base64_encode(good))), "wrong-alphabet");
  EXPECT_EQ(fault_of(decode_bitstring("u" + crypto::base64_encode(coloured))), "wrong-alphabet");
  EXPECT_EQ(fault_of(decode_status_list_2021(crypto::base64url_encode(coloured))),
            "wrong-alphabet");
  EXPECT_EQ(fault_of(decode_token_list(std::string_view(crypto::base64_encode(coloured)), 1)),
            "wrong-alphabet");
  EXPECT_EQ(fault_of(decode_bitstring("u!")), "malformed");
  EXPECT_EQ(fault_of(decode_bitstring("uAAAAA")), "malformed");
  EXPECT_EQ(fault_of(decode_status_list_2021("A")), "malformed");

  EXPECT_EQ(fault_of(decode_bitstring("u")), "wrong-compression");
  const Bytes zlib = compress(Bytes(kMinListEntries / 8), Wrapping::zlib);
  EXPECT_EQ(fault_of(decode_bitstring(bitstring_text(zlib))), "wrong-compression");
  EXPECT_EQ(fault_of(decode_token_list(ByteView(good), 1)), "wrong-compression");

  Bytes tail = good;
  tail.push_back(0);
  EXPECT_EQ(fault_of(decode_bitstring(bitstring_text(tail))), "trailing-data");
  EXPECT_EQ(fault_of(decode_bitstring(bitstring_text(gzip_of(kMinListEntries / 8 - 1)))),
            "wrong-length");
  EXPECT_EQ(fault_of(decode_status_list_2021(status_list_2021_text(gzip_of(1)))), "wrong-length");
  EXPECT_EQ(fault_of(decode_bitstring(bitstring_text(gzip_of(kMaxListOctets + 1)))), "too-large");

  for (const std::uint64_t bits : {0U, 3U, 5U, 16U}) {
    EXPECT_EQ(fault_of(decode_token_list(ByteView(zlib), bits)), "wrong-entry-size");
  }
  EXPECT_EQ(fault_of(decode_token_list(ByteView(compress({}, Wrapping::zlib)), 1)), "wrong-length");
}

/// A document, and the same one with one thing changed.
class CredentialRefusal : public testing::Test {
 protected:
  json credential() const {
    return json::parse(bitstring_credential(bitstring_text(gzip_of(kMinListEntries / 8)),
                                            StatusPurpose::revocation, list_terms()));
  }
  std::string with(const std::string& pointer, const json& value) const {
    json changed = credential();
    changed[json::json_pointer(pointer)] = value;
    return fault_of(decode_bitstring_credential(changed.dump(), expected_));
  }
  std::string without(const std::string& pointer) const {
    const json patch = json::array({{{"op", "remove"}, {"path", pointer}}});
    return fault_of(decode_bitstring_credential(credential().patch(patch).dump(), expected_));
  }

  ExpectedList expected_ = expected_list();
};

TEST_F(CredentialRefusal, Bitstring) {
  EXPECT_EQ(with("/name", "harmless"), "none");
  EXPECT_EQ(without("/id"), "none");
  EXPECT_EQ(with("/credentialSubject/statusPurpose", {"suspension", "revocation"}), "none");
  EXPECT_EQ(with("/issuer", {{"id", expected_.issuer}, {"name", "University"}}), "none");
  EXPECT_EQ(without("/validUntil"), "none");

  EXPECT_EQ(fault_of(decode_bitstring_credential("[]", expected_)), "malformed");
  EXPECT_EQ(fault_of(decode_bitstring_credential("{", expected_)), "malformed");
  EXPECT_EQ(with("/@context/0", "https://www.w3.org/2018/credentials/v1"), "wrong-type");
  EXPECT_EQ(without("/@context"), "wrong-type");
  EXPECT_EQ(with("/type", {"VerifiableCredential"}), "wrong-type");
  EXPECT_EQ(with("/type", "BitstringStatusListCredential"), "wrong-type");
  EXPECT_EQ(with("/credentialSubject/type", "StatusList2021"), "wrong-type");
  EXPECT_EQ(with("/id", "https://elsewhere.example/1"), "wrong-uri");
  EXPECT_EQ(with("/issuer", "did:example:other"), "wrong-issuer");
  EXPECT_EQ(with("/issuer", {{"name", "University"}}), "malformed");
  EXPECT_EQ(with("/issuer", 7), "malformed");
  EXPECT_EQ(with("/validFrom", "2099-01-01T00:00:00Z"), "out-of-date");
  EXPECT_EQ(with("/validFrom", "2020-01-01T00:00:00+02:00"), "none");
  EXPECT_EQ(with("/validUntil", "2020-01-01T00:00:00Z"), "out-of-date");
  EXPECT_EQ(with("/validUntil", "tomorrow"), "malformed");
  EXPECT_EQ(with("/validUntil", 7), "malformed");
  EXPECT_EQ(with("/credentialSubject", json::array()), "malformed");
  EXPECT_EQ(with("/credentialSubject/statusPurpose", "suspension"), "wrong-purpose");
  EXPECT_EQ(with("/credentialSubject/statusPurpose", json::array()), "wrong-purpose");
  EXPECT_EQ(without("/credentialSubject/statusPurpose"), "malformed");
  EXPECT_EQ(with("/credentialSubject/ttl", "300000"), "malformed");
  EXPECT_EQ(with("/credentialSubject/ttl", -1), "malformed");
  EXPECT_EQ(without("/credentialSubject/encodedList"), "malformed");
  EXPECT_EQ(with("/credentialSubject/encodedList", "H4sI"), "wrong-alphabet");
  expected_.issuer.clear();
  EXPECT_EQ(with("/issuer", "did:example:other"), "none");
  expected_.now_ms = 0;
  EXPECT_EQ(with("/name", "harmless"), "out-of-date");
}

/// Signs a payload, or what became of it.
class TokenRefusal : public testing::Test {
 protected:
  std::string sign(std::string_view typ, const json& payload) const {
    return *signer_.sign_jwt(typ, "", payload.dump());
  }
  static json payload_of(const std::string& token) {
    const auto jwt = crypto::parse_jws(token);
    return json::parse(as_text(*crypto::base64url_decode(jwt->payload_base64url)));
  }
  template <class Decode>
  std::string with(Decode decode, std::string_view typ, json payload, const std::string& pointer,
                   const json& value) const {
    payload[json::json_pointer(pointer)] = value;
    const std::string token = sign(typ, payload);
    return fault_of(decode(*crypto::parse_jws(token), expected_));
  }

  const ListSigner signer_ = list_signer(crypto::KeyType::p256);
  ExpectedList expected_ = expected_list();
};

TEST_F(TokenRefusal, TokenStatusList) {
  const json good = payload_of(*sign_token_jwt(
      token_list(Bytes(kMinListEntries / 4), kMinListEntries), list_terms(), signer_));
  const auto changed = [&](const std::string& pointer, const json& value) {
    return with(&decode_token_jwt, "statuslist+jwt", good, pointer, value);
  };
  EXPECT_EQ(changed("/x", 1), "none");
  EXPECT_EQ(changed("/iat", 1'700'000'000.5), "none");
  EXPECT_EQ(with(&decode_token_jwt, "application/statuslist+jwt", good, "/x", 1), "none");
  EXPECT_EQ(with(&decode_token_jwt, "JWT", good, "/x", 1), "wrong-type");
  EXPECT_EQ(with(&decode_token_jwt, "statuslist+cwt", good, "/x", 1), "wrong-type");
  EXPECT_EQ(changed("/sub", "https://elsewhere.example/1"), "wrong-uri");
  EXPECT_EQ(changed("/sub", nullptr), "malformed");
  EXPECT_EQ(changed("/iss", "did:example:other"), "wrong-issuer");
  EXPECT_EQ(changed("/iat", 4'000'000'000U), "out-of-date");
  EXPECT_EQ(changed("/iat", "now"), "malformed");
  EXPECT_EQ(changed("/exp", 1'600'000'000), "out-of-date");
  EXPECT_EQ(changed("/exp", -1), "malformed");
  EXPECT_EQ(changed("/exp", ~std::uint64_t{0}), "none") << "no wrap";
  EXPECT_EQ(changed("/ttl", 0), "malformed");
  EXPECT_EQ(changed("/status_list", 7), "malformed");
  EXPECT_EQ(changed("/status_list/bits", "2"), "malformed");
  EXPECT_EQ(changed("/status_list/bits", 3), "wrong-entry-size");
  EXPECT_EQ(changed("/status_list/lst", 7), "malformed");
  EXPECT_EQ(changed("/status_list/lst", "A+A"), "wrong-alphabet");
  json no_sub = good;
  no_sub.erase("sub");
  EXPECT_EQ(with(&decode_token_jwt, "statuslist+jwt", no_sub, "/x", 1), "malformed");
  json no_iat = good;
  no_iat.erase("iat");
  EXPECT_EQ(with(&decode_token_jwt, "statuslist+jwt", no_iat, "/x", 1), "malformed");
}

TEST_F(TokenRefusal, StatusList2021) {
  const json good =
      payload_of(*sign_status_list_2021(status_list_2021_text(gzip_of(kMinListEntries / 8)),
                                        StatusPurpose::revocation, list_terms(), signer_));
  const auto changed = [&](const std::string& pointer, const json& value) {
    return with(&decode_status_list_2021_jwt, "JWT", good, pointer, value);
  };
  EXPECT_EQ(changed("/vc/x", 1), "none");
  EXPECT_EQ(with(&decode_status_list_2021_jwt, "vc+jwt", good, "/vc/x", 1), "wrong-type");
  EXPECT_EQ(changed("/vc", "credential"), "malformed");
  EXPECT_EQ(changed("/iss", "did:example:other"), "wrong-claims");
  EXPECT_EQ(changed("/jti", "other"), "wrong-claims");
  EXPECT_EQ(changed("/sub", "other"), "wrong-claims");
  EXPECT_EQ(changed("/iat", 1), "wrong-claims");
  EXPECT_EQ(changed("/nbf", 1), "wrong-claims");
  EXPECT_EQ(changed("/exp", 1), "wrong-claims");
  EXPECT_EQ(changed("/vc/issuanceDate", "2020-01-01T00:00:00Z"), "wrong-claims");
  EXPECT_EQ(changed("/vc/credentialSubject/type", "BitstringStatusList"), "wrong-type");
  EXPECT_EQ(changed("/vc/credentialSubject/statusPurpose", "suspension"), "wrong-purpose");
  expected_.uri = "https://elsewhere.example/1";
  EXPECT_EQ(changed("/vc/x", 1), "wrong-uri");
}

TEST_F(TokenRefusal, BitstringJwt) {
  const json good = json::parse(bitstring_credential(bitstring_text(gzip_of(kMinListEntries / 8)),
                                                     StatusPurpose::revocation, list_terms()));
  const auto changed = [&](const std::string& pointer, const json& value) {
    return with(&decode_bitstring_jwt, "vc+jwt", good, pointer, value);
  };
  EXPECT_EQ(changed("/iss", expected_.issuer), "none");
  EXPECT_EQ(changed("/exp", 1'790'604'800), "none");
  EXPECT_EQ(with(&decode_bitstring_jwt, "JWT", good, "/x", 1), "wrong-type");
  EXPECT_EQ(changed("/iss", "did:example:other"), "wrong-claims");
  EXPECT_EQ(changed("/jti", "other"), "wrong-claims");
  EXPECT_EQ(changed("/nbf", 1), "wrong-claims");
  EXPECT_EQ(changed("/exp", 1), "wrong-claims");
}

TEST(CoseRefusal, MessagesThatAreNone) {
  const ListSigner signer = list_signer(crypto::KeyType::ed25519);
  CoseSign1 message = *decode_cose_sign1(*signer.sign_cose("application/other", Bytes{0xa0}));
  EXPECT_EQ(fault_of(decode_token_cwt(message, expected_list())), "wrong-type");
  EXPECT_FALSE(verify_cose_sign1(message, list_signer(crypto::KeyType::p256).public_key()));
  message.typ = kTokenCwtType;
  EXPECT_EQ(fault_of(decode_token_cwt(message, expected_list())), "malformed");

  const auto refused = [&](Bytes protected_header) {
    message.protected_header = std::move(protected_header);
    return !decode_cose_sign1(encode_cose_sign1(message));
  };
  EXPECT_FALSE(refused({0xa1, 0x01, 0x27}));
  EXPECT_TRUE(refused({0xa0})) << "no alg";
  EXPECT_TRUE(refused({})) << "no map";
  EXPECT_TRUE(refused({0xa2, 0x01, 0x27, 0x01, 0x27})) << "alg twice";
  EXPECT_TRUE(refused({0xa2, 0x01, 0x27, 0x02, 0x81, 0x01})) << "crit";
  EXPECT_TRUE(refused({0xa1, 0x01, 0x27, 0x00})) << "trailing octet";
  EXPECT_TRUE(refused({0xa1, 0x01, 0x38, 0x06})) << "not the shortest form";
  Bytes tagged = encode_cose_sign1(message);
  tagged[0] = 0xd1;
  EXPECT_FALSE(decode_cose_sign1(tagged)) << "another tag";
}

}  // namespace
}  // namespace kedge::test
