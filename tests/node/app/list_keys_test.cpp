// SPDX-License-Identifier: Apache-2.0
#include "node/app/list_keys.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/secret_file.hpp"
#include "crypto/base64.hpp"
#include "crypto/did.hpp"
#include "crypto/hex.hpp"
#include "crypto/jwk.hpp"
#include "crypto/key_file.hpp"
#include "crypto/sha256.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::test {
namespace {

namespace fs = std::filesystem;
using namespace kedge::node;

const std::string kIssuer = "did:ebsi:zr2rWDHHrUCdZAW7wsSb5nQ";

class ListKeysTest : public testing::Test {
 protected:
  ListKeysTest() { fs::create_directories(dir_.keys()); }

  fs::path file() const { return dir_.list_key(crypto::to_hex(crypto::sha256(as_bytes(kIssuer)))); }
  static crypto::SecretKey key(crypto::KeyType type) {
    return *crypto::SecretKey::from_bytes(type, Bytes(32, 9));
  }

  TempDir temp_;
  config::DataDir dir_{temp_.path()};
};

TEST_F(ListKeysTest, MakesAKeyOnceThatOthersCannotRead) {
  EXPECT_EQ(ListKeys(dir_).of(kIssuer).error().code, Errc::not_found);
  EXPECT_TRUE(*make_list_key(dir_, kIssuer, crypto::KeyType::p256));
  EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  ListKeys keys(dir_);
  const auto signer = keys.of(kIssuer);
  ASSERT_TRUE(signer);
  EXPECT_EQ((*signer)->public_key().type(), crypto::KeyType::p256);
  EXPECT_EQ((*signer)->verification_method(), kIssuer + "#keys-1");
  EXPECT_FALSE(*make_list_key(dir_, kIssuer, crypto::KeyType::ed25519)) << "it has one";
  EXPECT_EQ(*keys.of(kIssuer), *signer) << "read once";
  EXPECT_EQ((*ListKeys(dir_).of(kIssuer))->public_key(), (*signer)->public_key());

  fs::permissions(file(), fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(ListKeys(dir_).of(kIssuer).error().code, Errc::invalid_argument);
}

TEST_F(ListKeysTest, ImportsKeyFilesWithTheirName) {
  const auto own = key(crypto::KeyType::secp256k1);
  ASSERT_TRUE(import_list_key(dir_, kIssuer, crypto::format_key_file(own, kIssuer + "#list-key")));
  const auto signer = ListKeys(dir_).of(kIssuer);
  ASSERT_TRUE(signer);
  EXPECT_EQ((*signer)->verification_method(), kIssuer + "#list-key");
  EXPECT_EQ((*signer)->public_key(), own.public_key());
  EXPECT_EQ(import_list_key(dir_, kIssuer, crypto::format_key_file(own)).error().code,
            Errc::already_exists);
}

TEST_F(ListKeysTest, ImportsPrivateJwks) {
  const auto own = key(crypto::KeyType::p256);
  nlohmann::json jwk = crypto::jwk_from_public_key(own.public_key());
  EXPECT_FALSE(import_list_key(dir_, kIssuer, jwk.dump())) << "the private part is missing";
  jwk["d"] = crypto::base64url_encode(own.bytes());
  jwk["kid"] = "did:example:other#1";
  ASSERT_TRUE(import_list_key(dir_, kIssuer, jwk.dump()));
  EXPECT_EQ((*ListKeys(dir_).of(kIssuer))->verification_method(), kIssuer + "#keys-1")
      << "another issuer's name is none";
  fs::remove(file());
  jwk["kid"] = kIssuer + "#key-7";
  ASSERT_TRUE(import_list_key(dir_, kIssuer, jwk.dump()));
  EXPECT_EQ((*ListKeys(dir_).of(kIssuer))->verification_method(), kIssuer + "#key-7");
  for (const char* bad : {"{", "{}", "kedge-key/1\n", "x"}) {
    EXPECT_EQ(import_list_key(dir_, "did:example:x", bad).error().code, Errc::invalid_argument);
  }
}

TEST(ListKeyType, IsNamedAsInJose) {
  EXPECT_EQ(*list_key_type("ES256"), crypto::KeyType::p256);
  EXPECT_EQ(*list_key_type("ES256K"), crypto::KeyType::secp256k1);
  EXPECT_EQ(*list_key_type("EdDSA"), crypto::KeyType::ed25519);
  EXPECT_EQ(list_key_type("RS256").error().field, "status.key_type");
}

}  // namespace
}  // namespace kedge::test
