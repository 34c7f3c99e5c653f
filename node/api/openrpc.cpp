// SPDX-License-Identifier: Apache-2.0
#include "node/api/openrpc.hpp"

#include <algorithm>

#include "node/api/method_doc.hpp"
#include "rpc/access.hpp"
#include "rpc/errors.hpp"
#include "rpc/method_doc.hpp"

/// OpenRPC 1.3.2, https://spec.open-rpc.org.
namespace kedge::node {
namespace {

constexpr std::string_view kVersion = "1.3.2";

DocJson params_of(const DocJson& doc) {
  DocJson params = DocJson::array();
  const DocJson& schema = doc.at("params");
  const DocJson required = schema.value("required", DocJson::array());
  for (const auto& [name, property] : schema.at("properties").items()) {
    DocJson param = {{"name", name}};
    const bool needed =
        std::any_of(required.begin(), required.end(),
                    [&name = name](const DocJson& one) { return one.get<std::string>() == name; });
    if (needed) param["required"] = true;
    param["schema"] = property;
    params.push_back(std::move(param));
  }
  // OpenRPC wants those that are required to come first.
  std::stable_partition(params.begin(), params.end(),
                        [](const DocJson& param) { return param.contains("required"); });
  return params;
}

DocJson examples_of(const DocJson& doc) {
  DocJson examples = DocJson::array();
  for (const DocJson& example : doc.at("examples")) {
    DocJson params = DocJson::array();
    for (const auto& [name, value] : example.at("params").items()) {
      params.push_back({{"name", name}, {"value", value}});
    }
    examples.push_back({{"name", example.at("name")},
                        {"params", std::move(params)},
                        {"result", {{"name", "result"}, {"value", example.at("result")}}}});
  }
  return examples;
}

DocJson method_object(const rpc::Method& method) {
  const DocJson doc = doc_of(method);
  DocJson errors = DocJson::array();
  for (const int code : error_codes(method, doc)) {
    errors.push_back({{"$ref", "#/components/errors/E" + std::to_string(-code)}});
  }
  return {{"name", method.name},
          {"summary", doc.at("summary")},
          {"description", doc.at("description")},
          {"paramStructure", "by-name"},
          {"params", params_of(doc)},
          {"result", {{"name", "result"}, {"schema", doc.at("result")}}},
          {"errors", std::move(errors)},
          {"examples", examples_of(doc)},
          {"x-scopes", scopes_of(method)}};
}

std::string make_document(const rpc::MethodTable& table, const std::string& version) {
  DocJson methods = DocJson::array();
  for (const auto& [name, method] : table.all()) {
    if (method.doc != nullptr) methods.push_back(method_object(method));
  }
  DocJson errors = DocJson::object();
  for (const ErrorDoc& error : error_docs()) {
    errors["E" + std::to_string(-error.code)] = {{"code", error.code}, {"message", error.meaning}};
  }
  const DocJson document = {
      {"openrpc", kVersion},
      {"info",
       {{"title", "Kedge"},
        {"description",
         "An anchoring node for verifiable credentials. Params are named; a member "
         "that is null counts as absent, an unknown one is refused."},
        {"license",
         {{"name", "Apache-2.0"}, {"url", "https://www.apache.org/licenses/LICENSE-2.0"}}},
        {"version", version}}},
      {"servers", DocJson::array({{{"name", "this node"}, {"url", "/rpc"}}})},
      {"methods", std::move(methods)},
      {"components", {{"schemas", DocJson::parse(schema_components())}, {"errors", errors}}}};
  return document.dump();
}

}  // namespace

const std::vector<ErrorDoc>& error_docs() {
  static const std::vector<ErrorDoc> errors = {
      {rpc::kParseError, "parse error", "not JSON that is taken", 400},
      {rpc::kInvalidRequest, "invalid request", "JSON, but not a request", 400},
      {rpc::kMethodNotFound, "unknown method", "there is no method of this name", 404},
      {rpc::kInvalidParams, "invalid params",
       "data.field names what is wrong, data.expected what was expected there", 400},
      {rpc::kInternalError, "internal error", "a fault of the node; its log has the details", 500},
      {rpc::kNotFound, "not found", "what is asked for is not there", 404},
      {rpc::kAlreadyExists, "conflict", "it contradicts what is there already", 409},
      {rpc::kUnauthorized, "unauthorized", "the token is missing or wrong", 401},
      {rpc::kForbidden, "forbidden", "the token does not allow it", 403},
      {rpc::kLimitExceeded, "limit reached",
       "a bound is reached or the node is stopping: retry after data.retry_after seconds", 503}};
  return errors;
}

std::vector<int> error_codes(const rpc::Method& method, const DocJson& doc) {
  std::vector<int> codes = {rpc::kInvalidParams};
  for (const DocJson& code : doc.at("errors")) codes.push_back(code.get<int>());
  if (rpc::is_restricted(method)) {
    codes.push_back(rpc::kUnauthorized);
    codes.push_back(rpc::kForbidden);
  }
  codes.push_back(rpc::kLimitExceeded);
  codes.push_back(rpc::kInternalError);
  return codes;
}

std::vector<std::string> scopes_of(const rpc::Method& method) {
  if (method.scope.bit == 0) return {};
  return {std::string(method.scope.name)};
}

DocJson doc_of(const rpc::Method& method) {
  return DocJson::parse(method.doc->text);
}

const std::string& OpenrpcDocument::text() {
  std::call_once(made_, [this] { text_ = make_document(table_, version_); });
  return text_;
}

}  // namespace kedge::node
