// SPDX-License-Identifier: Apache-2.0
#include "node/api/costs.hpp"

#include <algorithm>
#include <charconv>

#include "rpc/json_text.hpp"

namespace kedge::node::api {
namespace {

std::uint64_t elements_cost(std::string_view params, std::string_view name) {
  return std::max<std::uint64_t>(rpc::count_elements(params, name), 1);
}

/// The whole number in the member `count`.
std::uint64_t count_cost(std::string_view params) {
  if (rpc::kind_of(params) != rpc::JsonKind::object) return 1;
  for (const rpc::Member& member : rpc::object_members(params)) {
    if (member.name != "count") continue;
    const std::string_view text = rpc::trim_json(member.value);
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc() && end == text.data() + text.size() && count > 0) return count;
  }
  return 1;
}

}  // namespace

std::function<std::uint64_t(std::string_view params)> cost_of(std::string_view method) {
  if (method == "anchor_submit") {
    return [](std::string_view params) { return elements_cost(params, "items"); };
  }
  if (method == "status_set") {
    return [](std::string_view params) { return elements_cost(params, "targets"); };
  }
  if (method == "status_allocate") return count_cost;
  return {};
}

}  // namespace kedge::node::api
