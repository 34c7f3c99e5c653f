// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rpc/http_get.hpp"

namespace kedge::node {

/// Where published status lists come from.
class DocumentSource {
 public:
  virtual ~DocumentSource() = default;

  /// The octets at a URL. unauthorized: its host may not be asked; every other error: they could
  /// not be had.
  virtual Result<std::string> fetch(const std::string& url, std::string_view accept) = 0;
};

/// Over HTTP, from the origins of `get` alone.
class WebDocuments final : public DocumentSource {
 public:
  explicit WebDocuments(rpc::HttpGet get) : get_(std::move(get)) {}

  Result<std::string> fetch(const std::string& url, std::string_view accept) override {
    auto response = get_.get(url, accept);
    if (!response) return std::move(response).error();
    return std::move(response->body);
  }

 private:
  rpc::HttpGet get_;
};

}  // namespace kedge::node
