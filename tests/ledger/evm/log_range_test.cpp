// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/log_range.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ledger/evm/abi.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

TEST(SuggestedRange, ReadsTheWordsOfProviders) {
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"requested too many blocks from 0 to 9999, maximum is set to 2048", 2048},
      {"Max range: 500", 500},
      {"Maximum allowed number of requested blocks is 10000", 10'000},
      {"block range is too wide (maximum 1000)", 1000},
      {"eth_getLogs is limited to a 10,000 range", 10'000},
      {"please limit the query to at most 1000 blocks", 1000},
      {"maximum block range: 2000", 2000},
      {"query exceeds max block range 5000", 5000},
      {"block range greater than 3500 max", 3500},
      {"exceeds the range allowed for your plan (200 > 100)", 100},
      {"You can make requests with up to a 500 block range", 500},
      {"eth_getLogs range is too large, max is 10k blocks", 10'000},
      {"maximum [from, to] blocks distance: 128", 128},
      {"exceed maximum block range 5000", 5000},
  };
  for (const auto& [text, blocks] : cases) EXPECT_EQ(suggested_range(text), blocks) << text;
  EXPECT_FALSE(suggested_range("Requested range exceeds maximum RPC range limit"));
  EXPECT_FALSE(suggested_range("maximum is set to nothing"));
}

/// A node with a log in every hundredth block, which refuses long ranges in its own words.
class LimitedNode final : public rpc::Remote {
 public:
  LimitedNode(std::uint64_t limit, std::string words) : limit_(limit), words_(std::move(words)) {}

  const std::string& name() const override { return name_; }
  rpc::Health health() const override { return {}; }
  void stop() override {}
  Result<std::vector<rpc::Answer>> call(std::span<const rpc::CallRequest> requests) override {
    const json filter = json::parse(requests.front().params).at(0);
    const auto from = *u64_from_quantity(filter.at("fromBlock").get<std::string>());
    const auto to = *u64_from_quantity(filter.at("toBlock").get<std::string>());
    ++calls_;
    if (to - from + 1 > limit_) {
      ++refused_;
      return std::vector{rpc::Answer{.result = {}, .error = rpc::ServerError{-32005, words_}}};
    }
    json logs = json::array();
    for (std::uint64_t block = from; block <= to; ++block) {
      if (block % 100 == 0) logs.push_back(log_of(block, filter));
    }
    return std::vector{rpc::Answer{.result = logs.dump(), .error = std::nullopt}};
  }

  std::uint64_t calls_ = 0;
  std::uint64_t refused_ = 0;

 private:
  static json log_of(std::uint64_t block, const json& filter) {
    const std::string hash = to_data(abi::word(block));
    return {{"address", filter.at("address")},
            {"topics", filter.at("topics")},
            {"data", "0x"},
            {"blockNumber", to_quantity(block)},
            {"blockHash", hash},
            {"transactionHash", hash},
            {"logIndex", "0x0"}};
  }

  std::uint64_t limit_;
  std::string words_;
  std::string name_ = "limited";
};

LogFilter filter_of(std::uint64_t to) {
  return {.address = {}, .topics = {}, .from_block = 1, .to_block = to};
}

TEST(LogReader, ReadsEveryLogOnceThroughAnyLimit) {
  for (const std::uint64_t limit : {1U, 2U, 7U, 1000U, 5001U, 1'000'000U}) {
    for (const std::string& words : {std::string("Requested range exceeds maximum RPC range limit"),
                                     "maximum block range: " + std::to_string(limit)}) {
      LimitedNode node(limit, words);
      LogReader reader{EthApi(node)};
      std::uint64_t seen = 0;
      const std::uint64_t last = limit < 100 ? 1'000 : 100'000;
      const Status read = reader.read(filter_of(last), [&](auto logs) -> Status {
        for (const FoundLog& log : logs) EXPECT_EQ(log.block_number, 100 * ++seen);
        return {};
      });
      ASSERT_TRUE(read) << read.error().message;
      EXPECT_EQ(seen, last / 100) << limit;
      EXPECT_LT(node.refused_, 20U) << "the limit is learnt";
    }
  }
}

TEST(LogReader, FindsTheNewestFirst) {
  LimitedNode node(50, "block range too wide");
  std::vector<std::uint64_t> seen;
  const auto found = LogReader{EthApi(node)}.search_back(filter_of(1'050), [&](auto logs) {
    for (const FoundLog& log : logs) seen.push_back(log.block_number);
    return !seen.empty() && seen.back() == 900;
  });
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(*found);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1000, 900}));
  EXPECT_FALSE(*LogReader{EthApi(node)}.search_back(filter_of(300), [](auto) { return false; }));
}

TEST(LogReader, GivesUpOnARefusalThatIsNotAboutSize) {
  LimitedNode node(0, "pruned history unavailable");
  const Status read =
      LogReader{EthApi(node)}.read(filter_of(10), [](auto) -> Status { return {}; });
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("pruned history"), std::string::npos);
  EXPECT_EQ(node.calls_, 1U);
}

}  // namespace
}  // namespace kedge::ledger::evm
