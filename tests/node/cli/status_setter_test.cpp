// SPDX-License-Identifier: Apache-2.0
#include "node/cli/status_setter.hpp"

#include <atomic>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "tests/node/cli/small_server.hpp"

namespace kedge::node::cli {
namespace {

using Kind = StatusOutcome::Kind;

/// A node that knows which digests are bad, and what has been set.
class SmallNode {
 public:
  [[nodiscard]] rpc::Client connect() const { return server_.connect(); }

  std::atomic<int> busy{0};
  std::atomic<bool> broken{false};
  std::set<std::string> bad;
  std::map<std::string, std::string> values;
  std::vector<std::pair<std::string, std::size_t>> calls;

 private:
  Status set(std::string_view params, std::string& out) {
    if (busy > 0) {
      --busy;
      return Error{Errc::too_busy, "busy"};
    }
    if (broken) return Error{Errc::unavailable, "the node is stopping"};
    const auto request = nlohmann::json::parse(params);
    const auto& targets = request["targets"];
    calls.emplace_back(request["reason"].get<std::string>(), targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (!bad.contains(targets[i].value("digest", ""))) continue;
      return Error{Errc::not_found, "no such credential", "targets[" + std::to_string(i) + "]"};
    }
    auto answer = nlohmann::json::array();
    for (const auto& target : targets) {
      std::string& value =
          values[target.contains("digest") ? target["digest"].get<std::string>() : target.dump()];
      const auto wanted = target["value"].get<std::string>();
      const bool changed = value != wanted;
      value = wanted;
      answer.push_back({{"list", 0}, {"index", 0}, {"value", value}, {"changed", changed}});
    }
    out += nlohmann::json({{"targets", answer}}).dump();
    return {};
  }

  SmallServer server_{"status_set", [this](std::string_view params, const rpc::Caller&,
                                           std::string& out) { return set(params, out); }};
};

std::vector<StatusLine> some_lines(std::size_t count) {
  std::vector<StatusLine> lines(count);
  for (std::size_t i = 0; i < count; ++i) {
    lines[i].digest[0] = static_cast<std::uint8_t>(i >> 8U);
    lines[i].digest[1] = static_cast<std::uint8_t>(i);
    lines[i].source = "line " + std::to_string(i);
  }
  return lines;
}

class Setter : public testing::Test {
 protected:
  Status set(const std::vector<StatusLine>& lines) {
    return setter_.set(lines, StatusValue::revoked, StatusReason::unspecified, outcomes_,
                       [this](std::uint64_t done) { progress_.push_back(done); });
  }

  SmallNode node_;
  rpc::Client client_ = node_.connect();
  int pauses_ = 0;
  StatusSetter setter_{client_, [this](unsigned) { return ++pauses_ < 3; }};
  std::vector<StatusOutcome> outcomes_;
  std::vector<std::uint64_t> progress_;
};

TEST_F(Setter, SendsCallsOfTenThousand) {
  ASSERT_TRUE(set(some_lines(25'000)));
  EXPECT_EQ(progress_, (std::vector<std::uint64_t>{10'000, 20'000, 25'000}));
  EXPECT_EQ(setter_.counts().changed, 25'000u);
  EXPECT_EQ(setter_.counts().calls, 3u);
  EXPECT_EQ(outcomes_[24'999].kind, Kind::changed);
  EXPECT_EQ(outcomes_[24'999].value, "revoked");
  ASSERT_TRUE(set(some_lines(3)));
  EXPECT_EQ(setter_.counts().unchanged, 3u);
  EXPECT_EQ(outcomes_[0].kind, Kind::unchanged);
}

TEST_F(Setter, SetsTheOthersWhereALineIsRefused) {
  const auto lines = some_lines(100);
  node_.bad = {crypto::to_hex(lines[7].digest), crypto::to_hex(lines[99].digest)};
  ASSERT_TRUE(set(lines));
  EXPECT_EQ(setter_.counts().changed, 98u);
  EXPECT_EQ(setter_.counts().refused, 2u);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(outcomes_[i].kind, i == 7 || i == 99 ? Kind::refused : Kind::changed) << i;
  }
  EXPECT_EQ(outcomes_[7].why, "no such credential");
}

TEST_F(Setter, KeepsReasonsAndValuesOfLines) {
  auto lines = some_lines(4);
  lines[1].reason = StatusReason::superseded;
  lines[2].value = StatusValue::suspended;
  lines[3].reason = StatusReason::superseded;
  lines[3].entry = StatusTarget{1, 9};
  ASSERT_TRUE(set(lines));
  EXPECT_EQ(node_.calls, (std::vector<std::pair<std::string, std::size_t>>{{"unspecified", 2},
                                                                           {"superseded", 2}}));
  EXPECT_EQ(node_.values[crypto::to_hex(lines[2].digest)], "suspended");
  EXPECT_TRUE(node_.values.contains(R"({"index":9,"list":1,"value":"revoked"})"));
}

TEST_F(Setter, WaitsForABusyNodeAndGivesUp) {
  node_.busy = 2;
  ASSERT_TRUE(set(some_lines(1)));
  EXPECT_EQ(pauses_, 2);
  node_.busy = 100;
  EXPECT_FALSE(set(some_lines(1)));
  EXPECT_EQ(outcomes_[0].kind, Kind::untried);
}

TEST_F(Setter, StopsWhereTheFaultIsNotOfALine) {
  node_.broken = true;
  const Status done = set(some_lines(2));
  ASSERT_FALSE(done);
  EXPECT_EQ(outcomes_[1].kind, Kind::untried);
}

TEST_F(Setter, StopsAfterTooManyRefusals) {
  const auto lines = some_lines(1100);
  for (const StatusLine& line : lines) node_.bad.insert(crypto::to_hex(line.digest));
  EXPECT_FALSE(set(lines));
  EXPECT_EQ(setter_.counts().refused, StatusSetter::kMaxRefused + 1);
}

}  // namespace
}  // namespace kedge::node::cli
