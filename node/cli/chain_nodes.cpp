// SPDX-License-Identifier: Apache-2.0
#include "node/cli/chain_nodes.hpp"

#include "ledger/evm/header_json.hpp"
#include "ledger/evm/quantity.hpp"
#include "rpc/endpoint.hpp"

namespace kedge::node::cli {
namespace {

Error silent(const std::string& name, const std::string& why) {
  return {Errc::unavailable, name + ": " + why};
}

Result<Hash> ask(const std::string& url, std::uint64_t chain_id, std::uint64_t number) {
  auto endpoint = rpc::Endpoint::create(url, {});
  if (!endpoint) return silent("endpoints.urls", endpoint.error().message);
  const std::string& name = (*endpoint)->name();
  const std::string id = ledger::evm::to_quantity(number);
  const rpc::CallRequest requests[] = {{"eth_chainId", "[]"},
                                       {"eth_getBlockByNumber", "[\"" + id + "\",false]"}};
  const auto answers = (*endpoint)->call(requests);
  if (!answers) return silent(name, answers.error().message);
  for (const rpc::Answer& answer : *answers) {
    if (answer.error) return silent(name, answer.error->message);
  }
  const std::string expected = "\"" + ledger::evm::to_quantity(chain_id) + "\"";
  if ((*answers)[0].result != expected) return silent(name, "is a node of another chain");
  const auto header = ledger::evm::header_from_block((*answers)[1].result);
  if (!header) return silent(name, "gives no block of this number");
  if (header->header.number() != number) return silent(name, "gives a block of another number");
  return header->hash;
}

}  // namespace

std::vector<Result<Hash>> ChainNodes::block_hashes(const std::vector<std::string>& urls,
                                                   std::uint64_t chain_id, std::uint64_t number) {
  std::vector<Result<Hash>> out;
  for (const std::string& url : urls) out.push_back(ask(url, chain_id, number));
  return out;
}

}  // namespace kedge::node::cli
