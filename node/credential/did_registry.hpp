// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "node/credential/did_resolver.hpp"
#include "rpc/http_get.hpp"

namespace kedge::node {

/// EBSI's DID Registry API v5: `GET {base}/identifiers/{did}?valid-at={time}`.
class DidRegistry final : public DidResolver {
 public:
  /// How long an answer is believed, and how many are kept.
  static constexpr std::chrono::minutes kKeep{5};
  static constexpr std::size_t kMaxKept = 256;

  /// `base` such as `https://api-pilot.ebsi.eu/did-registry/v5`. Of `options`, the origins are set
  /// here. invalid_argument for what is no URL, or has a query.
  static Result<DidRegistry> create(std::string base, rpc::GetOptions options);

  /// One thread at a time. Answers of failure are not kept.
  Result<ResolvedDid> resolve(const std::string& did, std::optional<std::int64_t> at_ms) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    ResolvedDid resolved;
    Clock::time_point until;
  };

  DidRegistry(std::string base, std::string host, rpc::HttpGet get)
      : base_(std::move(base)), host_(std::move(host)), get_(std::move(get)) {}

  std::string base_;
  std::string host_;
  rpc::HttpGet get_;
  std::map<std::string, Kept> kept_;
};

}  // namespace kedge::node
