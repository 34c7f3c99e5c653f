// SPDX-License-Identifier: Apache-2.0
#include "rpc/envelope.hpp"

#include "rpc/json_text.hpp"

namespace kedge::rpc {
namespace {

std::string at(std::size_t index, bool batch, std::string_view member) {
  std::string path = batch ? "[" + std::to_string(index) + "]" : std::string();
  if (!path.empty() && !member.empty()) path += '.';
  return path.append(member);
}

bool whole_number(std::string_view text) {
  return text.find_first_of(".eE") == std::string_view::npos;
}

Entry parse_entry(std::string_view text, std::size_t index, bool batch) {
  if (kind_of(text) != JsonKind::object) {
    return BadCall{invalid_request(at(index, batch, {}), "expected a request object")};
  }
  Call call;
  call.params = "{}";
  bool has_version = false;
  bool has_method = false;
  std::string_view bad;
  std::string expected;
  const auto refuse = [&](std::string_view member, std::string what) {
    if (!expected.empty()) return;
    bad = member;
    expected = std::move(what);
  };
  const Members members = object_members(text);
  for (const auto& [name, value] : members) {
    const JsonKind kind = kind_of(value);
    if (name == "jsonrpc") {
      has_version = kind == JsonKind::string && string_value(value) == "2.0";
      if (!has_version) refuse("jsonrpc", "expected \"2.0\"");
    } else if (name == "method") {
      has_method = kind == JsonKind::string;
      if (has_method) {
        call.method = string_value(value);
      } else {
        refuse("method", "expected a string");
      }
    } else if (name == "params") {
      if (kind != JsonKind::object && kind != JsonKind::array) {
        refuse("params", "expected an object");
      } else if (kind == JsonKind::object || !array_elements(value).empty()) {
        call.params = value;
      }
    } else if (name == "id") {
      if (kind == JsonKind::string || kind == JsonKind::null ||
          (kind == JsonKind::number && whole_number(value))) {
        call.id = value;
      } else {
        refuse("id", "expected a string, a whole number or null");
      }
    } else {
      refuse(name, "unknown member: a request has jsonrpc, method, params and id");
    }
  }
  if (!has_version) refuse("jsonrpc", "expected \"2.0\"");
  if (!has_method) refuse("method", "expected a string");
  if (!expected.empty()) {
    BadCall answer{invalid_request(at(index, batch, bad), std::move(expected))};
    if (!call.notification()) answer.id = call.id;
    return answer;
  }
  return call;
}

BadCall refused(std::string expected) {
  return {invalid_request({}, std::move(expected))};
}

}  // namespace

std::variant<Envelope, BadCall> parse_envelope(std::string_view body, std::size_t max_depth,
                                               std::size_t max_entries) {
  if (const Status status = check_json(body, max_depth); !status) {
    return BadCall{parse_error(status.error())};
  }
  const JsonKind kind = kind_of(body);
  Envelope envelope;
  if (kind == JsonKind::object) {
    Entry entry = parse_entry(body, 0, false);
    if (auto* bad = std::get_if<BadCall>(&entry)) return std::move(*bad);
    envelope.entries.push_back(std::move(entry));
    return envelope;
  }
  if (kind != JsonKind::array) return refused("expected a request object or a batch of them");
  const std::vector<std::string_view> elements = array_elements(body);
  if (elements.empty()) return refused("expected at least one request in a batch");
  if (elements.size() > max_entries) {
    return refused("expected at most " + std::to_string(max_entries) +
                   " requests in a batch, got " + std::to_string(elements.size()));
  }
  envelope.batch = true;
  envelope.entries.reserve(elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    envelope.entries.push_back(parse_entry(elements[i], i, true));
  }
  return envelope;
}

void begin_result(std::string& out, std::string_view id) {
  out.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"result":)");
}

void append_result(std::string& out, std::string_view id, std::string_view result) {
  begin_result(out, id);
  out.append(result).append("}");
}

void append_error(std::string& out, std::string_view id, const WireError& error) {
  out.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"error":)");
  append_error_object(out, error);
  out.append("}");
}

void append_error_object(std::string& out, const WireError& error) {
  out.append(R"({"code":)").append(std::to_string(error.code)).append(R"(,"message":)");
  append_json_string(out, error.message);
  if (error.retry_after != 0) {
    out.append(R"(,"data":{"retry_after":)").append(std::to_string(error.retry_after)).append("}");
  } else if (!error.expected.empty()) {
    out.append(R"(,"data":{"field":)");
    append_json_string(out, error.field);
    out.append(R"(,"expected":)");
    append_json_string(out, error.expected);
    out.append("}");
  }
  out.append("}");
}

std::string format_call(std::uint64_t id, std::string_view method, std::string_view params) {
  std::string out = R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":)";
  append_json_string(out, method);
  out.append(R"(,"params":)").append(params).append("}");
  return out;
}

}  // namespace kedge::rpc
