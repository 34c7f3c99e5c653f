// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "rpc/method_table.hpp"

namespace kedge::node {

/// The descriptions as values keep the order in which they were written.
using DocJson = nlohmann::ordered_json;

/// An error code of the interface, as documents name it.
struct ErrorDoc {
  int code = 0;
  std::string_view name;
  std::string_view meaning;
  /// With REST.
  unsigned http_status = 500;
};

/// Every code that a method can answer with: the one table of the documents.
const std::vector<ErrorDoc>& error_docs();

/// The codes of one method: its own, and those that every method like it can answer.
std::vector<int> error_codes(const rpc::Method& method, const DocJson& doc);

/// The scopes of which a caller must hold one; empty where everybody may call.
std::vector<std::string> scopes_of(const rpc::Method& method);

/// The description as a value. Precondition: the method has one.
DocJson doc_of(const rpc::Method& method);

/// What the table serves, as OpenRPC 1.3. Made when it is first asked for, so that methods may be
/// added after this; the table must outlive it. Thread-safe.
class OpenrpcDocument {
 public:
  OpenrpcDocument(const rpc::MethodTable& table, std::string version)
      : table_(table), version_(std::move(version)) {}

  /// JSON text.
  const std::string& text();

 private:
  const rpc::MethodTable& table_;
  const std::string version_;
  std::once_flag made_;
  std::string text_;
};

}  // namespace kedge::node
