// SPDX-License-Identifier: Apache-2.0
#include "node/api/list_response.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/hex.hpp"
#include "crypto/rfc3339.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kRetrieval =
    "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR";
/// How far the clock of whoever asks may be ahead.
constexpr std::uint64_t kMaxSkewMs = 60'000;

Result<std::uint64_t> parse_time(std::string_view name, const std::string& text) {
  if (name == "timestamp") {
    const auto time = crypto::parse_date_time(text);
    if (!time) return invalid_argument(time.error().message, "timestamp");
    return static_cast<std::uint64_t>(std::max<std::int64_t>(*time, 0));
  }
  std::uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
      seconds > crypto::kMaxTimeMs / 1000) {
    return invalid_argument("expected whole seconds since 1970", std::string(name));
  }
  return seconds * 1000;
}

}  // namespace

Result<ListVersion> parse_version(const rpc::HeaderList& query, std::string_view name,
                                  const Clock& clock) {
  ListVersion version;
  for (const auto& [field, value] : query) {
    if (field != name) {
      return invalid_argument("unknown field; known: " + std::string(name), rpc::shown_name(field));
    }
    const auto time = parse_time(name, value);
    if (!time) return time.error();
    if (*time > clock.unix_ms() + kMaxSkewMs) {
      return invalid_argument("expected a time that has passed", field);
    }
    version.at_ms = *time;
  }
  return version;
}

rpc::HttpResponse list_response(PublishedList document, std::string_view content_type,
                                const ListVersion& version, std::uint64_t ttl_ms) {
  rpc::HttpResponse response;
  response.content_type = content_type;
  response.headers.emplace_back("ETag", "\"" + crypto::to_hex(document.digest) + "\"");
  response.headers.emplace_back("Vary", "Accept");
  response.headers.emplace_back("Access-Control-Expose-Headers", "ETag");
  response.headers.emplace_back("Cache-Control",
                                version.at_ms ? "public, max-age=31536000, immutable"
                                              : "public, max-age=" + std::to_string(ttl_ms / 1000));
  response.body = as_text(document.document);
  return response;
}

rpc::HttpResponse no_such_list(std::string_view detail) {
  return rpc::problem(404, kRetrieval, "No such status list", detail);
}

rpc::HttpResponse list_problem(const Error& error) {
  if (error.code == Errc::not_found) return no_such_list(error.message);
  if (error.code == Errc::invalid_argument) {
    const std::string where = error.field.empty() ? "" : error.field + ": ";
    return rpc::problem(400, {}, "Bad request", where + error.message);
  }
  // Faults of the node have one form everywhere, and are reported.
  return rpc::error_response(error);
}

rpc::HttpResponse list_not_acceptable(std::span<const std::string_view> offered) {
  std::string detail = "expected Accept to take one of";
  for (const std::string_view type : offered) detail += " " + std::string(type);
  rpc::HttpResponse response = rpc::problem(406, {}, "Not acceptable", detail);
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

}  // namespace kedge::node::api
