// SPDX-License-Identifier: Apache-2.0
#include "node/api/docs_page.hpp"

#include <algorithm>

#include "crypto/base64.hpp"
#include "crypto/sha256.hpp"
#include "node/api/method_doc.hpp"
#include "node/api/ndjson_submit.hpp"
#include "node/api/openapi.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}"
    "h1,h2,h3{line-height:1.2}h2{margin-top:3rem}h3{margin-top:2.5rem;border-top:1px solid #ccc;"
    "padding-top:1rem}"
    "code,pre{font-family:ui-monospace,monospace;font-size:.85rem}"
    "pre{background:#f4f4f2;padding:.75rem;overflow:auto;max-height:28rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;"
    "padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ddd}"
    "summary{cursor:pointer}a{color:#0b57a4}.scope{background:#e8eef6;padding:.1rem .4rem;"
    "border-radius:.25rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}pre{background:#"
    "232323}"
    "a{color:#8ab8ff}.scope{background:#2b3a4d}td,th,h3{border-color:#444}}";

constexpr std::string_view kRefPlace = "#/components/schemas/";

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string code(std::string_view text) {
  return "<code>" + escape(text) + "</code>";
}

/// Text with `code` in it.
std::string prose(std::string_view text) {
  std::string out;
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('`'), text.size());
    out += inside ? code(text.substr(0, end)) : escape(text.substr(0, end));
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
    inside = !inside;
  }
  return out;
}

/// Every `$ref` leads to its schema on this page.
std::string json_block(const DocJson& value) {
  const std::string text = escape(value.dump(2));
  std::string out = "<pre>";
  std::size_t from = 0;
  for (std::size_t at = text.find(kRefPlace); at != text.npos; at = text.find(kRefPlace, from)) {
    const std::size_t end = text.find("&quot;", at);
    const std::string name = text.substr(at + kRefPlace.size(), end - at - kRefPlace.size());
    out += text.substr(from, at - from) + "<a href=\"#schema-" + name + "\">" + name + "</a>";
    from = end;
  }
  return out + text.substr(from) + "</pre>\n";
}

std::string folded(std::string_view title, const DocJson& value) {
  return "<details><summary>" + escape(title) + "</summary>" + json_block(value) + "</details>\n";
}

std::string scopes_line(const rpc::Method& method) {
  const std::vector<std::string> scopes = scopes_of(method);
  if (scopes.empty()) return "<p>Everybody may call it.</p>\n";
  std::string out = "<p>Wants a token with the scope ";
  for (const std::string& scope : scopes) {
    out += "<span class=\"scope\">" + escape(scope) + "</span> ";
  }
  return out + "</p>\n";
}

std::string paths_list(const rpc::Method& method, const DocJson& doc) {
  std::string out = "<ul>\n<li>" + code("POST /rpc") + " " + code(method.name) + "</li>\n";
  for (const RestRow& row : rest_table()) {
    if (row.method != method.name) continue;
    out += "<li>" + code(std::string(row.http_method) + " " + std::string(row.path));
    const DocJson example = example_of(row, doc);
    if (row.http_method == "GET" && !example.is_null()) {
      const std::string target = escape(example_target(row, example));
      out += ", such as <code>" + target + "</code>";
    }
    out += "</li>\n";
  }
  return out + "</ul>\n";
}

std::string examples_of(const rpc::Method& method, const DocJson& doc) {
  std::string out;
  for (const DocJson& example : doc.at("examples")) {
    const DocJson request = {
        {"jsonrpc", "2.0"}, {"id", 1}, {"method", method.name}, {"params", example.at("params")}};
    out += folded("Example: " + example.at("name").get<std::string>(), request);
    out += folded("Its result", example.at("result"));
  }
  return out;
}

std::string errors_row(const rpc::Method& method, const DocJson& doc) {
  std::string out = "<p>Errors:";
  for (const int number : error_codes(method, doc)) {
    out += " <a href=\"#error" + std::to_string(number) + "\">" + std::to_string(number) + "</a>";
  }
  return out + "</p>\n";
}

std::string section_of(const rpc::Method& method) {
  const DocJson doc = doc_of(method);
  return "<h3 id=\"" + escape(method.name) + "\">" + code(method.name) + " " +
         escape(doc.at("summary").get<std::string>()) + "</h3>\n<p>" +
         prose(doc.at("description").get<std::string>()) + "</p>\n" + scopes_line(method) +
         paths_list(method, doc) + folded("Params", doc.at("params")) +
         folded("Result", doc.at("result")) + examples_of(method, doc) + errors_row(method, doc);
}

std::string contents(const rpc::MethodTable& methods) {
  std::string out = "<h2>Methods</h2>\n<table>\n";
  for (const auto& [name, method] : methods.all()) {
    if (method.doc == nullptr) continue;
    out += "<tr><td><a href=\"#" + escape(name) + "\">" + code(name) + "</a></td><td>" +
           escape(doc_of(method).at("summary").get<std::string>()) + "</td></tr>\n";
  }
  return out + "</table>\n";
}

std::string resources() {
  std::string out = "<h2 id=\"resources\">Resources that are no methods</h2>\n<table>\n";
  for (const ResourceRow& row : resource_table()) {
    out += "<tr><td>" + code("GET " + std::string(row.path)) + "</td><td>" + prose(row.summary) +
           "</td><td>" + escape(row.types) + "</td></tr>\n";
  }
  return out + "</table>\n";
}

std::string errors() {
  std::string out =
      "<h2 id=\"errors\">Errors</h2>\n<table>\n<tr><th>JSON-RPC</th><th>HTTP</th><th></th></tr>\n";
  for (const ErrorDoc& error : error_docs()) {
    const std::string number = std::to_string(error.code);
    out += "<tr id=\"error" + number + "\"><td>" + number + "</td><td>" +
           std::to_string(error.http_status) + "</td><td>" + escape(error.name) + ": " +
           escape(error.meaning) + "</td></tr>\n";
  }
  return out + "</table>\n";
}

std::string schemas() {
  std::string out = "<h2 id=\"schemas\">Schemas</h2>\n";
  const DocJson components = DocJson::parse(schema_components());
  for (const auto& [name, schema] : components.items()) {
    out += "<h4 id=\"schema-" + escape(name) + "\">" + code(name) + "</h4>" + json_block(schema);
  }
  return out;
}

std::string introduction(const std::string& version) {
  return "<h1>Kedge " + escape(version) +
         "</h1>\n<p>An anchoring node for verifiable credentials. Every method is called as "
         "JSON-RPC "
         "2.0 with <code>POST /rpc</code>, or as a resource below <code>/v1</code>. For programs: "
         "<a "
         "href=\"/openrpc.json\">OpenRPC</a>, <a href=\"/openapi.json\">OpenAPI 3.1</a>.</p>\n"
         "<ul>\n<li>Params are named; null counts as absent; what is unknown is refused, and the "
         "error "
         "names it.</li>\n<li>Tokens go into <code>Authorization: Bearer</code>. Reading is "
         "open.</li>\n<li>Errors of resources are problem documents (RFC 9457); those of /rpc are "
         "JSON-RPC's, with <code>data.field</code> and <code>data.expected</code>.</li>\n"
         "<li>Reads have a strong <code>ETag</code>; <code>If-None-Match</code> gets 304. What is "
         "final "
         "may be kept for ever, and says so.</li>\n<li>Pages: <code>next</code> of an answer is "
         "the "
         "<code>cursor</code> of the next request; <code>Link</code> has its target.</li>\n"
         "<li><code>POST /v1/anchors</code> takes a stream, too: <code>" +
         std::string(kNdjsonType) + "</code>, up to " + std::to_string(kMaxNdjsonLines) +
         " items, one a line; each line has its own result, and a bad one keeps no other from "
         "being "
         "stored.</li>\n</ul>\n";
}

}  // namespace

DocsPage make_docs_page(const rpc::MethodTable& methods, const std::string& version) {
  DocsPage page;
  page.policy = "default-src 'none'; style-src 'sha256-" +
                crypto::base64_encode(crypto::sha256(as_bytes(kStyle))) +
                "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  page.html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>Kedge: the "
      "interface</title>\n<style>" +
      std::string(kStyle) + "</style>\n</head>\n<body>\n";
  page.html += introduction(version) + contents(methods);
  for (const auto& [name, method] : methods.all()) {
    if (method.doc != nullptr) page.html += section_of(method);
  }
  page.html += resources() + errors() + schemas() + "</body>\n</html>\n";
  return page;
}

}  // namespace kedge::node
