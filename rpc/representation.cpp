// SPDX-License-Identifier: Apache-2.0
#include "rpc/representation.hpp"

#include <algorithm>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "rpc/field_text.hpp"
#include "rpc/gzip.hpp"

namespace kedge::rpc {
namespace {

/// What tells the compressed form from the other: a strong tag is of octets.
constexpr std::string_view kGzipMark = "-gzip";

/// RFC 9110 section 12.5.3: gzip, x-gzip or anything, unless with a weight of nothing.
bool takes_gzip(const HttpRequest& request) {
  std::string_view codings = find_header(request.headers, "Accept-Encoding").value_or("");
  bool any = false;
  while (!codings.empty()) {
    std::string_view parameters = cut_field(codings, ',');
    const std::string coding = lower_case(cut_field(parameters, ';'));
    const std::string weight = lower_case(cut_field(parameters, ';'));
    const bool none =
        weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string::npos;
    if (coding == "gzip" || coding == "x-gzip") return !none;
    if (coding == "*") any = !none;
  }
  return any;
}

bool is_text(std::string_view content_type) {
  const std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  return type.empty() || type.starts_with("text/") || type.ends_with("json");
}

bool is_read(const HttpRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

void add_unless_there(HttpResponse& response, std::string_view name, std::string_view value) {
  if (!find_header(response.headers, name)) response.headers.emplace_back(name, value);
}

void add_vary(HttpResponse& response, std::string_view name) {
  for (auto& [field, value] : response.headers) {
    if (field != "Vary") continue;
    value.append(", ").append(name);
    return;
  }
  response.headers.emplace_back("Vary", name);
}

std::string* find_tag(HttpResponse& response) {
  for (auto& [name, value] : response.headers) {
    if (name == "ETag") return &value;
  }
  return nullptr;
}

/// Compared weakly, so that either form of what has not changed will do.
bool has_already(const HttpRequest& request, std::string_view tag) {
  tag = tag.substr(0, tag.size() - 1);
  std::string_view tags = find_header(request.headers, "If-None-Match").value_or("");
  while (!tags.empty()) {
    std::string_view one = cut_field(tags, ',');
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (!one.starts_with(tag)) continue;
    one.remove_prefix(tag.size());
    if (one == "\"" || one == std::string(kGzipMark) + "\"") return true;
  }
  return false;
}

void compress(HttpResponse& response) {
  std::string smaller = gzip(response.body);
  if (smaller.empty() || smaller.size() >= response.body.size()) return;
  response.body = std::move(smaller);
  response.headers.emplace_back("Content-Encoding", "gzip");
  if (std::string* tag = find_tag(response)) tag->insert(tag->size() - 1, kGzipMark);
}

}  // namespace

bool wants_gzip(const Route& route, const HttpRequest& request, std::size_t octets) {
  return octets >= kMinCompressed && route.open && is_read(request) && takes_gzip(request);
}

void finish_response(const Route& route, const HttpRequest& request, bool may_compress,
                     HttpResponse& response) {
  add_unless_there(response, "X-Content-Type-Options", "nosniff");
  if (route.open) {
    add_unless_there(response, "Access-Control-Allow-Origin", "*");
    add_unless_there(response, "Access-Control-Expose-Headers",
                     "ETag, Link, Retry-After, X-Request-Id");
  }
  if (response.status != 200 || !is_read(request)) return;
  const auto cached = find_header(response.headers, "Cache-Control");
  if (find_tag(response) == nullptr && (!cached || *cached != "no-store")) {
    const Hash hash = crypto::sha256(as_bytes(response.body));
    response.headers.emplace_back("ETag", "\"" + crypto::to_hex(hash).substr(0, 32) + "\"");
  }
  if (route.open && is_text(response.content_type)) add_vary(response, "Accept-Encoding");
  const std::string* tag = find_tag(response);
  if (tag != nullptr && has_already(request, *tag)) {
    response.status = 304;
    response.body.clear();
    return;
  }
  if (may_compress && is_text(response.content_type) &&
      wants_gzip(route, request, response.body.size())) {
    compress(response);
  }
}

}  // namespace kedge::rpc
