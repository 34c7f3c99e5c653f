// SPDX-License-Identifier: Apache-2.0
#include "node/api/rest_answer.hpp"

#include <charconv>
#include <optional>

#include "node/api/rest_params.hpp"
#include "rpc/json_text.hpp"

namespace kedge::node {
namespace {

std::optional<std::uint64_t> number_in(std::string_view json) {
  json = rpc::trim_json(json);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), value);
  if (error != std::errc() || end != json.data() + json.size()) return std::nullopt;
  return value;
}

std::string_view member(const rpc::Members& members, std::string_view name) {
  for (const rpc::Member& one : members) {
    if (one.name == name) return one.value;
  }
  throw std::logic_error("a page without " + std::string(name));
}

/// Where the next page starts; nothing at the end.
std::optional<std::uint64_t> next_start(const RestRow& row, const rpc::Members& members) {
  if (row.total.empty()) return number_in(member(members, "next"));
  const std::uint64_t total = number_in(member(members, row.total)).value_or(0);
  const std::uint64_t start = number_in(member(members, "start")).value_or(0);
  const std::uint64_t next = start + rpc::array_elements(member(members, row.items)).size();
  return next < total ? std::optional(next) : std::nullopt;
}

/// The same request, for the page at the cursor.
std::string next_target(const rpc::HttpRequest& request, const std::string& cursor) {
  std::string target = request.path + "?";
  const auto fields = rpc::parse_query(request.query);
  for (const auto& [name, value] : *fields) {
    if (name == "cursor" || name == "start") continue;
    target += rpc::percent_encode(name) + "=" + rpc::percent_encode(value) + "&";
  }
  return target + "cursor=" + cursor;
}

}  // namespace

std::string_view cache_control(Keep keep) {
  switch (keep) {
    case Keep::for_ever:
      return "public, max-age=31536000, immutable";
    case Keep::briefly:
      return "public, max-age=5";
    case Keep::checked:
      return "no-cache";
    case Keep::never:
      break;
  }
  return "no-store";
}

Page make_page(const RestRow& row, const rpc::HttpRequest& request, std::string result) {
  const rpc::Members members = rpc::object_members(result);
  const auto next = next_start(row, members);
  const std::string cursor = next ? make_cursor(*next) : std::string();
  const std::string json = next ? "\"" + cursor + "\"" : std::string("null");
  Page page;
  if (next) page.next_target = next_target(request, cursor);
  if (row.total.empty()) {
    // Its own number gives way to the cursor; nothing else is written anew.
    const std::string_view own = member(members, "next");
    const auto at = static_cast<std::size_t>(own.data() - result.data());
    const std::size_t size = own.size();
    page.body = std::move(result);
    page.body.replace(at, size, json);
  } else {
    page.body = std::move(result);
    page.body.insert(page.body.rfind('}'), ",\"next\":" + json);
  }
  return page;
}

rpc::HttpResponse rest_answer(const RestRow& row, const rpc::HttpRequest& request,
                              rpc::CallOutcome outcome) {
  if (const auto* error = std::get_if<rpc::WireError>(&outcome)) return rpc::problem(*error);
  rpc::HttpResponse response;
  auto& result = std::get<std::string>(outcome);
  if (row.items.empty()) {
    response.body = std::move(result);
  } else {
    Page page = make_page(row, request, std::move(result));
    response.body = std::move(page.body);
    if (!page.next_target.empty()) {
      response.headers.emplace_back("Link", "<" + page.next_target + ">; rel=\"next\"");
    }
  }
  // Those whom the node knows may be told more than others.
  const bool known = rpc::find_header(request.headers, "Authorization").has_value();
  const Keep keep = known && row.keep != Keep::for_ever ? Keep::never : row.keep;
  response.headers.emplace_back("Cache-Control", cache_control(keep));
  return response;
}

}  // namespace kedge::node
