// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/nodes.hpp"

#include <algorithm>

#include "ledger/ledger.hpp"

namespace kedge::ledger::evm {

Nodes::Nodes(std::vector<std::unique_ptr<rpc::Remote>> remotes, std::size_t agree)
    : remotes_(std::move(remotes)),
      agree_(agree == 0 ? remotes_.size() / 2 + 1 : std::min(agree, remotes_.size())) {
  apis_.reserve(remotes_.size());
  for (const auto& remote : remotes_) apis_.emplace_back(*remote);
}

void Nodes::set_trace(const std::string& traceparent) {
  for (const auto& remote : remotes_) remote->set_trace(traceparent);
}

void Nodes::stop() {
  for (const auto& remote : remotes_) remote->stop();
}

Error Nodes::joined(const std::vector<Error>& errors) const {
  const auto first = std::find_if(errors.begin(), errors.end(), needs_operator);
  const auto count =
      static_cast<std::size_t>(std::count_if(errors.begin(), errors.end(), needs_operator));
  if (count >= agree_) return *first;
  std::string all;
  for (const Error& error : errors) all += (all.empty() ? "" : "; ") + error.message;
  return {Errc::unavailable, all};
}

Error Nodes::no_agreement(const std::vector<Error>& errors, std::size_t values) const {
  if (values < 2 && !errors.empty()) return joined(errors);
  return {Errc::unavailable, "the nodes do not agree: " + std::to_string(values) +
                                 " different answers, and " + std::to_string(agree_) +
                                 " nodes must give the same"};
}

}  // namespace kedge::ledger::evm
