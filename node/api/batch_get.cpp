// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

struct BatchGetRequest {
  std::optional<std::uint64_t> log_index;
  std::string issuer;
  std::uint64_t position = 0;
};

Result<BatchGetRequest> parse(std::string_view text) {
  rpc::Params params(text);
  BatchGetRequest request;
  request.log_index = params.optional_integer("log_index", 0, ~std::uint64_t{0});
  if (request.log_index) {
    if (params.has("issuer") || params.has("position")) {
      params.fail("log_index", "either log_index, or issuer and position");
    }
    params.optional_text("issuer");
    params.optional_text("position");
  } else {
    request.issuer = params.string("issuer", kMaxIssuerName);
    request.position = params.integer("position", 0, ~std::uint64_t{0});
  }
  if (Status status = params.finish(); !status) return status.error();
  return request;
}

Result<BatchRow> find(const StoreReader& reader, const BatchGetRequest& request) {
  if (request.log_index) return reader.batch_at(*request.log_index);
  const Result<IssuerRow> issuer = reader.issuer_by_name(request.issuer);
  if (!issuer) return issuer.error();
  return reader.batch_of(issuer->id, request.position);
}

}  // namespace

Status batch_get(const Services& services, std::string_view text, std::string& out) {
  const Result<BatchGetRequest> request = parse(text);
  if (!request) return request.error();

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<BatchRow> batch = find(*reader, *request);
  if (!batch && batch.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no such sealed batch"};
  }
  if (!batch) return batch.error();
  const Result<IssuerRow> issuer = reader->issuer(batch->issuer);
  if (!issuer) return issuer.error();
  const Result<Bytes> entry = reader->log_entry(batch->log_index);
  if (!entry) return entry.error();
  const Result<CheckpointRow> checkpoint = reader->checkpoint_covering(batch->log_index);
  if (!checkpoint) return checkpoint.error();
  rpc::JsonWriter(out)
      .begin_object()
      .string("issuer", issuer->name)
      .number("issuer_seq", batch->issuer_seq)
      .number("first_position", batch->first_position)
      .number("count", batch->count)
      .number("log_index", batch->log_index)
      .hash("root", batch->root)
      .time("time", batch->time_ms)
      .base64("entry", *entry)
      .number("epoch", checkpoint->epoch)
      .number("checkpoint_size", checkpoint->size)
      .end_object();
  return {};
}

}  // namespace kedge::node::api
