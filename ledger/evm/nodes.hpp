// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "ledger/evm/eth_api.hpp"

namespace kedge::ledger::evm {

/// The nodes of one chain that are asked. One of them may be down, lag, or lie.
class Nodes {
 public:
  /// `agree` as in EvmOptions. Precondition: at least one.
  Nodes(std::vector<std::unique_ptr<rpc::Remote>> remotes, std::size_t agree);

  [[nodiscard]] std::vector<EthApi>& apis() { return apis_; }
  /// So many must say the same.
  [[nodiscard]] std::size_t agree() const { return agree_; }
  /// Of the calls that follow.
  void set_trace(const std::string& traceparent);
  /// From any thread.
  [[nodiscard]] const std::vector<std::unique_ptr<rpc::Remote>>& remotes() const {
    return remotes_;
  }
  void stop();

  /// What `agree()` of the nodes answer; unavailable if no value has so many of them. An error that
  /// needs an operator is passed on if that many have one.
  template <class T, class Ask>
  Result<T> agreed(Ask ask) {
    std::vector<std::pair<T, std::size_t>> values;
    std::vector<Error> errors;
    for (EthApi& api : apis_) {
      Result<T> answer = ask(api);
      if (!answer) {
        errors.push_back(std::move(answer).error());
        continue;
      }
      auto same = values.begin();
      while (same != values.end() && !(same->first == *answer)) ++same;
      if (same == values.end()) same = values.insert(same, {*std::move(answer), 0});
      if (++same->second >= agree_) return std::move(same->first);
    }
    return no_agreement(errors, values.size());
  }

  /// What to say of the failures of several nodes: the first that needs an operator if enough of
  /// them agree on one, else unavailable with all of their words. Precondition: not empty.
  [[nodiscard]] Error joined(const std::vector<Error>& errors) const;

 private:
  [[nodiscard]] Error no_agreement(const std::vector<Error>& errors, std::size_t values) const;

  std::vector<std::unique_ptr<rpc::Remote>> remotes_;
  std::vector<EthApi> apis_;
  std::size_t agree_;
};

}  // namespace kedge::ledger::evm
