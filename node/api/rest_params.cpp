// SPDX-License-Identifier: Apache-2.0
#include "node/api/rest_params.hpp"

#include <algorithm>

#include "crypto/base64.hpp"
#include "node/api/method_doc.hpp"
#include "node/api/openrpc.hpp"
#include "rpc/json_text.hpp"

namespace kedge::node {
namespace {

/// In front of what a cursor says, so that one of another version is refused.
constexpr std::uint8_t kCursorVersion = 1;
/// No 64-bit number has more digits.
constexpr std::size_t kMaxDigits = 20;

bool is_number(std::string_view text) {
  if (text.empty() || text.size() > kMaxDigits || (text.size() > 1 && text.front() == '0')) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void append_member(std::string& out, std::string_view name, std::string_view json) {
  if (out.size() > 1) out += ',';
  rpc::append_json_string(out, name);
  out += ':';
  out += json;
}

}  // namespace

RestParams::RestParams(const RestRow& row) : row_(row) {
  const DocJson doc = DocJson::parse(method_doc(row.method).text);
  const DocJson shared = DocJson::parse(schema_components());
  for (const auto& [name, property] : doc.at("params").at("properties").items()) {
    const DocJson* schema = &property;
    while (schema->contains("$ref")) {
      const auto target = schema->at("$ref").get<std::string>();
      schema = &shared.at(target.substr(target.rfind('/') + 1));
    }
    const std::string type = schema->value("type", "string");
    kinds_[name] = type == "integer"   ? Kind::integer
                   : type == "boolean" ? Kind::boolean
                                       : Kind::text;
  }
}

Result<std::string> RestParams::value_of(std::string_view name, std::string_view text) const {
  const auto kind = kinds_.find(name);
  if (kind != kinds_.end() && kind->second == Kind::integer) {
    if (is_number(text)) return std::string(text);
    return invalid_argument("expected a whole number", std::string(name));
  }
  if (kind != kinds_.end() && kind->second == Kind::boolean) {
    if (text == "true" || text == "false") return std::string(text);
    return invalid_argument("expected true or false", std::string(name));
  }
  std::string quoted;
  rpc::append_json_string(quoted, text);
  return quoted;
}

Status RestParams::add(std::string& out, std::string_view name, std::string_view text) const {
  const Result<std::string> value = value_of(name, text);
  if (!value) return value.error();
  append_member(out, name, *value);
  return {};
}

Status RestParams::add_path(std::string& out, std::string_view path) const {
  std::string_view rest = row_.path;
  for (std::size_t open = rest.find('{'); open != rest.npos; open = rest.find('{')) {
    const std::size_t close = rest.find('}');
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const auto text = rpc::percent_decode(rpc::path_segment(row_.path, path, name), name);
    if (!text) return text.error();
    if (Status added = add(out, name, *text); !added) return added;
    rest.remove_prefix(close + 1);
  }
  return {};
}

Status RestParams::add_query(std::string& out, std::string_view query) const {
  const Result<rpc::HeaderList> fields = rpc::parse_query(query);
  if (!fields) return fields.error();
  const bool pages = !row_.items.empty();
  for (const auto& [name, value] : *fields) {
    const std::string in_path = "{" + name + "}";
    const bool elsewhere =
        row_.path.find(in_path) != row_.path.npos ||
        std::find(row_.without.begin(), row_.without.end(), name) != row_.without.end();
    if (elsewhere) return invalid_argument("expected no such parameter with this path", name);
    if (name == "cursor" && pages) {
      const bool twice = std::any_of(fields->begin(), fields->end(),
                                     [](const auto& field) { return field.first == "start"; });
      if (twice) return invalid_argument("expected either cursor or start", name);
      const Result<std::uint64_t> start = read_cursor(value);
      if (!start) return start.error();
      append_member(out, "start", std::to_string(*start));
      continue;
    }
    if (Status added = add(out, name, value); !added) return added;
  }
  return {};
}

Result<std::string> RestParams::of(const rpc::HttpRequest& request) const {
  if (row_.http_method == "POST") {
    if (!request.query.empty()) return invalid_argument("expected none", "query");
    return request.body.empty() ? std::string("{}") : std::string(request.body);
  }
  std::string out = "{";
  out += row_.fixed;
  if (Status added = add_path(out, request.path); !added) return added.error();
  if (Status added = add_query(out, request.query); !added) return added.error();
  out += '}';
  return out;
}

std::string make_cursor(std::uint64_t start) {
  Bytes octets = {kCursorVersion};
  for (int shift = 56; shift >= 0; shift -= 8) {
    octets.push_back(static_cast<std::uint8_t>(start >> static_cast<unsigned>(shift)));
  }
  return crypto::base64url_encode(octets);
}

Result<std::uint64_t> read_cursor(std::string_view cursor) {
  const Result<Bytes> octets = crypto::base64url_decode(cursor);
  if (!octets || octets->size() != 1 + sizeof(std::uint64_t) || octets->front() != kCursorVersion) {
    return invalid_argument("expected the next of an earlier answer, unchanged", "cursor");
  }
  std::uint64_t start = 0;
  for (std::size_t i = 1; i < octets->size(); ++i) start = start << 8U | (*octets)[i];
  return start;
}

}  // namespace kedge::node
