// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/published.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {

Status log_checkpoint(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const auto epoch = params.optional_integer("epoch", 0, ~std::uint64_t{0});
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<CheckpointRow> row = epoch ? reader->checkpoint(*epoch) : newest_checkpoint(*reader);
  if (!row && row.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no checkpoint of this epoch"};
  }
  if (!row) return row.error();
  rpc::JsonWriter(out)
      .begin_object()
      .number("epoch", row->epoch)
      .number("size", row->size)
      .hash("root", row->root)
      .time("time", row->time_ms)
      .string("checkpoint", row->note)
      .end_object();
  return {};
}

}  // namespace kedge::node::api
