// SPDX-License-Identifier: Apache-2.0
#include "node/cli/json_line.hpp"

#include <gtest/gtest.h>

namespace kedge::node::cli {
namespace {

TEST(JsonLine, WritesMembersInOrder) {
  EXPECT_EQ(JsonLine().finished(), "{}");
  EXPECT_EQ(JsonLine()
                .text("a", "x\"\n\xC3\xA9")
                .number("b", 18446744073709551615U)
                .seconds("c", 1.5)
                .flag("d", false)
                .raw("e", "[1]")
                .finished(),
            "{\"a\":\"x\\\"\\n\xC3\xA9\",\"b\":18446744073709551615,\"c\":1.500,\"d\":false,"
            "\"e\":[1]}");
}

TEST(JsonLine, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(JsonLine().text("a", "x\xFF").finished(), "{\"a\":\"x\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace kedge::node::cli
