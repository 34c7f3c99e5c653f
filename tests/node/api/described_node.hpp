// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>

#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "node/api/method_doc.hpp"
#include "tests/node/api/api_fixture.hpp"
#include "tests/support/json_schema.hpp"

namespace kedge::test {

/// A node in the state that the examples of the descriptions are about: credentials 1 to 3 are
/// anchored, the status of credential 2 was changed, and lists are published.
class DescribedNode : public ApiTest {
 protected:
  DescribedNode() {
    status_service().base_url = "https://anchor.example.edu";
    anchored(1, 3);
    call("status_set",
         {{"targets", json::array({digest(2)})}, {"value", "revoked"}, {"reason", "superseded"}});
    call("anchor_seal");
    // What is asked for has the newest epoch that the ledger has: so that it stays the same.
    const json newest = call("log_checkpoint")["epoch"];
    for (int i = 0; i < 5'000; ++i) {
      const json anchor = call("ledger_status")["ledgers"][0]["newest"];
      if (anchor["state"] == "final" && anchor["epoch"] == newest) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << "the newest checkpoint is not anchored after five seconds";
  }

  /// The params of an example; where they name a token, one that there is.
  json live(json params) {
    if (!params.contains("id")) return params;
    const auto issued = tokens().issue(
        {.issuer = std::string(kIssuer), .scopes = node::kRead.bit, .label = "example"},
        clock_.unix_ms());
    EXPECT_TRUE(issued);
    params["id"] = node::token_id(issued->row.hash);
    return params;
  }

  /// The description of a method.
  static json doc(const std::string& method) { return json::parse(node::method_doc(method).text); }

  const SchemaChecker checker_{json::parse(node::schema_components())};
};

}  // namespace kedge::test
