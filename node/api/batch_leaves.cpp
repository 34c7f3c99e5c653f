// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::uint64_t kMaxPage = 10'000;

}  // namespace

Status batch_leaves(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const std::uint64_t log_index = params.integer("log_index", 0, ~std::uint64_t{0});
  const std::uint64_t start = params.optional_integer("start", 0, ~std::uint64_t{0}).value_or(0);
  const std::uint64_t wanted = params.optional_integer("count", 1, kMaxPage).value_or(kMaxPage);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<BatchRow> batch = reader->batch_at(log_index);
  if (!batch && batch.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no batch at this log index"};
  }
  if (!batch) return batch.error();
  if (start >= batch->count) {
    return invalid_argument("expected less than the batch's " + std::to_string(batch->count),
                            "start");
  }
  const std::uint64_t count = std::min(wanted, batch->count - start);
  const auto hashes = batch_leaf_hashes(*reader, *batch, start, count);
  if (!hashes) return hashes.error();

  out.reserve(100 + 67 * count);
  rpc::JsonWriter json(out);
  json.begin_object()
      .number("log_index", log_index)
      .number("count", batch->count)
      .number("start", start)
      .begin_array("leaf_hashes");
  for (const Hash& hash : *hashes) json.hash({}, hash);
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
