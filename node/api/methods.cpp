// SPDX-License-Identifier: Apache-2.0
#include "node/api/methods.hpp"

#include "node/api/handlers.hpp"

namespace kedge::node {
namespace {

using rpc::Access;
using rpc::Dispatch;

using Read = Status (*)(const Services&, std::string_view, std::string&);

}  // namespace

void register_methods(rpc::MethodTable& table, const Services& services) {
  const auto read = [&](const char* name, Access access, Dispatch dispatch, Read handler) {
    table.add({.name = name,
               .access = access,
               .dispatch = dispatch,
               .handler = [&services, handler](std::string_view params, const rpc::Caller&,
                                               std::string& out) {
                 return handler(services, params, out);
               }});
  };
  const auto deferred = [&](const char* name, Access access, rpc::DeferredHandler handler) {
    table.add({.name = name,
               .access = access,
               .dispatch = Dispatch::deferred,
               .deferred = std::move(handler)});
  };

  /// What mostly needs a few reads, and sometimes a worker.
  const auto quick_read = [&](rpc::Method method, rpc::Handler handler, rpc::Attempt attempt) {
    method.dispatch = Dispatch::worker;
    method.handler = std::move(handler);
    method.attempt = std::move(attempt);
    table.add(std::move(method));
  };

  deferred("anchor_submit", Access::issuer,
           [&services](std::string_view params, const rpc::Caller& caller, rpc::Reply reply) {
             api::anchor_submit(services, params, caller, std::move(reply));
           });
  deferred("anchor_seal", Access::issuer,
           [&services](std::string_view params, const rpc::Caller&, rpc::Reply reply) {
             api::anchor_seal(services, params, std::move(reply));
           });

  deferred("status_set", Access::issuer,
           [&services](std::string_view params, const rpc::Caller& caller, rpc::Reply reply) {
             api::status_set(services, params, caller, std::move(reply));
           });
  deferred("status_allocate", Access::issuer,
           [&services](std::string_view params, const rpc::Caller& caller, rpc::Reply reply) {
             api::status_allocate(services, params, caller, std::move(reply));
           });
  table.add({.name = "status_lists",
             .access = Access::issuer,
             .dispatch = Dispatch::worker,
             .handler = [&services](std::string_view params, const rpc::Caller& caller,
                                    std::string& out) {
               return api::status_lists(services, params, caller, out);
             }});

  read("anchor_get", Access::open, Dispatch::worker, api::anchor_get);
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
  read("proof_verify", Access::open, Dispatch::worker, api::proof_verify);

  read("batch_get", Access::open, Dispatch::worker, api::batch_get);
  read("batch_leaves", Access::open, Dispatch::worker, api::batch_leaves);
  read("log_checkpoint", Access::open, Dispatch::inline_, api::log_checkpoint);
  read("log_entries", Access::open, Dispatch::worker, api::log_entries);
  read("log_inclusion", Access::open, Dispatch::worker, api::log_inclusion);
  read("log_consistency", Access::open, Dispatch::worker, api::log_consistency);
  read("ledger_anchors", Access::open, Dispatch::worker, api::ledger_anchors);
  read("status_changes", Access::open, Dispatch::worker, api::status_changes);
  read("ledger_status", Access::open, Dispatch::worker, api::ledger_status);

  read("node_info", Access::admin, Dispatch::worker, api::node_info);
}

}  // namespace kedge::node
