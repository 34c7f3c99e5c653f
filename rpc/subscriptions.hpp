// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "crypto/result.hpp"
#include "rpc/hub.hpp"
#include "rpc/method_table.hpp"

namespace kedge::rpc {

struct MethodDoc;

/// What one connection hears of. Thread-safe.
class Subscriptions {
 public:
  virtual ~Subscriptions() = default;

  /// The subscription's number, which every notification names; the same one for a topic that the
  /// connection hears of already. too_busy beyond the bound of one connection, unavailable once it
  /// has closed; what TopicKind::opened says. Whatever happens after the answer was sent is told.
  virtual Result<std::uint64_t> subscribe(const Topic& topic) = 0;
  /// not_found if there is none of this number. What is on its way may still arrive.
  virtual Status unsubscribe(std::uint64_t subscription) = 0;
};

/// Adds the two methods, which exist over WebSockets only:
///
/// - `subscribe`: `{"topic": name[, key: value]}` -> `{"subscription": number}`; then, each time,
/// the
///   notification `{"jsonrpc":"2.0","method":"subscription","params":{"subscription": number,
///   "result": what has happened}}`;
/// - `unsubscribe`: `{"subscription": number}` -> `{"unsubscribed": true}`.
///
/// `hub` must outlive the table. `scope` is what a subscriber needs; the descriptions may be
/// nullptr.
void register_subscriptions(MethodTable& table, const Hub& hub, const Scope& scope = {},
                            const MethodDoc* subscribe_doc = nullptr,
                            const MethodDoc* unsubscribe_doc = nullptr);

}  // namespace kedge::rpc
