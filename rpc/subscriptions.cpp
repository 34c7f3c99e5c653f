// SPDX-License-Identifier: Apache-2.0
#include "rpc/subscriptions.hpp"

#include "rpc/json_writer.hpp"
#include "rpc/method_table.hpp"
#include "rpc/params.hpp"

namespace kedge::rpc {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxKey = 256;

Status subscribe(const Hub& hub, std::string_view text, Subscriptions& subscriptions,
                 std::string& out) {
  Params params(text);
  const std::string name = params.string("topic", kMaxName);
  const TopicKind* const kind = hub.kind(name);
  std::optional<std::string> key;
  if (kind == nullptr) {
    params.fail("topic", "one of " + hub.kinds());
  } else if (!kind->key.empty()) {
    key = params.optional_string(kind->key, kMaxKey);
  }
  if (Status status = params.finish(); !status) return status;
  const Result<Topic> topic = hub.find(name, key);
  if (!topic) return topic.error();
  const Result<std::uint64_t> number = subscriptions.subscribe(*topic);
  if (!number) return number.error();
  JsonWriter(out).begin_object().number("subscription", *number).end_object();
  return {};
}

Status unsubscribe(std::string_view text, Subscriptions& subscriptions, std::string& out) {
  Params params(text);
  const std::uint64_t number = params.integer("subscription", 0, ~std::uint64_t{0});
  if (Status status = params.finish(); !status) return status;
  if (Status status = subscriptions.unsubscribe(number); !status) return status;
  JsonWriter(out).begin_object().boolean("unsubscribed", true).end_object();
  return {};
}

}  // namespace

void register_subscriptions(MethodTable& table, const Hub& hub, const Scope& scope,
                            const MethodDoc* subscribe_doc, const MethodDoc* unsubscribe_doc) {
  Method method;
  method.scope = scope;
  method.dispatch = Dispatch::connection;
  method.name = "subscribe";
  method.doc = subscribe_doc;
  method.connected = [&hub](std::string_view params, Subscriptions& subscriptions,
                            std::string& out) {
    return subscribe(hub, params, subscriptions, out);
  };
  table.add(method);
  method.name = "unsubscribe";
  method.doc = unsubscribe_doc;
  method.connected = unsubscribe;
  table.add(std::move(method));
}

}  // namespace kedge::rpc
