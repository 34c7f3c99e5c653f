// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "crypto/sha256.hpp"
#include "node/api/handlers.hpp"
#include "node/api/status_entries.hpp"
#include "node/api/status_request.hpp"

namespace kedge::node::api {
namespace {

/// One call on its way through the sequencer. At the end it is its own result.
struct Allocating final : rpc::LateResult {
  Allocating(const StatusService& status, const std::string& issuer, rpc::Reply reply_in)
      : base_url(status.base_url),
        ebsi_proxy(ebsi_proxy_of(status.ebsi_proxies, issuer)),
        issuer_hash(crypto::sha256(as_bytes(issuer))),
        reply(std::move(reply_in)) {}

  const std::string base_url;
  const std::string ebsi_proxy;
  const Hash issuer_hash;
  rpc::Reply reply;
  AllocateStatusResult result;

  [[nodiscard]] std::size_t size_hint() const override {
    return 64 + (base_url.empty() ? 40 : 2048) * result.entries.size();
  }

  void write(std::string& out) const override {
    rpc::JsonWriter json(out);
    json.begin_object().boolean("repeated", result.repeated).begin_array("entries");
    for (const StatusTarget& entry : result.entries) {
      json.begin_object().number("list", entry.list).number("index", entry.index);
      if (!base_url.empty()) {
        append_status_entries(json, ListPlace(base_url, issuer_hash, entry.list, ebsi_proxy),
                              entry.index, result.purposes);
      }
      json.end_object();
    }
    json.end_array().end_object();
  }
};

}  // namespace

void status_allocate(const Services& services, std::string_view params, const rpc::Caller& caller,
                     rpc::Reply reply) {
  Result<AllocateStatusRequest> request = parse_status_allocate(params);
  if (!request) return reply.fail(std::move(request).error());
  request->issuer = caller.issuer;
  const auto allocating =
      std::make_shared<Allocating>(services.status, caller.issuer, std::move(reply));
  services.writes.allocate_status(writer_of(caller), *std::move(request),
                                  [allocating](Result<AllocateStatusResult> result) {
                                    if (!result) {
                                      Error error = std::move(result).error();
                                      if (error.field == "request_key") error.field = "key";
                                      return allocating->reply.fail(std::move(error));
                                    }
                                    allocating->result = *std::move(result);
                                    allocating->reply.ok(allocating);
                                  });
}

}  // namespace kedge::node::api
