// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_file.hpp"

#include <gtest/gtest.h>

#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using test::fixed_key;
using test::kKeyTypes;

TEST(KeyFile, HasTheDocumentedForm) {
  EXPECT_EQ(format_key_file(fixed_key(KeyType::ed25519), "anchor.example.edu/log"),
            "kedge-key/1\n"
            "type: ed25519\n"
            "name: anchor.example.edu/log\n"
            "public: 2152f8d19b791d24453242e15f2eab6cb7cffa7b6a5ed30097960e069881db12\n"
            "secret: 4242424242424242424242424242424242424242424242424242424242424242\n");
}

TEST(KeyFile, RoundTripsEveryType) {
  for (const KeyType type : kKeyTypes) {
    for (const std::string name : {"", "n", "a name: with colons"}) {
      const std::string text = format_key_file(fixed_key(type), name);
      const auto file = parse_key_file(text);
      ASSERT_TRUE(file) << file.error().message << text;
      EXPECT_EQ(file->name, name);
      EXPECT_EQ(file->key.public_key(), fixed_key(type).public_key());
      EXPECT_EQ(format_key_file(file->key, file->name), text);
    }
  }
}

TEST(KeyFile, AnyChangedOctetIsRefusedOrAnotherName) {
  for (const KeyType type : kKeyTypes) {
    const std::string text = format_key_file(fixed_key(type), "name");
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (const int flip : {0x01, 0x02, 0x10, 0x20, 0x80}) {
        std::string other = text;
        other[i] = static_cast<char>(other[i] ^ flip);
        const auto file = parse_key_file(other);
        if (file) {
          EXPECT_NE(file->name, "name") << other;
        }
      }
    }
    for (std::size_t size = 0; size < text.size(); ++size) {
      EXPECT_FALSE(parse_key_file(text.substr(0, size))) << size;
    }
    EXPECT_FALSE(parse_key_file(text + "\n"));
  }
}

TEST(KeyFile, ErrorsNameTheLineAndNotTheSecret) {
  std::string text = format_key_file(fixed_key(KeyType::p256), "name");
  const auto field = [](const std::string& file) {
    const auto parsed = parse_key_file(file);
    EXPECT_FALSE(parsed);
    if (parsed) return std::string("accepted");
    EXPECT_EQ(parsed.error().message.find("4242"), std::string::npos);
    return parsed.error().field;
  };
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string out = text;
    return out.replace(out.find(from), from.size(), to);
  };
  EXPECT_EQ(field(""), "format");
  EXPECT_EQ(field(replaced("kedge-key/1", "kedge-key/2")), "format");
  EXPECT_EQ(field(replaced("type: p256", "type: rsa")), "type");
  EXPECT_EQ(field(replaced("name: name", "name: ")), "name");
  EXPECT_EQ(field(replaced("public: ", "public: 00")), "public");
  EXPECT_EQ(field(replaced("public: ", "Public: ")), "public");
  EXPECT_EQ(field(replaced("secret: 42", "secret: 43")), "public");
  EXPECT_EQ(field(replaced("secret: 42", "secret: ")), "secret");
  EXPECT_EQ(field(replaced("secret: 42", "secret: zz")), "secret");
  EXPECT_EQ(field(text + "more: 1\n"), "secret");
}

TEST(KeyFile, NamesThatCannotBeWrittenThrow) {
  for (const std::string& name : {std::string("a\nb"), std::string(" a"), std::string("a "),
                                  std::string("\xC3\xA9"), std::string(256, 'a')}) {
    EXPECT_THROW(format_key_file(fixed_key(KeyType::p256), name), std::invalid_argument);
  }
}

}  // namespace
}  // namespace kedge::crypto
