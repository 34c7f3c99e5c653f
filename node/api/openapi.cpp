// SPDX-License-Identifier: Apache-2.0
#include "node/api/openapi.hpp"

#include <algorithm>

#include "node/api/method_doc.hpp"
#include "node/api/openapi_operation.hpp"
#include "node/api/rest_answer.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kIntroduction =
    "An anchoring node for verifiable credentials: the same methods as JSON-RPC 2.0 at /rpc "
    "(described by /openrpc.json), as resources. Errors are problem documents (RFC 9457). What "
    "everybody may read has a strong ETag and can be read by scripts of any page. Pages go on with "
    "`cursor`, the `next` of the page before. An unknown parameter is refused.";

DocJson problem_response(const std::string& description) {
  const DocJson schema = {{"$ref", "#/components/schemas/Problem"}};
  return {{"description", description},
          {"content", {{std::string(rpc::kProblemType), {{"schema", schema}}}}}};
}

DocJson components() {
  DocJson responses = DocJson::object();
  responses["Problem"] = problem_response("What is wrong, as a problem document.");
  DocJson schemes = DocJson::object();
  schemes["token"] = {{"type", "http"},
                      {"scheme", "bearer"},
                      {"description",
                       "The local cookie, or a token that the operator has given; "
                       "an operation lists the scopes that it needs."}};
  return {{"schemas", DocJson::parse(schema_components())},
          {"responses", std::move(responses)},
          {"securitySchemes", std::move(schemes)}};
}

bool names(const RestRow& row, std::string_view name) {
  return row.path.find("{" + std::string(name) + "}") != row.path.npos;
}

}  // namespace

DocJson make_openapi(const rpc::MethodTable& methods, const std::string& version) {
  DocJson paths = DocJson::object();
  for (const RestRow& row : rest_table()) {
    const rpc::Method* method = methods.find(row.method);
    if (method == nullptr) continue;
    const char* verb = row.http_method == "POST" ? "post" : "get";
    paths[std::string(row.path)][verb] = operation_of(row, *method);
  }
  for (const ResourceRow& row : resource_table()) {
    paths[std::string(row.path)]["get"] = operation_of(row);
  }
  const DocJson license = {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}};
  const DocJson info = {{"title", "Kedge"},
                        {"description", kIntroduction},
                        {"license", license},
                        {"version", version}};
  return {{"openapi", "3.1.0"},
          {"info", info},
          {"servers", DocJson::array({{{"url", "/"}}})},
          {"paths", std::move(paths)},
          {"components", components()}};
}

DocJson example_of(const RestRow& row, const DocJson& doc) {
  for (const DocJson& example : doc.at("examples")) {
    const DocJson& params = example.at("params");
    bool fits = true;
    for (const auto& [name, value] : params.items()) {
      fits &= std::find(row.without.begin(), row.without.end(), name) == row.without.end();
    }
    std::string_view rest = row.path;
    for (std::size_t open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
      const std::size_t close = rest.find('}');
      fits &= params.contains(std::string(rest.substr(open + 1, close - open - 1)));
      rest.remove_prefix(close + 1);
    }
    if (fits) return example;
  }
  return nullptr;
}

DocJson example_answer(const RestRow& row, const DocJson& example) {
  const DocJson& result = example.at("result");
  if (row.method == "proof_get") return result.at("bundle");
  if (row.items.empty()) return result;
  rpc::HttpRequest request;
  request.path = row.path;
  return DocJson::parse(make_page(row, request, result.dump()).body);
}

std::string example_target(const RestRow& row, const DocJson& example) {
  std::string target(row.path);
  std::string query;
  for (const auto& [name, value] : example.at("params").items()) {
    const std::string text =
        rpc::percent_encode(value.is_string() ? value.get<std::string>() : value.dump());
    if (names(row, name)) {
      const std::string segment = "{" + name + "}";
      target.replace(target.find(segment), segment.size(), text);
    } else {
      query += (query.empty() ? "?" : "&") + name + "=" + text;
    }
  }
  return target + query;
}

}  // namespace kedge::node
