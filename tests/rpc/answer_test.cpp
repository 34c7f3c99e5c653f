// SPDX-License-Identifier: Apache-2.0
#include "rpc/answer.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

constexpr std::size_t kDepth = 8;

TEST(Answer, TakesAResult) {
  const auto answer = parse_answer(R"( {"id":7,"jsonrpc":"2.0","result": {"a":[1]} } )", 7, kDepth);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->result, R"({"a":[1]})");
  EXPECT_FALSE(answer->error);
  EXPECT_EQ(parse_answer(R"({"jsonrpc":"2.0","id":7,"result":null,"more":1})", 7, kDepth)->result,
            "null");
}

TEST(Answer, TakesAnError) {
  const auto answer = parse_answer(
      R"({"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no\nway","data":"0x08c3"}})", 7,
      kDepth);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_TRUE(answer->error);
  EXPECT_EQ(answer->error->code, -32000);
  EXPECT_EQ(answer->error->message, "no?way");
  EXPECT_EQ(answer->error->data, "\"0x08c3\"");
  EXPECT_TRUE(
      parse_answer(R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}})", 7, kDepth));
}

TEST(Answer, BoundsWhatAnErrorSays) {
  const std::string body =
      R"({"jsonrpc":"2.0","id":7,"error":{"code":1,"message":")" + std::string(5000, 'x') + "\"}}";
  EXPECT_EQ(parse_answer(body, 7, kDepth)->error->message.size(), kMaxErrorMessage);
}

TEST(Answer, RefusesWhatIsNoAnswerToTheCall) {
  for (const std::string& body : {
           std::string(),
           std::string("<html>"),
           std::string("[]"),
           std::string("{}"),
           std::string(R"({"id":7,"result":1})"),
           std::string(R"({"jsonrpc":"1.0","id":7,"result":1})"),
           std::string(R"({"jsonrpc":"2.0","result":1})"),
           std::string(R"({"jsonrpc":"2.0","id":8,"result":1})"),
           std::string(R"({"jsonrpc":"2.0","id":"7","result":1})"),
           std::string(R"({"jsonrpc":"2.0","id":null,"result":1})"),
           std::string(R"({"jsonrpc":"2.0","id":7})"),
           std::string(R"({"jsonrpc":"2.0","id":7,"result":1,"error":{"code":1,"message":""}})"),
           std::string(R"({"jsonrpc":"2.0","id":7,"error":null})"),
           std::string(R"({"jsonrpc":"2.0","id":7,"error":{"message":"x"}})"),
           std::string(R"({"jsonrpc":"2.0","id":7,"error":{"code":"1","message":"x"}})"),
           std::string(R"({"jsonrpc":"2.0","id":7,"error":{"code":1.5,"message":"x"}})"),
           std::string(R"({"jsonrpc":"2.0","id":7,"result":1,"result":2})"),
           std::string(R"({"jsonrpc":"2.0","id":7,"result":)") + std::string(20, '[') +
               std::string(20, ']') + "}",
           std::string(R"({"jsonrpc":"2.0","id":7,"resu)"),
       }) {
    const auto answer = parse_answer(body, 7, kDepth);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code, Errc::unavailable);
  }
}

std::string element(int id) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + std::to_string(id) +
         "}";
}

TEST(Answers, ArePutIntoTheOrderOfTheCalls) {
  std::vector<int> ids{3, 4, 5, 6};
  do {
    std::string body;
    for (const int id : ids) body += (body.empty() ? "[" : ",") + element(id);
    const auto answers = parse_answers(body + "]", 3, 4, kDepth);
    ASSERT_TRUE(answers) << answers.error().message;
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ((*answers)[i].result, std::to_string(3 + i));
  } while (std::next_permutation(ids.begin(), ids.end()));
}

TEST(Answers, EachMustBeThereOnce) {
  const std::string one = element(3);
  const std::string two = element(4);
  for (const std::string& body :
       {"[" + one + "]", "[" + one + "," + one + "]", "[" + one + "," + element(5) + "]",
        "[" + one + "," + two + "," + two + "]", "[" + one + ",1]", one, std::string("[]"),
        "[" + one + R"(,{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}])"}) {
    EXPECT_FALSE(parse_answers(body, 3, 2, kDepth)) << body;
  }
}

TEST(Answers, OneErrorMayStandForTheBatch) {
  const auto answers = parse_answers(
      R"({"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"too many"}})", 3, 2, kDepth);
  ASSERT_TRUE(answers);
  ASSERT_EQ(answers->size(), 2U);
  EXPECT_EQ((*answers)[1].error->code, -32005);
}

}  // namespace
}  // namespace kedge::rpc
