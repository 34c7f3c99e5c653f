// SPDX-License-Identifier: Apache-2.0
#include "node/cli/status_setter.hpp"

#include <charconv>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"

namespace kedge::node::cli {
namespace {

constexpr std::size_t kMaxTargets = 10'000;
constexpr unsigned kMaxPauses = 600;

void append_target(std::string& out, const StatusLine& line, StatusValue value) {
  out += "{\"";
  if (line.entry) {
    out += "list\":" + std::to_string(line.entry->list);
    out += ",\"index\":" + std::to_string(line.entry->index);
  } else {
    out += "digest\":\"";
    crypto::append_hex(out, line.digest);
    out += '"';
  }
  out.append(",\"value\":\"").append(status_name(line.value.value_or(value))).append("\"}");
}

/// The number in `targets[17]` or `targets[17].value`.
std::optional<std::size_t> refused_target(const Error& error, std::size_t count) {
  constexpr std::string_view kHead = "targets[";
  const std::string_view field = error.field;
  if (!field.starts_with(kHead)) return std::nullopt;
  std::size_t number = 0;
  const char* end = field.data() + field.size();
  const auto parsed = std::from_chars(field.data() + kHead.size(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != ']' || number >= count) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

Result<std::string> StatusSetter::call_patiently(const std::string& params) {
  for (unsigned attempt = 0;; ++attempt) {
    auto answer = client_.call("status_set", params);
    if (answer || answer.error().code != Errc::too_busy || attempt == kMaxPauses) return answer;
    if (!pause_(1)) return answer;
  }
}

Status StatusSetter::note_answer(const std::string& answer, const std::vector<std::size_t>& numbers,
                                 std::vector<StatusOutcome>& outcomes) {
  const auto json = crypto::parse_json(answer);
  const Error wrong{Errc::unavailable, "the node has answered with something else than statuses"};
  if (!json || !json->is_object()) return wrong;
  const auto targets = json->find("targets");
  if (targets == json->end() || !targets->is_array() || targets->size() != numbers.size()) {
    return wrong;
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const nlohmann::json& target = (*targets)[i];
    if (!target.is_object()) return wrong;
    const auto value = target.find("value");
    const auto changed = target.find("changed");
    if (value == target.end() || !value->is_string() || changed == target.end() ||
        !changed->is_boolean()) {
      return wrong;
    }
    StatusOutcome& outcome = outcomes[numbers[i]];
    outcome.value = value->get<std::string>();
    const bool now = changed->get<bool>();
    outcome.kind = now ? StatusOutcome::Kind::changed : StatusOutcome::Kind::unchanged;
    (now ? counts_.changed : counts_.unchanged) += 1;
  }
  return {};
}

Status StatusSetter::set_chunk(std::span<const StatusLine> lines, std::vector<std::size_t> numbers,
                               StatusValue value, StatusReason reason,
                               std::vector<StatusOutcome>& outcomes) {
  while (!numbers.empty()) {
    std::string params = "{\"reason\":\"" + std::string(reason_name(reason)) + "\",\"targets\":[";
    for (const std::size_t number : numbers) {
      if (params.back() != '[') params += ',';
      append_target(params, lines[number], value);
    }
    params += "]}";
    const auto answer = call_patiently(params);
    ++counts_.calls;
    if (answer) return note_answer(*answer, numbers, outcomes);
    const auto refused = refused_target(answer.error(), numbers.size());
    if (!refused) return answer.error();
    StatusOutcome& outcome = outcomes[numbers[*refused]];
    outcome.kind = StatusOutcome::Kind::refused;
    outcome.why = answer.error().message;
    if (++counts_.refused > kMaxRefused) {
      return invalid_argument("more than " + std::to_string(kMaxRefused) + " lines were refused");
    }
    numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(*refused));
  }
  return {};
}

Status StatusSetter::set(std::span<const StatusLine> lines, StatusValue value, StatusReason reason,
                         std::vector<StatusOutcome>& outcomes, const Progress& progress) {
  outcomes.assign(lines.size(), {});
  // A call has one reason; within it the order of the lines is kept.
  std::map<StatusReason, std::vector<std::size_t>> by_reason;
  std::uint64_t done = 0;
  const auto flush = [&](StatusReason of, std::vector<std::size_t>& numbers) -> Status {
    const std::size_t count = numbers.size();
    Status status = set_chunk(lines, std::exchange(numbers, {}), value, of, outcomes);
    done += count;
    if (status) progress(done);
    return status;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const StatusReason of = lines[i].reason.value_or(reason);
    std::vector<std::size_t>& numbers = by_reason[of];
    numbers.push_back(i);
    if (numbers.size() < kMaxTargets) continue;
    if (Status status = flush(of, numbers); !status) return status;
  }
  for (auto& [of, numbers] : by_reason) {
    if (numbers.empty()) continue;
    if (Status status = flush(of, numbers); !status) return status;
  }
  return {};
}

}  // namespace kedge::node::cli
