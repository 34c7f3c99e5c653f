// SPDX-License-Identifier: Apache-2.0
// The JSON-RPC envelope and the JSON check beneath it, against the parser of crypto.
#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "rpc/envelope.hpp"
#include "rpc/json_text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using fuzz::check;

namespace {

constexpr std::size_t kDepth = 16;

/// Cuts a checked text into its parts and compares each with the parsed value.
void cut(std::string_view text, const nlohmann::json& value) {
  switch (rpc::kind_of(text)) {
    case rpc::JsonKind::object: {
      const auto members = rpc::object_members(text);
      check(value.is_object() && members.size() == value.size(), "all members are cut");
      for (const auto& member : members) {
        check(value.contains(member.name), "names are decoded");
        cut(member.value, value[member.name]);
      }
      return;
    }
    case rpc::JsonKind::array: {
      const auto elements = rpc::array_elements(text);
      check(value.is_array() && elements.size() == value.size(), "all elements are cut");
      for (std::size_t i = 0; i < elements.size(); ++i) cut(elements[i], value[i]);
      return;
    }
    case rpc::JsonKind::string: {
      const std::string decoded = rpc::string_value(text);
      check(value.is_string() && decoded == value.get<std::string>(), "strings are decoded");
      std::string again;
      rpc::append_json_string(again, decoded);
      check(nlohmann::json::parse(again) == value, "strings are written");
      return;
    }
    case rpc::JsonKind::number:
      return check(value.is_number(), "a number is a number");
    case rpc::JsonKind::boolean:
      return check(value.is_boolean(), "a boolean is a boolean");
    case rpc::JsonKind::null:
      return check(value.is_null(), "null is null");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = fuzz::text_of(data, size);
  const auto parsed = crypto::parse_json(body, {.max_bytes = 1 << 20, .max_depth = kDepth});
  const bool accepted = rpc::check_json(body, kDepth).has_value();
  check(accepted == parsed.has_value(), "both JSON checks agree");
  if (accepted) cut(body, *parsed);

  const auto outcome = rpc::parse_envelope(body, kDepth, 10);
  if (const auto* envelope = std::get_if<rpc::Envelope>(&outcome)) {
    check(accepted, "an envelope is strict JSON");
    check(!envelope->entries.empty() && envelope->entries.size() <= 10, "entries are bounded");
    for (const auto& entry : envelope->entries) {
      const auto* call = std::get_if<rpc::Call>(&entry);
      if (call != nullptr) {
        check(rpc::check_json(call->params, kDepth).has_value(), "params are JSON");
        check(call->notification() || rpc::check_json(call->id, kDepth).has_value(),
              "ids are JSON");
      }
    }
  }
  return 0;
}
