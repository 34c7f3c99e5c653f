// SPDX-License-Identifier: Apache-2.0
#include "node/api/ndjson_submit.hpp"
#include "node/api/rest_params.hpp"
#include "node/api/submit_request.hpp"
#include "rpc/json_text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;

namespace {

struct Resource {
  const node::RestRow* row;
  node::RestParams params;
};

std::vector<Resource> resources() {
  std::vector<Resource> all;
  for (const node::RestRow& row : node::rest_table()) all.push_back({&row, node::RestParams(row)});
  return all;
}

void check_params(const rpc::HttpRequest& request) {
  static const std::vector<Resource> all = resources();
  for (const Resource& resource : all) {
    if (!rpc::matches(resource.row->path, request.path)) continue;
    const auto params = resource.params.of(request);
    if (!params) {
      fuzz::check(!params.error().message.empty(), "a refusal says why");
      continue;
    }
    if (resource.row->http_method == "POST") continue;
    // A name may stand in the path and, as an unknown one, in the query; nothing else is amiss.
    fuzz::check(rpc::check_json(*params, 64).has_value(), "params are JSON");
    fuzz::check(rpc::kind_of(*params) == rpc::JsonKind::object, "params are an object");
  }
}

void check_stream(const rpc::HttpRequest& request) {
  const auto planned = node::plan_ndjson(request);
  const auto* plan = std::get_if<rpc::RoutePlan>(&planned);
  if (plan == nullptr) return;
  fuzz::check(!plan->calls.empty(), "somebody is asked whether it may be sent");
  std::vector<rpc::CallOutcome> outcomes;
  for (const rpc::RouteCall& call : plan->calls) {
    fuzz::check(rpc::check_json(call.params, 64).has_value(), "calls are JSON");
    const auto parsed = node::api::parse_submit_call(call.params);
    fuzz::check(parsed || call.params.starts_with(R"({"items":[])"), "good lines are good items");
    outcomes.emplace_back(rpc::to_wire(invalid_argument("no", "items")));
  }
  const rpc::HttpResponse response = plan->answer(request, std::move(outcomes));
  fuzz::check(response.status == 200, "every line has its own fate");
}

}  // namespace

/// A path with its query in the first line, a body behind it.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view target = text.substr(0, line);
  const std::size_t mark = std::min(target.find('?'), target.size());
  rpc::HttpRequest request;
  request.method = "GET";
  request.path = target.substr(0, mark);
  request.query = target.substr(std::min(mark + 1, target.size()));
  check_params(request);
  if (const auto start = node::read_cursor(target)) {
    fuzz::check(node::make_cursor(*start) == target, "a cursor has one form");
  }
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-ndjson"}};
  request.body = text.substr(std::min(line + 1, text.size()));
  check_stream(request);
  return 0;
}
