// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <optional>

#include "crypto/hex.hpp"
#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kPrefix = "/v1/batches/";
constexpr std::string_view kSuffix = "/leaves";
/// 2 MiB.
constexpr std::uint64_t kMaxLeaves = 65'536;

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return value;
}

struct Portion {
  std::uint64_t start = 0;
  std::uint64_t count = kMaxLeaves;
};

Result<Portion> read_query(std::string_view query) {
  const auto fields = rpc::parse_query(query);
  if (!fields) return fields.error();
  Portion portion;
  for (const auto& [name, value] : *fields) {
    if (name != "start" && name != "count") return invalid_argument("unknown parameter", name);
    const auto number = number_in(value);
    const bool good = number && (name == "start" || (*number >= 1 && *number <= kMaxLeaves));
    if (!good) {
      return invalid_argument(
          name == "start" ? "expected a whole number" : "expected a whole number from 1 to 65536",
          name);
    }
    (name == "start" ? portion.start : portion.count) = *number;
  }
  return portion;
}

struct Leaves {
  std::string octets;
  std::string tag;
};

Result<Leaves> read_leaves(const Services& services, std::string_view path,
                           std::string_view query) {
  path.remove_prefix(kPrefix.size());
  const Error none{Errc::not_found, "there is no batch at this log index"};
  if (!path.ends_with(kSuffix)) return none;
  path.remove_suffix(kSuffix.size());
  const auto log_index = number_in(path);
  if (!log_index) return none;
  const auto portion = read_query(query);
  if (!portion) return portion.error();
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<BatchRow> batch = reader->batch_at(*log_index);
  if (!batch && batch.error().code == Errc::not_found) return none;
  if (!batch) return batch.error();
  if (portion->start >= batch->count) {
    return invalid_argument("expected less than the batch's " + std::to_string(batch->count),
                            "start");
  }
  const std::uint64_t count = std::min(portion->count, batch->count - portion->start);
  const auto hashes = batch_leaf_hashes(*reader, *batch, portion->start, count);
  if (!hashes) return hashes.error();
  // The root stands for all of them.
  return Leaves{std::string(reinterpret_cast<const char*>(hashes->data()), count * sizeof(Hash)),
                "\"" + crypto::to_hex(batch->root).substr(0, 32) + "-" +
                    std::to_string(portion->start) + "-" + std::to_string(count) + "\""};
}

}  // namespace

rpc::HttpResponse get_batch_leaves(const Services& services, const rpc::HttpRequest& request) {
  Result<Leaves> leaves = read_leaves(services, request.path, request.query);
  if (!leaves) return rpc::error_response(leaves.error());
  rpc::HttpResponse response;
  response.content_type = "application/octet-stream";
  response.body = std::move(leaves->octets);
  response.headers.emplace_back("ETag", std::move(leaves->tag));
  // A sealed batch never changes.
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

}  // namespace kedge::node::api
