// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/signature.hpp"

#include <gtest/gtest.h>

#include "crypto/base64.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

/// The example of Standard Webhooks and of its libraries.
TEST(WebhookSignature, IsThatOfTheSpecification) {
  const auto secrets = WebhookSecrets::parse(kSecret);
  ASSERT_TRUE(secrets) << secrets.error().message;
  EXPECT_EQ(secrets->sign(kId, 1614265330, kBody), kSignature);
  EXPECT_NE(secrets->sign(kId, 1614265331, kBody), kSignature);
  EXPECT_NE(secrets->sign("msg_other", 1614265330, kBody), kSignature);
  EXPECT_NE(secrets->sign(kId, 1614265330, "{}"), kSignature);
}

TEST(WebhookSignature, HasOneForEachSecret) {
  const std::string other = "whsec_" + crypto::base64_encode(Bytes(32, 7));
  const auto one = WebhookSecrets::parse(other);
  ASSERT_TRUE(one);
  const auto both = WebhookSecrets::parse(std::string(kSecret) + "\r\n" + other + "\n");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->sign(kId, 1614265330, kBody),
            std::string(kSignature) + " " + one->sign(kId, 1614265330, kBody));
}

TEST(WebhookSignature, RefusesWhatIsNoSecretWithoutRepeatingIt) {
  const std::string good(kSecret);
  for (const std::string& text :
       {std::string(), std::string("\n"), good.substr(6), "WHSEC_" + good.substr(6),
        "whsec_" + crypto::base64_encode(Bytes(23, 1)),
        "whsec_" + crypto::base64_encode(Bytes(65, 1)), good + "!", " " + good, good + " ",
        good + "\n\n" + good, good + "\n" + good + "\n" + good,
        "whsec_" + crypto::base64url_encode(Bytes(32, 0xff))}) {
    const auto secrets = WebhookSecrets::parse(text);
    ASSERT_FALSE(secrets) << text;
    EXPECT_EQ(secrets.error().message,
              "expected \"whsec_\" and base64 of 24 to 64 octets, on one or two lines");
  }
  EXPECT_TRUE(WebhookSecrets::parse("whsec_" + crypto::base64_encode(Bytes(24, 1))));
  EXPECT_TRUE(WebhookSecrets::parse("whsec_" + crypto::base64_encode(Bytes(64, 1))));
}

}  // namespace
}  // namespace kedge::node
