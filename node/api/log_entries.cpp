// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/api/handlers.hpp"
#include "node/api/published.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::uint64_t kMaxPage = 10'000;

}  // namespace

Status log_entries(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const std::uint64_t start = params.integer("start", 0, ~std::uint64_t{0});
  const std::uint64_t wanted = params.optional_integer("count", 1, kMaxPage).value_or(kMaxPage);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<std::uint64_t> size = published_size(*reader, std::nullopt, {});
  if (!size) return size.error();
  if (start >= *size) {
    return invalid_argument("expected less than the published size, " + std::to_string(*size),
                            "start");
  }
  const Result<std::vector<Bytes>> entries =
      reader->log_entries(start, std::min(wanted, *size - start));
  if (!entries) return entries.error();
  rpc::JsonWriter json(out);
  json.begin_object().number("start", start).number("size", *size).begin_array("entries");
  for (const Bytes& entry : *entries) json.base64({}, entry);
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
