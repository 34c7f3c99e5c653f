// SPDX-License-Identifier: Apache-2.0
#include "rpc/http.hpp"

#include <algorithm>

#include "rpc/envelope.hpp"
#include "rpc/json_text.hpp"

namespace kedge::rpc {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return invalid_argument("expected two hex digits after '%'", "query");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

}  // namespace

std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name) {
  const auto same = [&](const auto& header) {
    return std::ranges::equal(header.first, name,
                              [](char a, char b) { return lower(a) == lower(b); });
  };
  const auto it = std::ranges::find_if(headers, same);
  if (it == headers.end()) return std::nullopt;
  return it->second;
}

Result<HeaderList> parse_query(std::string_view query) {
  HeaderList out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = pair.find('=');
    Result<std::string> name = percent_decode(pair.substr(0, equals));
    if (!name) return name.error();
    Result<std::string> value = percent_decode(
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!value) return value.error();
    if (name->empty()) return invalid_argument("expected name=value", "query");
    if (!is_utf8(*name) || !is_utf8(*value)) return invalid_argument("expected UTF-8", "query");
    if (std::ranges::find(out, *name, &HeaderList::value_type::first) != out.end()) {
      return invalid_argument("'" + *name + "' comes twice", "query");
    }
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

HttpResponse error_response(const Error& error) {
  const WireError wire = to_wire(error);
  HttpResponse response;
  response.status = wire.http_status;
  if (error.code == Errc::invalid_argument) response.status = 400;
  if (error.code == Errc::not_found) response.status = 404;
  if (error.code == Errc::already_exists) response.status = 409;
  if (wire.code == kInternalError) response.fault = error;
  response.body = R"({"error":)";
  append_error_object(response.body, wire);
  response.body += "}\n";
  if (wire.retry_after != 0) {
    response.headers.emplace_back("Retry-After", std::to_string(wire.retry_after));
  }
  return response;
}

}  // namespace kedge::rpc
