// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/contract_code.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "ledger/evm/abi.hpp"
#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

using nlohmann::json;

TEST(ContractCode, HashIsTheOneThatTheCompilerScriptWrote) {
  const json file = *crypto::parse_json(anchor_log_json());
  EXPECT_EQ(to_data(anchor_log_code().runtime_hash), file.at("runtimeKeccak").get<std::string>());
  EXPECT_EQ(to_data(anchor_log_code().runtime), file.at("runtime").get<std::string>());
  const Bytes& creation = anchor_log_code().creation;
  const Bytes& runtime = anchor_log_code().runtime;
  EXPECT_TRUE(std::equal(runtime.rbegin(), runtime.rend(), creation.rbegin()));
}

TEST(ContractCode, SelectorsAndTopicsAreTheCompilers) {
  const json file = *crypto::parse_json(anchor_log_json());
  const auto selector = [&](const char* signature) {
    return "0x" + file.at("selectors").at(signature).get<std::string>();
  };
  const auto head = [](const Bytes& call) { return to_data(ByteView(call).first(4)); };
  EXPECT_EQ(head(encode_open({})), selector("open(bytes32)"));
  EXPECT_EQ(head(encode_anchor({})), selector("anchor(bytes32,bytes32,bytes32,uint64)"));
  EXPECT_EQ(head(encode_anchor_many({})),
            selector("anchorMany((bytes32,bytes32,bytes32,uint64)[])"));
  EXPECT_EQ(head(encode_set_controller({}, {})), selector("setController(bytes32,address)"));
  EXPECT_EQ(head(encode_head_of({})), selector("headOf(bytes32)"));
  // The topics stand in the code as constants.
  const std::string runtime = to_data(anchor_log_code().runtime);
  EXPECT_NE(runtime.find(to_data(checkpoint_topic()).substr(2)), std::string::npos);
  EXPECT_NE(runtime.find(to_data(opened_topic()).substr(2)), std::string::npos);
}

// Shanghai's PUSH0 (0x5f) would stop the contract on chains before it.
TEST(ContractCode, RunsOnLondon) {
  const Bytes& code = anchor_log_code().runtime;
  for (std::size_t i = 0; i < code.size(); ++i) {
    ASSERT_NE(code[i], 0x5f) << i;
    // PUSH1 to PUSH32 carry their operand.
    if (code[i] >= 0x60 && code[i] <= 0x7f) i += code[i] - 0x5fU;
  }
}

TEST(ContractCode, AnyOtherCodeIsRefused) {
  const Address address = {1};
  Bytes code = anchor_log_code().runtime;
  EXPECT_TRUE(check_contract_code(address, code));
  code.back() = static_cast<std::uint8_t>(code.back() ^ 1);
  EXPECT_FALSE(check_contract_code(address, code));
  code.pop_back();
  EXPECT_FALSE(check_contract_code(address, code));
  const Status none = check_contract_code(address, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().field, "contract");
}

}  // namespace
}  // namespace kedge::ledger::evm
