// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {

void anchor_seal(const Services& services, std::string_view text, const rpc::Caller& caller,
                 rpc::Reply reply) {
  rpc::Params params(text);
  if (Status status = params.finish(); !status) return reply.fail(std::move(status).error());

  // std::function wants a callable that can be copied.
  const auto shared = std::make_shared<rpc::Reply>(std::move(reply));
  services.writes.seal(writer_of(caller), [shared](Result<SealResult> sealed) {
    if (!sealed) return shared->fail(std::move(sealed).error());
    std::string out;
    rpc::JsonWriter(out)
        .begin_object()
        .number("epoch", sealed->epoch)
        .number("size", sealed->size)
        .boolean("sealed", sealed->sealed)
        .end_object();
    shared->ok(std::move(out));
  });
}

}  // namespace kedge::node::api
