// SPDX-License-Identifier: Apache-2.0
// Answers of JSON-RPC servers, and the results of Ethereum's methods in them. The first octet says
// how many calls were made; the rest is the body.
#include <algorithm>

#include "ledger/evm/eth_decode.hpp"
#include "rpc/answer.hpp"
#include "rpc/json_text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::ledger::evm;
using fuzz::check;

namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxCalls = 4;

void check_logs(const std::string& text) {
  const LogFilter filter{.address = {}, .topics = {}, .from_block = 0, .to_block = ~0ULL};
  const auto logs = decode_logs(text, filter);
  if (!logs) return;
  const auto place = [](const FoundLog& log) { return std::pair(log.block_number, log.index); };
  for (std::size_t i = 0; i < logs->size(); ++i) {
    check((*logs)[i].log.address == filter.address, "only what the filter asks for");
    check(i == 0 || place((*logs)[i - 1]) < place((*logs)[i]), "in the order of the chain");
  }
}

void check_results(const std::string& text) {
  static_cast<void>(decode_u64(text, "number"));
  static_cast<void>(decode_u256(text, "number"));
  static_cast<void>(decode_hash(text, "hash"));
  static_cast<void>(decode_data(text, "data"));
  if (const auto block = decode_block(text)) {
    const auto again = decode_block(block->json);
    check(again && again->hash == block->hash, "a block that is kept can be read again");
  }
  if (const auto receipt = decode_receipt(text); receipt && *receipt) {
    for (const FoundLog& log : (*receipt)->logs) {
      check(log.block_hash == (*receipt)->block_hash, "logs are of the receipt's block");
    }
  }
  check_logs(text);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t calls = data[0] % kMaxCalls + 1;
  const std::string_view body = fuzz::text_of(data + 1, size - 1);
  const auto answers = rpc::parse_answers(body, 1, calls, kMaxDepth);
  if (answers) {
    check(answers->size() == calls, "one answer a call");
    for (const rpc::Answer& answer : *answers) {
      check(answer.error.has_value() == answer.result.empty(), "a result or an error");
      if (answer.error) {
        check(answer.error->message.size() <= rpc::kMaxErrorMessage, "messages are bounded");
      } else {
        check(bool(rpc::check_json(answer.result, kMaxDepth)), "a result is JSON");
        check_results(answer.result);
      }
    }
  }
  const auto answer = rpc::parse_answer(body, 1, kMaxDepth);
  check(!answer || answer->error.has_value() == answer->result.empty(), "a result or an error");
  // What the bodies of a server hold may also come alone.
  if (rpc::check_json(body, kMaxDepth)) check_results(std::string(body));
  return 0;
}
