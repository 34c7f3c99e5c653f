// SPDX-License-Identifier: Apache-2.0
#include "node/api/rest.hpp"

#include <algorithm>
#include <array>

#include "node/api/accept.hpp"
#include "node/api/handlers.hpp"
#include "node/api/ndjson_submit.hpp"
#include "node/api/rest_answer.hpp"
#include "node/api/rest_params.hpp"
#include "rpc/access.hpp"

namespace kedge::node {
namespace {

constexpr std::array<std::string_view, 1> kJson = {"application/json"};
constexpr std::array<std::string_view, 2> kLeaves = {"application/octet-stream",
                                                     "application/json"};

using Planned = std::variant<rpc::RoutePlan, rpc::HttpResponse>;

std::string list_of(std::span<const std::string_view> types) {
  std::string list;
  for (const std::string_view type : types) {
    if (!list.empty()) list += ", ";
    list += type;
  }
  return list;
}

std::string_view accept_of(const rpc::HttpRequest& request) {
  return rpc::find_header(request.headers, "Accept").value_or("");
}

Planned plan_call(const RestRow& row, const RestParams& params, const rpc::HttpRequest& request) {
  Result<std::string> text = params.of(request);
  if (!text) return rpc::error_response(text.error());
  rpc::RoutePlan plan;
  plan.calls.push_back({std::string(row.method), *std::move(text)});
  plan.answer = [&row](const rpc::HttpRequest& asked, std::vector<rpc::CallOutcome> outcomes) {
    return rest_answer(row, asked, std::move(outcomes.at(0)));
  };
  return plan;
}

Planned plan_json(const RestRow& row, const RestParams& params, const rpc::HttpRequest& request) {
  const bool posts = row.http_method == "POST";
  const auto body =
      posts ? std::span<const std::string_view>(kJson) : std::span<const std::string_view>();
  if (auto refused = refuse_media(request, body, kJson)) return *std::move(refused);
  return plan_call(row, params, request);
}

Planned plan_submit(const RestRow& row, const RestParams& params, const rpc::HttpRequest& request) {
  if (media_type(request) == kNdjsonType) return plan_ndjson(request);
  constexpr std::array<std::string_view, 2> kTypes = {"application/json", kNdjsonType};
  if (auto refused = refuse_media(request, kTypes, kJson)) return *std::move(refused);
  return plan_call(row, params, request);
}

/// Octets for audits of millions, or the method's own JSON.
Planned plan_leaves(const Services& services, const RestRow& row, const RestParams& params,
                    const rpc::HttpRequest& request) {
  const auto type = api::negotiate(accept_of(request), kLeaves);
  if (!type) return not_acceptable(kLeaves);
  Planned planned = *type == 0 ? Planned(api::get_batch_leaves(services, request))
                               : plan_call(row, params, request);
  const auto vary = [](rpc::HttpResponse& response) {
    response.headers.emplace_back("Vary", "Accept");
  };
  if (auto* response = std::get_if<rpc::HttpResponse>(&planned)) {
    vary(*response);
    return planned;
  }
  auto& plan = std::get<rpc::RoutePlan>(planned);
  plan.answer = [answer = std::move(plan.answer), vary](const rpc::HttpRequest& asked,
                                                        std::vector<rpc::CallOutcome> outcomes) {
    rpc::HttpResponse response = answer(asked, std::move(outcomes));
    vary(response);
    return response;
  };
  return planned;
}

rpc::RoutePlanner planner_of(const Services& services, const RestRow& row) {
  const auto params = std::make_shared<const RestParams>(row);
  if (row.method == "anchor_submit") {
    return [&row, params](const rpc::HttpRequest& request) {
      return plan_submit(row, *params, request);
    };
  }
  if (row.method == "batch_leaves") {
    return [&services, &row, params](const rpc::HttpRequest& request) {
      return plan_leaves(services, row, *params, request);
    };
  }
  return
      [&row, params](const rpc::HttpRequest& request) { return plan_json(row, *params, request); };
}

}  // namespace

std::string media_type(const rpc::HttpRequest& request) {
  std::string_view value = rpc::find_header(request.headers, "Content-Type").value_or("");
  value = value.substr(0, value.find(';'));
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  std::string type(value);
  for (char& c : type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return type;
}

rpc::HttpResponse not_acceptable(std::span<const std::string_view> offered) {
  rpc::HttpResponse response =
      rpc::problem(406, {}, {}, "Accept: expected one of " + list_of(offered));
  response.headers.emplace_back("Vary", "Accept");
  return response;
}

std::optional<rpc::HttpResponse> refuse_media(const rpc::HttpRequest& request,
                                              std::span<const std::string_view> body_types,
                                              std::span<const std::string_view> answer_types) {
  if (!request.body.empty()) {
    if (body_types.empty()) return rpc::problem(400, {}, {}, "body: expected none");
    const std::string type = media_type(request);
    if (std::find(body_types.begin(), body_types.end(), type) == body_types.end()) {
      rpc::HttpResponse response =
          rpc::problem(415, {}, {}, "Content-Type: expected " + list_of(body_types));
      // RFC 9110 section 12.5.1: with 415, what would have been taken.
      response.headers.emplace_back("Accept", list_of(body_types));
      return response;
    }
  }
  if (!api::negotiate(accept_of(request), answer_types)) return not_acceptable(answer_types);
  return std::nullopt;
}

std::vector<rpc::Route> rest_routes(const Services& services, const rpc::MethodTable& methods) {
  std::vector<rpc::Route> routes;
  for (const RestRow& row : rest_table()) {
    const rpc::Method* method = methods.find(row.method);
    if (method == nullptr) continue;
    rpc::Route route;
    route.path = row.path;
    route.method = row.http_method;
    route.open = !rpc::is_restricted(*method);
    // A few reads start where they arrive; the dispatcher finds a worker for the rest.
    route.dispatch = row.method == "batch_leaves" ? rpc::Dispatch::worker : rpc::Dispatch::inline_;
    if (row.method == "proof_get") {
      route.handler = [&services](const rpc::HttpRequest& request) {
        return api::get_proof(services, request);
      };
    } else {
      route.plan = planner_of(services, row);
    }
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace kedge::node
