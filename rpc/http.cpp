// SPDX-License-Identifier: Apache-2.0
#include "rpc/http.hpp"

#include <algorithm>
#include <stdexcept>

#include "rpc/field_text.hpp"
#include "rpc/json_text.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/response_head.hpp"

namespace kedge::rpc {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string_view> find_header(const HeaderList& headers, std::string_view name) {
  const auto same = [&](const auto& header) { return same_without_case(header.first, name); };
  const auto it = std::ranges::find_if(headers, same);
  if (it == headers.end()) return std::nullopt;
  return it->second;
}

Result<std::string> percent_decode(std::string_view text, std::string_view field) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return invalid_argument("expected two hex digits after '%'", std::string(field));
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (!is_utf8(out)) return invalid_argument("expected UTF-8", std::string(field));
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    out.append({'%', kDigits[octet >> 4U], kDigits[octet & 15U]});
  }
  return out;
}

Result<HeaderList> parse_query(std::string_view query) {
  HeaderList out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = pair.find('=');
    Result<std::string> name = percent_decode(pair.substr(0, equals), "query");
    if (!name) return name.error();
    Result<std::string> value = percent_decode(
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), "query");
    if (!value) return value.error();
    if (name->empty()) return invalid_argument("expected name=value", "query");
    if (std::ranges::find(out, *name, &HeaderList::value_type::first) != out.end()) {
      return invalid_argument("'" + *name + "' comes twice", "query");
    }
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

bool matches(std::string_view route_path, std::string_view path) {
  while (!route_path.empty() && !path.empty()) {
    if (route_path.front() == '{') {
      const std::size_t size = std::min(path.find('/'), path.size());
      if (size == 0) return false;
      route_path.remove_prefix(route_path.find('}') + 1);
      path.remove_prefix(size);
      continue;
    }
    if (route_path.front() != path.front()) return false;
    if (route_path == "/") return true;
    route_path.remove_prefix(1);
    path.remove_prefix(1);
  }
  // `/things/` is for what is below it and for itself.
  return route_path.empty() && path.empty();
}

std::string_view path_segment(std::string_view route_path, std::string_view path,
                              std::string_view name) {
  while (!route_path.empty()) {
    const std::size_t own = std::min(route_path.find('/', 1), route_path.size());
    const std::size_t given = std::min(path.find('/', 1), path.size());
    const std::string_view segment = route_path.substr(1, own - 1);
    if (segment.starts_with('{') && segment.substr(1, segment.size() - 2) == name) {
      return path.substr(1, given - 1);
    }
    route_path.remove_prefix(own);
    path.remove_prefix(given);
  }
  throw std::logic_error("a route without the segment " + std::string(name));
}

HttpResponse problem(unsigned status, std::string_view type, std::string_view title,
                     std::string_view detail) {
  HttpResponse response;
  response.status = status;
  response.content_type = kProblemType;
  JsonWriter(response.body)
      .begin_object()
      .string("type", type.empty() ? "about:blank" : type)
      .string("title", title.empty() ? reason_phrase(status) : title)
      .number("status", status)
      .string("detail", detail)
      .end_object();
  response.body += '\n';
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

unsigned resource_status(const WireError& error) {
  switch (error.code) {
    case kInvalidParams:
      return 400;
    case kNotFound:
    case kMethodNotFound:
      return 404;
    case kAlreadyExists:
      return 409;
    default:
      return error.http_status;
  }
}

HttpResponse problem(const WireError& error) {
  HttpResponse response;
  response.status = resource_status(error);
  response.content_type = kProblemType;
  JsonWriter json(response.body);
  json.begin_object()
      .string("type", "about:blank")
      .string("title", reason_phrase(response.status))
      .number("status", response.status)
      .string("detail", error.message)
      .raw("code", std::to_string(error.code));
  if (!error.field.empty()) json.string("field", error.field);
  if (!error.expected.empty()) json.string("expected", error.expected);
  json.end_object();
  response.body += '\n';
  response.headers.emplace_back("Cache-Control", "no-store");
  if (!error.challenge.empty()) {
    response.headers.emplace_back("WWW-Authenticate", error.challenge);
  }
  if (error.retry_after != 0) {
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after));
  }
  return response;
}

HttpResponse error_response(const Error& error) {
  const WireError wire = to_wire(error);
  HttpResponse response = problem(wire);
  if (wire.code == kInternalError) response.fault = error;
  return response;
}

}  // namespace kedge::rpc
