// SPDX-License-Identifier: Apache-2.0
#include "node/api/ndjson_submit.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "crypto/digest_profile.hpp"
#include "crypto/hex.hpp"
#include "node/api/rest.hpp"
#include "node/api/submit_request.hpp"
#include "rpc/json_text.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node {
namespace {

/// As everywhere: rpc::Limits::max_json_depth.
constexpr std::size_t kMaxDepth = 64;
/// In front of the path of a field of the one item of a line.
constexpr std::string_view kItem = "items[0]";

struct Line {
  std::size_t number = 0;
  /// What is wrong with it; else it is the next item of its group.
  std::optional<rpc::WireError> error = {};
};

struct Stream {
  std::vector<Line> lines;
  /// Good lines a call.
  std::vector<std::size_t> groups;
};

/// What a call says besides its items: `,"wait":"sealed"`.
Result<std::string> read_options(std::string_view query) {
  const auto fields = rpc::parse_query(query);
  if (!fields) return fields.error();
  std::string options;
  for (const auto& [name, value] : *fields) {
    if (name == "wait") {
      options += ",\"wait\":";
      rpc::append_json_string(options, value);
    } else if (name == "timeout_ms") {
      const bool digits =
          !value.empty() && value.size() <= 9 &&
          std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!digits) return invalid_argument("expected a whole number", name);
      options += ",\"timeout_ms\":" + std::to_string(std::stoul(value));
    } else {
      return invalid_argument("unknown field; known: wait, timeout_ms", rpc::shown_name(name));
    }
  }
  // What is wrong with them is said before anything is stored.
  const std::string zeros(2 * sizeof(Hash), '0');
  const auto sample = api::parse_submit_call(R"({"items":[{"profile":"external","digest":")" +
                                             zeros + "\"}]" + options + "}");
  if (!sample) return sample.error();
  return options;
}

/// The one item of a line, hashed: only digests go on.
Result<SubmitItem> read_line(std::string_view line) {
  if (const Status checked = rpc::check_json(line, kMaxDepth); !checked) return checked.error();
  std::string call = R"({"items":[)";
  call.append(line).append("]}");
  Result<api::SubmitCall> parsed = api::parse_submit_call(call);
  if (parsed) return parsed->items.front();
  Error error = std::move(parsed).error();
  if (error.field.starts_with(kItem)) error.field.erase(0, kItem.size());
  if (error.field.starts_with('.')) error.field.erase(0, 1);
  return error;
}

void append_item(std::string& out, const SubmitItem& item) {
  rpc::JsonWriter(out)
      .begin_object()
      .string("profile", crypto::profile_name(item.profile))
      .hash("digest", item.digest)
      .end_object();
}

/// Nothing if there are too many lines.
std::optional<Stream> read_stream(std::string_view body, const std::string& options,
                                  rpc::RouteCalls& calls) {
  Stream stream;
  std::size_t number = 0;
  std::string items;
  std::size_t count = 0;
  const auto end_group = [&] {
    calls.push_back({"anchor_submit", R"({"items":[)" + items + "]" + options + "}"});
    stream.groups.push_back(count);
    items.clear();
    count = 0;
  };
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    const std::string_view line = rpc::trim_json(body.substr(0, end));
    body.remove_prefix(std::min(end + 1, body.size()));
    ++number;
    if (line.empty()) continue;
    if (stream.lines.size() == kMaxNdjsonLines) return std::nullopt;
    const Result<SubmitItem> item = read_line(line);
    if (!item) {
      stream.lines.push_back({number, rpc::to_wire(item.error())});
      continue;
    }
    stream.lines.push_back({number});
    if (count != 0) items += ',';
    append_item(items, *item);
    if (++count == kMaxSubmitItems) end_group();
  }
  // Without a good line, too, somebody has to say whether the sender may send any.
  if (count != 0 || calls.empty()) end_group();
  return stream;
}

/// An error that says nothing about the items.
bool concerns_all(const rpc::CallOutcome& outcome) {
  const auto* error = std::get_if<rpc::WireError>(&outcome);
  return error != nullptr && rpc::resource_status(*error) != 400;
}

void append_error(std::string& out, std::size_t line, const rpc::WireError& error) {
  rpc::JsonWriter json(out);
  json.begin_object()
      .number("line", line)
      .begin_object("error")
      .number("status", rpc::resource_status(error))
      .string("detail", error.message)
      .raw("code", std::to_string(error.code));
  if (!error.field.empty()) json.string("field", error.field);
  if (!error.expected.empty()) json.string("expected", error.expected);
  json.end_object().end_object();
  out += '\n';
}

/// `{"line":N,` in front of what the method has answered of the item.
void append_result(std::string& out, std::size_t line, std::string_view item) {
  out.append(R"({"line":)").append(std::to_string(line)).append(",");
  out.append(item.substr(1)).append("\n");
}

/// The answers of one call, or its error.
struct Group {
  const rpc::WireError* error = nullptr;
  std::vector<std::string_view> items;
};

Group open_group(const rpc::CallOutcome& outcome) {
  Group group;
  group.error = std::get_if<rpc::WireError>(&outcome);
  if (group.error != nullptr) return group;
  const auto members = rpc::object_members(std::get<std::string>(outcome));
  group.items = rpc::array_elements(members.at(0).value);
  return group;
}

rpc::HttpResponse answer_lines(const Stream& stream,
                               const std::vector<rpc::CallOutcome>& outcomes) {
  if (std::all_of(outcomes.begin(), outcomes.end(), concerns_all)) {
    return rpc::problem(std::get<rpc::WireError>(outcomes.at(0)));
  }
  rpc::HttpResponse response;
  response.content_type = kNdjsonType;
  response.headers.emplace_back("Cache-Control", "no-store");
  std::size_t next = 0;
  std::size_t used = 0;
  Group group = open_group(outcomes.at(0));
  for (const Line& line : stream.lines) {
    if (line.error) {
      append_error(response.body, line.number, *line.error);
      continue;
    }
    if (used == stream.groups.at(next)) {
      group = open_group(outcomes.at(++next));
      used = 0;
    }
    if (group.error != nullptr) {
      append_error(response.body, line.number, *group.error);
    } else {
      append_result(response.body, line.number, group.items.at(used));
    }
    ++used;
  }
  return response;
}

}  // namespace

std::variant<rpc::RoutePlan, rpc::HttpResponse> plan_ndjson(const rpc::HttpRequest& request) {
  constexpr std::array<std::string_view, 1> kTypes = {kNdjsonType};
  if (auto refused = refuse_media(request, kTypes, kTypes)) return *std::move(refused);
  const Result<std::string> options = read_options(request.query);
  if (!options) return rpc::error_response(options.error());
  rpc::RoutePlan plan;
  auto stream = read_stream(request.body, *options, plan.calls);
  if (!stream) {
    return rpc::problem(413, {}, {},
                        "body: expected at most " + std::to_string(kMaxNdjsonLines) + " lines");
  }
  const auto kept = std::make_shared<const Stream>(*std::move(stream));
  plan.answer = [kept](const rpc::HttpRequest&, std::vector<rpc::CallOutcome> outcomes) {
    return answer_lines(*kept, outcomes);
  };
  return plan;
}

}  // namespace kedge::node
