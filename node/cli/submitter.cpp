// SPDX-License-Identifier: Apache-2.0
#include "node/cli/submitter.hpp"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "node/anchoring/submission.hpp"
#include "node/proof/credential_state.hpp"

namespace kedge::node::cli {
namespace {

/// One wait of the server; longer waits are several.
constexpr std::uint64_t kWaitMs = 10'000;
constexpr unsigned kMaxPauses = 60;

void append_item(std::string& out, const ManifestLine& line) {
  out += "{\"profile\":\"";
  out += crypto::profile_name(line.profile);
  out += "\",\"digest\":\"";
  crypto::append_hex(out, line.digest);
  out += "\"}";
}

Error strange_answer(const std::string& what) {
  return {Errc::unavailable, "the node's answer is not what was expected: " + what};
}

/// The array `items` of an answer, of the expected length.
Result<nlohmann::json> items_of(const std::string& answer, std::size_t expected) {
  const crypto::JsonLimits limits{.max_bytes = std::size_t{64} << 20};
  auto json = crypto::parse_json(answer, limits);
  if (!json) return strange_answer(json.error().message);
  const auto items = json->find("items");
  if (items == json->end() || !items->is_array() || items->size() != expected) {
    return strange_answer("no list of " + std::to_string(expected) + " items");
  }
  return std::move(*items);
}

/// Notes what the node says about one line; answers whether it had it before.
Result<bool> read_item(const nlohmann::json& item, ManifestLine& line) {
  const auto digest = item.find("digest");
  const auto position = item.find("position");
  const auto state = item.find("state");
  const auto duplicate = item.find("duplicate");
  if (digest == item.end() || *digest != crypto::to_hex(line.digest)) {
    return strange_answer("items in another order");
  }
  if (position == item.end() || !position->is_number_unsigned() || state == item.end() ||
      !state->is_string() || !state_from_name(state->get<std::string>()) ||
      duplicate == item.end() || !duplicate->is_boolean()) {
    return strange_answer(item.dump());
  }
  line.position = position->get<std::uint64_t>();
  line.state = state->get<std::string>();
  return duplicate->get<bool>();
}

}  // namespace

bool has_come_to(const std::string& state, const std::string& wanted) {
  const auto at = state_from_name(state);
  const auto to = state_from_name(wanted);
  return at && to && *at >= *to;
}

Submitter::Submitter(rpc::Client& client, std::function<bool(unsigned seconds)> pause)
    : client_(client), pause_(std::move(pause)) {}

Result<std::string> Submitter::call_patiently(const std::string& method,
                                              const std::string& params) {
  for (unsigned attempt = 0;; ++attempt) {
    auto answer = client_.call(method, params);
    if (answer || answer.error().code != Errc::too_busy || attempt == kMaxPauses) return answer;
    if (!pause_(1)) return answer;
  }
}

Status Submitter::submit_call(std::span<ManifestLine> lines) {
  std::string params = "{\"items\":[";
  for (const ManifestLine& line : lines) {
    if (params.back() != '[') params += ',';
    append_item(params, line);
  }
  params += "]}";
  const auto answer = call_patiently("anchor_submit", params);
  if (!answer) return answer.error();
  const auto items = items_of(*answer, lines.size());
  if (!items) return items.error();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto duplicate = read_item((*items)[i], lines[i]);
    if (!duplicate) return duplicate.error();
    counts_.duplicates += *duplicate ? 1U : 0U;
  }
  counts_.answered += lines.size();
  ++counts_.calls;
  return {};
}

Status Submitter::submit(std::vector<ManifestLine>& lines, const Progress& progress) {
  const std::span<ManifestLine> all(lines);
  for (std::size_t first = 0; first < all.size(); first += kMaxSubmitItems) {
    const std::size_t count = std::min(kMaxSubmitItems, all.size() - first);
    const Status done = submit_call(all.subspan(first, count));
    if (!done) return done;
    if (!progress(counts_.answered) && first + count < all.size()) {
      return Error{Errc::unavailable, "interrupted"};
    }
  }
  return {};
}

Status Submitter::wait(std::vector<ManifestLine>& lines, const std::string& state,
                       std::uint64_t seconds) {
  // Everything before a position is at least as far, so the last one speaks for all.
  const auto last = std::max_element(
      lines.begin(), lines.end(),
      [](const ManifestLine& a, const ManifestLine& b) { return a.position < b.position; });
  if (last == lines.end()) return {};
  std::string params = "{\"items\":[";
  append_item(params, *last);
  params += "],\"wait\":\"" + state + "\",\"timeout_ms\":" + std::to_string(kWaitMs) + "}";

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!has_come_to(last->state, state)) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return Error{Errc::unavailable,
                   "still " + last->state + " after " + std::to_string(seconds) + " s"};
    }
    const auto answer = call_patiently("anchor_submit", params);
    if (!answer) return answer.error();
    const auto items = items_of(*answer, 1);
    if (!items) return items.error();
    const auto read = read_item((*items)[0], *last);
    if (!read) return read.error();
  }
  for (ManifestLine& line : lines) {
    if (!has_come_to(line.state, last->state)) line.state = last->state;
  }
  return {};
}

}  // namespace kedge::node::cli
