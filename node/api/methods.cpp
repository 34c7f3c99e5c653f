// SPDX-License-Identifier: Apache-2.0
#include "node/api/methods.hpp"

#include "node/access/scopes.hpp"
#include "node/api/costs.hpp"
#include "node/api/handlers.hpp"
#include "node/api/method_doc.hpp"
#include "node/api/openrpc.hpp"

namespace kedge::node {
namespace {

using rpc::Access;
using rpc::Dispatch;

using Read = Status (*)(const Services&, std::string_view, std::string&);
using Known = Status (*)(const Services&, std::string_view, const rpc::Caller&, std::string&);
using Write = void (*)(const Services&, std::string_view, const rpc::Caller&, rpc::Reply);

}  // namespace

void register_methods(rpc::MethodTable& table, const Services& services) {
  /// Every method with its description: what has none is not served.
  const auto add = [&](rpc::Method method) {
    method.doc = &method_doc(method.name);
    method.cost = api::cost_of(method.name);
    table.add(std::move(method));
  };
  /// What everybody may read, unless the operator has closed reading.
  const rpc::Scope open = services.access.reads_closed ? kRead : rpc::Scope{};
  const auto read = [&](const char* name, Dispatch dispatch, Read handler) {
    add({.name = name,
         .scope = open,
         .dispatch = dispatch,
         .handler = [&services, handler](std::string_view params, const rpc::Caller&,
                                         std::string& out) {
           return handler(services, params, out);
         }});
  };
  const auto write = [&](const char* name, const rpc::Scope& scope, Write handler,
                         Access access = Access::issuer) {
    add({.name = name,
         .access = access,
         .scope = scope,
         .dispatch = Dispatch::deferred,
         .deferred = [&services, handler](std::string_view params, const rpc::Caller& caller,
                                          rpc::Reply reply) {
           handler(services, params, caller, std::move(reply));
         }});
  };
  const auto known = [&](const char* name, Access access, const rpc::Scope& scope, Known handler) {
    add({.name = name,
         .access = access,
         .scope = scope,
         .dispatch = Dispatch::worker,
         .handler = [&services, handler](std::string_view params, const rpc::Caller& caller,
                                         std::string& out) {
           return handler(services, params, caller, out);
         }});
  };
  const auto look = [&](const char* name, Read handler) {
    add({.name = name,
         .access = Access::admin,
         .scope = kAdmin,
         .dispatch = Dispatch::worker,
         .handler = [&services, handler](std::string_view params, const rpc::Caller&,
                                         std::string& out) {
           return handler(services, params, out);
         }});
  };
  /// What mostly needs a few reads, and sometimes a worker.
  const auto quick_read = [&](rpc::Method method, rpc::Handler handler, rpc::Attempt attempt) {
    method.scope = open;
    method.dispatch = Dispatch::worker;
    method.handler = std::move(handler);
    method.attempt = std::move(attempt);
    add(std::move(method));
  };

  write("anchor_submit", kAnchorWrite, api::anchor_submit);
  write("anchor_seal", kAnchorWrite, api::anchor_seal);
  write("status_set", kStatusWrite, api::status_set);
  write("status_allocate", kStatusWrite, api::status_allocate);
  known("status_lists", Access::issuer, kRead, api::status_lists);

  read("anchor_get", Dispatch::worker, api::anchor_get);
  quick_read(
      {.name = "proof_get"},
      [&services](std::string_view params, const rpc::Caller&, std::string& out) {
        return api::proof_get(services, params, out);
      },
      [&services](std::string_view params, const rpc::Caller&, std::string& out) {
        return api::proof_get_bare(services, params, out);
      });
  quick_read(
      {.name = "status_get", .knows_callers = true},
      [&services](std::string_view params, const rpc::Caller& caller, std::string& out) {
        return api::status_get(services, params, caller, out);
      },
      [&services](std::string_view params, const rpc::Caller& caller, std::string& out) {
        return api::status_get_known(services, params, caller, out);
      });
  read("proof_verify", Dispatch::worker, api::proof_verify);

  read("batch_get", Dispatch::worker, api::batch_get);
  read("batch_leaves", Dispatch::worker, api::batch_leaves);
  read("log_checkpoint", Dispatch::inline_, api::log_checkpoint);
  read("log_entries", Dispatch::worker, api::log_entries);
  read("log_inclusion", Dispatch::worker, api::log_inclusion);
  read("log_consistency", Dispatch::worker, api::log_consistency);
  read("ledger_anchors", Dispatch::worker, api::ledger_anchors);
  read("status_changes", Dispatch::worker, api::status_changes);
  read("ledger_status", Dispatch::worker, api::ledger_status);

  look("node_info", api::node_info);
  write("node_backup", kAdmin, api::node_backup, Access::admin);
  look("issuer_list", api::issuer_list);
  look("token_list", api::token_list);
  look("webhook_list", api::webhook_list);
  known("issuer_add", Access::admin, kAdmin, api::issuer_add);
  known("issuer_token", Access::admin, kAdmin, api::issuer_token);
  known("token_revoke", Access::admin, kAdmin, api::token_revoke);

  add({.name = "rpc.discover",
       .scope = open,
       .dispatch = Dispatch::worker,
       .handler = [served = std::make_shared<OpenrpcDocument>(table, services.version)](
                      std::string_view params, const rpc::Caller&, std::string& out) {
         return api::rpc_discover(*served, params, out);
       }});
}

}  // namespace kedge::node
