// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/api/rest_table.hpp"

namespace kedge::node {

/// The answer to a request to a row of the table: the method's result, or a problem document.
rpc::HttpResponse rest_answer(const RestRow& row, const rpc::HttpRequest& request,
                              rpc::CallOutcome outcome);

/// The value of Cache-Control.
std::string_view cache_control(Keep keep);

/// A page of the result with its `next`, an opaque cursor or null, and the target of the next
/// request, or empty at the end.
struct Page {
  std::string body;
  std::string next_target;
};
/// Precondition: the row has pages, and `result` is one of its method.
Page make_page(const RestRow& row, const rpc::HttpRequest& request, std::string result);

}  // namespace kedge::node
