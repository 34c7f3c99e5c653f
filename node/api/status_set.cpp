// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "node/api/handlers.hpp"
#include "node/api/status_request.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node::api {
namespace {

/// One call on its way through the sequencer. At the end it is its own result.
struct Setting final : rpc::LateResult {
  explicit Setting(rpc::Reply reply_in) : reply(std::move(reply_in)) {}

  rpc::Reply reply;
  /// What the caller has named, where that was a digest.
  std::vector<std::optional<Hash>> digests;
  SetStatusResult result;

  [[nodiscard]] std::size_t size_hint() const override { return 32 + 220 * result.targets.size(); }

  void write(std::string& out) const override {
    rpc::JsonWriter json(out);
    json.begin_object().begin_array("targets");
    for (std::size_t i = 0; i < result.targets.size(); ++i) {
      const TargetResult& target = result.targets[i];
      json.begin_object();
      if (digests[i]) json.hash("digest", *digests[i]);
      json.number("list", target.target.list)
          .number("index", target.target.index)
          .string("value", status_name(target.value))
          .boolean("changed", target.changed);
      if (target.change) {
        json.string("state", target.sealed ? "sealed" : "accepted").time("time", target.time_ms);
      }
      json.end_object();
    }
    json.end_array().end_object();
  }
};

}  // namespace

void status_set(const Services& services, std::string_view params, const rpc::Caller& caller,
                rpc::Reply reply) {
  Result<SetStatusRequest> request = parse_status_set(params);
  if (!request) return reply.fail(std::move(request).error());
  request->issuer = caller.issuer;
  const auto setting = std::make_shared<Setting>(std::move(reply));
  setting->digests.reserve(request->targets.size());
  for (const SetStatusTarget& target : request->targets) {
    const Hash* digest = std::get_if<Hash>(&target.which);
    setting->digests.push_back(digest != nullptr ? std::optional(*digest) : std::nullopt);
  }
  services.writes.set_status(writer_of(caller), *std::move(request),
                             [setting](Result<SetStatusResult> result) {
                               if (!result) return setting->reply.fail(std::move(result).error());
                               setting->result = *std::move(result);
                               setting->reply.ok(setting);
                             });
}

}  // namespace kedge::node::api
