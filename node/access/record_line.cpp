// SPDX-License-Identifier: Apache-2.0
#include "node/access/record_line.hpp"

#include <algorithm>
#include <tuple>

#include "crypto/rfc3339.hpp"
#include "rpc/json_text.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMaxText = 8192;
constexpr std::uint64_t kMaxNumber = ~std::uint64_t{0};

std::uint64_t read_time(rpc::Params& params, std::string_view name, const std::string& text) {
  const auto time = crypto::parse_rfc3339(text);
  if (time) return *time;
  params.fail(name, "a time such as 2026-01-31T08:05:09.042Z");
  return 0;
}

}  // namespace

ChainFormat record_format(std::string_view origin) {
  // Many wait for one sync; what is cut off after a power cut is bounded all the same.
  return {.name = "kedge-record/1 " + std::string(origin), .append_lines = 64};
}

std::string record_issuer_name(std::string_view origin) {
  return "urn:kedge:record:" + std::string(origin);
}

bool same_kind(const RecordEvent& a, const RecordEvent& b) {
  return std::tie(a.actor, a.issuer, a.action, a.result) ==
         std::tie(b.actor, b.issuer, b.action, b.result);
}

void merge_event(RecordEvent& event, const RecordEvent& later) {
  event.until_ms = std::max(event.until_ms, later.until_ms);
  event.time_ms = std::min(event.time_ms, later.time_ms);
  event.calls += later.calls;
  event.items += later.items;
  if (!later.first) return;
  event.first = event.first ? std::min(*event.first, *later.first) : later.first;
  event.last = event.last ? std::max(*event.last, *later.last) : later.last;
}

std::string format_record_line(std::uint64_t number, const RecordEvent& event) {
  std::string out;
  rpc::JsonWriter json(out);
  json.begin_object().number("n", number).time("time", event.time_ms);
  if (event.until_ms != event.time_ms) json.time("until", event.until_ms);
  json.string("actor", event.actor)
      .string("issuer", event.issuer)
      .string("action", event.action)
      .string("result", event.result)
      .number("calls", event.calls)
      .number("items", event.items);
  if (event.first) json.number("first", *event.first);
  if (event.last) json.number("last", *event.last);
  json.end_object();
  return out;
}

Result<RecordEvent> parse_record_line(std::uint64_t number, std::string_view body) {
  if (const Status json = rpc::check_json(body, 1); !json) return json.error();
  rpc::Params params(body);
  RecordEvent event;
  if (params.integer("n", 0, kMaxNumber) != number) {
    params.fail("n", "the number of the line, " + std::to_string(number));
  }
  event.time_ms = read_time(params, "time", params.string("time", kMaxText));
  event.until_ms = event.time_ms;
  if (const auto until = params.optional_string("until", kMaxText)) {
    event.until_ms = read_time(params, "until", *until);
  }
  event.actor = params.string("actor", kMaxText);
  event.issuer = params.string("issuer", kMaxText);
  event.action = params.string("action", kMaxText);
  event.result = params.string("result", kMaxText);
  event.calls = params.integer("calls", 1, kMaxNumber);
  event.items = params.integer("items", 0, kMaxNumber);
  event.first = params.optional_integer("first", 0, kMaxNumber);
  event.last = params.optional_integer("last", 0, kMaxNumber);
  if (const Status done = params.finish(); !done) return done.error();
  if (format_record_line(number, event) != body) {
    return invalid_argument("it would be written otherwise");
  }
  return event;
}

}  // namespace kedge::node
