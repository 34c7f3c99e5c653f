// SPDX-License-Identifier: Apache-2.0
#include "node/api/openapi_operation.hpp"

#include <algorithm>
#include <map>

#include "node/api/ndjson_submit.hpp"
#include "node/proof/bundle.hpp"

namespace kedge::node {
namespace {

/// `get_v1_anchors_digest`.
std::string operation_id(std::string_view http_method, std::string_view path) {
  std::string id;
  for (const char c : http_method) id += static_cast<char>(c - 'A' + 'a');
  for (const char c : path) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (word) {
      id += c;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  if (id.back() == '_') id.pop_back();
  return id;
}

/// The first segment that says what it is about.
std::string tag_of(std::string_view path) {
  path.remove_prefix(path.starts_with("/v1/") ? 4 : 1);
  return std::string(path.substr(0, path.find('/')));
}

std::vector<std::string> words(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(", "), list.size());
    out.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 2, list.size()));
  }
  return out;
}

DocJson parameter(const std::string& name, bool in_path, bool required, DocJson schema) {
  DocJson out = {{"name", name}, {"in", in_path ? "path" : "query"}};
  if (required) out["required"] = true;
  out["schema"] = std::move(schema);
  return out;
}

DocJson parameters_of(const RestRow& row, const DocJson& doc) {
  DocJson out = DocJson::array();
  const DocJson& params = doc.at("params");
  const DocJson needed = params.value("required", DocJson::array());
  for (const auto& [name, schema] : params.at("properties").items()) {
    if (std::find(row.without.begin(), row.without.end(), name) != row.without.end()) continue;
    const bool in_path = row.path.find("{" + name + "}") != row.path.npos;
    const bool required = in_path || std::find(needed.begin(), needed.end(), name) != needed.end();
    // With a cursor there is no need of a start.
    out.push_back(parameter(name, in_path, required && (in_path || name != "start"), schema));
  }
  if (row.items.empty()) return out;
  out.push_back(parameter(
      "cursor", false, false,
      {{"type", "string"}, {"description", "The `next` of the page before, instead of start."}}));
  return out;
}

/// The method's result, with what a page has besides.
DocJson result_schema(const RestRow& row, const DocJson& doc) {
  DocJson schema = doc.at("result");
  if (row.items.empty()) return schema;
  const DocJson types = DocJson::array({"string", "null"});
  schema["properties"]["next"] = {
      {"type", types}, {"description", "The `cursor` of the next page; null at the end."}};
  DocJson& required = schema["required"];
  if (std::find(required.begin(), required.end(), "next") == required.end()) {
    required.push_back("next");
  }
  return schema;
}

DocJson media(DocJson schema, DocJson example) {
  DocJson out = {{"schema", std::move(schema)}};
  if (!example.is_null()) out["example"] = std::move(example);
  return out;
}

DocJson content_of(const RestRow& row, const DocJson& doc) {
  const DocJson found = example_of(row, doc);
  const DocJson example = found.is_null() ? found : example_answer(row, found);
  const DocJson octets = {{"type", "string"}, {"format", "binary"}};
  DocJson content = DocJson::object();
  if (row.method == "proof_get") {
    const DocJson bundle = {{"$ref", "#/components/schemas/ProofBundle"}};
    content[std::string(kBundleJsonType)] = media(bundle, example);
    content["application/json"] = media(bundle, nullptr);
    content[std::string(kBundleCborType)] = media(octets, nullptr);
    content["application/cbor"] = media(octets, nullptr);
    content["text/plain"] =
        media({{"type", "string"},
               {"description",
                "A C2SP tlog-proof of the batch's log entry; its extra data is the JSON "
                "of the bundle's members credential and batch."}},
              nullptr);
    return content;
  }
  if (row.method == "batch_leaves") content["application/octet-stream"] = media(octets, nullptr);
  content["application/json"] = media(result_schema(row, doc), example);
  if (row.method == "anchor_submit") {
    content[std::string(kNdjsonType)] = media(
        {{"type", "string"}, {"description", "A line for each line of the request."}}, nullptr);
  }
  return content;
}

DocJson body_of(const RestRow& row, const DocJson& doc) {
  const DocJson& example = doc.at("examples").at(0).at("params");
  DocJson content = DocJson::object();
  content["application/json"] = media(doc.at("params"), example);
  if (row.method == "anchor_submit") {
    const std::string text =
        "Up to " + std::to_string(kMaxNdjsonLines) +
        " items (the schema SubmitItem), one a line. Each line has its own fate.";
    content[std::string(kNdjsonType)] = media({{"type", "string"}, {"description", text}}, nullptr);
  }
  return {{"required", doc.at("params").contains("required")}, {"content", std::move(content)}};
}

DocJson responses_of(const RestRow& row, const rpc::Method& method, const DocJson& doc) {
  const bool posts = row.http_method == "POST";
  DocJson responses = DocJson::object();
  DocJson good = {{"description", "Done."}};
  if (!row.items.empty()) {
    good["headers"]["Link"] = {{"description", "rel=next: the next page."},
                               {"schema", {{"type", "string"}}}};
  }
  if (!posts && row.keep != Keep::never) {
    good["headers"]["ETag"] = {{"description", "Strong."}, {"schema", {{"type", "string"}}}};
  }
  good["content"] = content_of(row, doc);
  std::map<unsigned, bool> statuses = {{406, true}};
  if (posts) statuses.insert({{413, true}, {415, true}});
  for (const int code : error_codes(method, doc)) {
    for (const ErrorDoc& error : error_docs()) {
      if (error.code == code) statuses[error.http_status] = true;
    }
  }
  responses["200"] = std::move(good);
  if (!posts && row.keep != Keep::never) {
    responses["304"] = {{"description", "What If-None-Match names is still so."}};
  }
  for (const auto& [status, answered] : statuses) {
    responses[std::to_string(status)] = {{"$ref", "#/components/responses/Problem"}};
  }
  return responses;
}

DocJson security_of(const rpc::Method& method) {
  const std::vector<std::string> scopes = scopes_of(method);
  DocJson security = DocJson::array();
  if (scopes.empty()) return security;
  DocJson requirement = DocJson::object();
  requirement["token"] = scopes;
  security.push_back(std::move(requirement));
  return security;
}

}  // namespace

DocJson operation_of(const RestRow& row, const rpc::Method& method) {
  const DocJson doc = doc_of(method);
  DocJson out = {{"operationId", operation_id(row.http_method, row.path)},
                 {"summary", doc.at("summary")},
                 {"description", doc.at("description")},
                 {"tags", DocJson::array({tag_of(row.path)})},
                 {"x-method", method.name}};
  if (row.http_method == "POST") {
    out["requestBody"] = body_of(row, doc);
    if (row.method == "anchor_submit") {
      // Of a stream of lines alone: a call says it in its body.
      for (const char* name : {"wait", "timeout_ms"}) {
        out["parameters"].push_back(
            parameter(name, false, false, doc.at("params").at("properties").at(name)));
      }
    }
  } else {
    out["parameters"] = parameters_of(row, doc);
  }
  out["responses"] = responses_of(row, method, doc);
  out["security"] = security_of(method);
  return out;
}

DocJson operation_of(const ResourceRow& row) {
  DocJson parameters = DocJson::array();
  std::string_view rest = row.path;
  for (std::size_t open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}');
    parameters.push_back(parameter(std::string(rest.substr(open + 1, close - open - 1)), true, true,
                                   {{"type", "string"}}));
    rest.remove_prefix(close + 1);
  }
  for (const std::string& name : words(row.query)) {
    parameters.push_back(parameter(name, false, false, {{"type", "string"}}));
  }
  DocJson content = DocJson::object();
  for (const std::string& type : words(row.types)) {
    const bool json = type.ends_with("json");
    content[type] = media({{"type", json ? "object" : "string"}}, nullptr);
  }
  DocJson responses = DocJson::object();
  responses["200"] = {{"description", "Done."}, {"content", std::move(content)}};
  responses["default"] = {{"$ref", "#/components/responses/Problem"}};
  DocJson security = DocJson::array();
  if (!row.scope.empty()) {
    DocJson requirement = DocJson::object();
    requirement["token"] = DocJson::array({row.scope});
    security.push_back(std::move(requirement));
  }
  if (row.path == "/readyz")
    responses["503"] = {{"description", "Not ready; the reasons, each with a code."}};
  return {{"operationId", operation_id("GET", row.path)},
          {"summary", row.summary},
          {"tags", DocJson::array({tag_of(row.path)})},
          {"parameters", std::move(parameters)},
          {"responses", std::move(responses)},
          {"security", std::move(security)}};
}

}  // namespace kedge::node
