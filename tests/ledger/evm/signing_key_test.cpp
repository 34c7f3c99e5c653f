// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/signing_key.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/key_file.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

// The file that the Web3 Secret Storage Definition prints for PBKDF2.
constexpr const char* kSecret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
constexpr const char* kPassword = "testpassword";
constexpr const char* kPbkdf2 = R"({"crypto":{"cipher":"aes-128-ctr",
  "cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
  "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
  "kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
  "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
  "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
  "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3})";
// Made with ethers 6.17, whose scrypt is its own.
constexpr const char* kScrypt = R"({"address":"008aeeda4d805471df9b2a5b0f38a0c3bcba786b",
  "id":"12121212-1212-4212-9212-121212121212","version":3,"Crypto":{"cipher":"aes-128-ctr",
  "cipherparams":{"iv":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"},
  "ciphertext":"1fe8f65c848681c423cf03530086a853e65bcfc67675aa862527b72e95646095",
  "kdf":"scrypt","kdfparams":{
  "salt":"abababababababababababababababababababababababababababababababab",
  "n":16384,"dklen":32,"p":1,"r":8},
  "mac":"782db9f20eee39aa8b126dcbf7edde1a6799089d23c07ae57d9f24e71c088dba"}})";

/// A keystore with one member changed.
std::string changed(const char* text, const char* pointer, const json& value) {
  json parsed = *crypto::parse_json(text);
  parsed[json::json_pointer(pointer)] = value;
  return parsed.dump();
}

std::string field_of_refusal(const std::string& text) {
  const auto key = open_keystore(text, kPassword);
  EXPECT_FALSE(key);
  if (key) return {};
  EXPECT_EQ(key.error().code, Errc::invalid_argument);
  return key.error().field;
}

TEST(Keystore, OpensBothKinds) {
  for (const char* file : {kPbkdf2, kScrypt}) {
    const auto key = open_keystore(file, kPassword);
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(crypto::to_hex(key->bytes()), kSecret);
  }
}

TEST(Keystore, SaysThatThePasswordIsWrong) {
  for (const char* password : {"", "Testpassword", "testpassword\n"}) {
    const auto key = open_keystore(kPbkdf2, password);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, Errc::unauthorized);
    EXPECT_EQ(key.error().message, "keystore: the password is wrong");
  }
}

TEST(Keystore, ChecksTheAddressIfThereIsOne) {
  EXPECT_TRUE(open_keystore(
      changed(kPbkdf2, "/address", "008aeeda4d805471df9b2a5b0f38a0c3bcba786b"), kPassword));
  EXPECT_EQ(
      field_of_refusal(changed(kPbkdf2, "/address", "008aeeda4d805471df9b2a5b0f38a0c3bcba786c")),
      "address");
  EXPECT_EQ(field_of_refusal(changed(kPbkdf2, "/address", "00")), "address");
}

// Each would take hours or all memory: that the test ends shows that they are refused before.
TEST(Keystore, RefusesAbsurdParametersBeforeDeriving) {
  const std::uint64_t huge = std::uint64_t{1} << 63;
  EXPECT_EQ(field_of_refusal(changed(kPbkdf2, "/crypto/kdfparams/c", 0)), "c");
  EXPECT_EQ(field_of_refusal(changed(kPbkdf2, "/crypto/kdfparams/c", 4'000'001)), "c");
  EXPECT_EQ(field_of_refusal(changed(kPbkdf2, "/crypto/kdfparams/c", huge)), "c");
  EXPECT_EQ(field_of_refusal(changed(kPbkdf2, "/crypto/kdfparams/c", -1)), "c");
  EXPECT_EQ(field_of_refusal(changed(kPbkdf2, "/crypto/kdfparams/c", 1e300)), "c");
  for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{16383}, huge}) {
    EXPECT_EQ(field_of_refusal(changed(kScrypt, "/Crypto/kdfparams/n", n)), "n") << n;
  }
  EXPECT_EQ(field_of_refusal(changed(kScrypt, "/Crypto/kdfparams/n", 1U << 24)), "kdfparams");
  EXPECT_EQ(field_of_refusal(changed(kScrypt, "/Crypto/kdfparams/r", 1U << 24)), "kdfparams");
  EXPECT_EQ(field_of_refusal(changed(kScrypt, "/Crypto/kdfparams/r", 1024)), "kdfparams");
  EXPECT_EQ(field_of_refusal(changed(kScrypt, "/Crypto/kdfparams/p", 129)), "kdfparams");
  EXPECT_EQ(field_of_refusal(changed(kScrypt, "/Crypto/kdfparams/p", huge)), "p");
}

// N must be below 2^(16 r) (RFC 7914 section 2), which the definition's own example breaks.
TEST(Keystore, RefusesParametersThatScryptDoesNotKnow) {
  EXPECT_EQ(field_of_refusal(changed(changed(kScrypt, "/Crypto/kdfparams/n", 65536).c_str(),
                                     "/Crypto/kdfparams/r", 1)),
            "n");
}

TEST(Keystore, NamesEveryMemberThatIsNotAsExpected) {
  const std::pair<const char*, json> changes[] = {
      {"/version", 1},
      {"/version", "3"},
      {"/crypto", json::array()},
      {"/crypto/cipher", "aes-128-cbc"},
      {"/crypto/cipherparams", 1},
      {"/crypto/cipherparams/iv", "00"},
      {"/crypto/ciphertext", "zz"},
      {"/crypto/mac", ""},
      {"/crypto/kdf", "argon2"},
      {"/crypto/kdfparams", nullptr},
      {"/crypto/kdfparams/dklen", 31},
      {"/crypto/kdfparams/prf", "hmac-sha1"},
      {"/crypto/kdfparams/salt", "0"},
      {"/crypto/kdfparams/salt", std::string(2050, '0')},
  };
  for (const auto& [pointer, value] : changes) {
    const std::string_view path(pointer);
    EXPECT_EQ(field_of_refusal(changed(kPbkdf2, pointer, value)), path.substr(path.rfind('/') + 1))
        << pointer;
  }
  for (const char* text : {"", "[]", "7", "{}", "{", "null"}) {
    EXPECT_FALSE(open_keystore(text, kPassword)) << text;
  }
  EXPECT_FALSE(open_keystore(std::string(kMaxKeystoreBytes, ' ') + kPbkdf2, kPassword));
}

TEST(PlainKey, TakesAKeyFileAndHex) {
  for (const std::string& text :
       {std::string(kSecret), std::string(kSecret) + "\n", "0x" + std::string(kSecret) + "\n"}) {
    const auto key = parse_plain_key(text);
    ASSERT_TRUE(key) << text;
    EXPECT_EQ(crypto::to_hex(key->bytes()), kSecret);
  }
  const auto file = crypto::format_key_file(*parse_plain_key(kSecret));
  ASSERT_TRUE(parse_plain_key(file));
  EXPECT_EQ(crypto::to_hex(parse_plain_key(file)->bytes()), kSecret);
}

TEST(PlainKey, RefusesEverythingElse) {
  const auto ed25519 = crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, Bytes(32, 1));
  EXPECT_EQ(parse_plain_key(crypto::format_key_file(*ed25519)).error().field, "type");
  const std::string good = kSecret;
  for (const std::string& wrong :
       {std::string(), good + "\n\n", good + "00", good.substr(2), " " + good, std::string(64, '0'),
        std::string(64, 'f'), "0x0x" + good, std::string("kedge-key/1\n")}) {
    EXPECT_FALSE(parse_plain_key(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace kedge::ledger::evm
