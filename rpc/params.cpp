// SPDX-License-Identifier: Apache-2.0
#include "rpc/params.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"

namespace kedge::rpc {
namespace {

constexpr std::string_view kHashForm = "64 lower-case hex characters";

std::string quoted_list(std::initializer_list<std::string_view> choices) {
  std::string out;
  for (const std::string_view choice : choices) {
    if (!out.empty()) out += ", ";
    out.append("\"").append(choice).append("\"");
  }
  return out;
}

}  // namespace

std::string shown_name(std::string_view name) {
  constexpr std::size_t kMax = 80;
  // A name without characters is one, too.
  if (name.empty()) return "\"\"";
  if (name.size() <= kMax) return std::string(name);
  std::size_t end = kMax;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return std::string(name.substr(0, end)) + "...";
}

struct Params::State {
  std::optional<Error> error;

  void fail(std::string field, std::string expected) {
    if (!error) error = invalid_argument("expected " + expected, std::move(field));
  }
};

Params::Params(std::string_view text) : Params(std::make_shared<State>(), {}, text) {}

Params::Params(std::shared_ptr<State> state, std::string path, std::string_view text)
    : state_(std::move(state)), path_(std::move(path)) {
  if (text.empty()) return;
  if (kind_of(text) != JsonKind::object) {
    state_->fail(path_.empty() ? "params" : path_, "an object of named fields");
    return;
  }
  members_ = object_members(text);
  taken_.resize(members_.size());
}

std::string Params::path_of(std::string_view name) const {
  std::string path = path_;
  if (!path.empty() && !name.empty()) path += '.';
  return path.append(name);
}

bool Params::has(std::string_view name) const {
  const auto it = std::ranges::find(members_, name, &Member::name);
  return it != members_.end() && kind_of(it->value) != JsonKind::null;
}

std::optional<std::string_view> Params::take(std::string_view name) {
  asked_.emplace_back(name);
  const auto it = std::ranges::find(members_, name, &Member::name);
  if (it == members_.end()) return std::nullopt;
  taken_[static_cast<std::size_t>(it - members_.begin())] = true;
  if (kind_of(it->value) == JsonKind::null) return std::nullopt;
  return it->value;
}

std::optional<std::string_view> Params::take_kind(std::string_view name, JsonKind kind) {
  const auto text = take(name);
  if (text && kind_of(*text) != kind) {
    state_->fail(path_of(name), std::string(kind_name(kind)));
    return std::nullopt;
  }
  return text;
}

void Params::need(std::string_view name, bool there, std::string_view expected) {
  if (!there) state_->fail(path_of(name), std::string(expected));
}

Hash Params::hash(std::string_view name) {
  const auto value = optional_hash(name);
  need(name, value.has_value(), kHashForm);
  return value.value_or(Hash{});
}

std::optional<Hash> Params::optional_hash(std::string_view name) {
  const auto text = take(name);
  if (!text) return std::nullopt;
  if (kind_of(*text) == JsonKind::string) {
    const Result<Hash> hash = crypto::hash_from_hex(string_value(*text));
    if (hash) return *hash;
  }
  state_->fail(path_of(name), std::string(kHashForm));
  return std::nullopt;
}

std::uint64_t Params::integer(std::string_view name, std::uint64_t min, std::uint64_t max) {
  const auto value = optional_integer(name, min, max);
  need(name, value.has_value(), "a whole number");
  return value.value_or(min);
}

std::optional<std::uint64_t> Params::optional_integer(std::string_view name, std::uint64_t min,
                                                      std::uint64_t max) {
  const auto text = take(name);
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error == std::errc() && stop == end && value >= min && value <= max) return value;
  state_->fail(path_of(name),
               "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::string Params::string(std::string_view name, std::size_t max) {
  auto value = optional_string(name, max);
  need(name, value.has_value(), "a string");
  return value ? std::move(*value) : std::string();
}

std::optional<std::string> Params::optional_string(std::string_view name, std::size_t max) {
  const auto text = take_kind(name, JsonKind::string);
  if (!text) return std::nullopt;
  std::string value = string_value(*text);
  if (value.size() <= max) return value;
  state_->fail(path_of(name), "a string of at most " + std::to_string(max) + " octets");
  return std::nullopt;
}

Bytes Params::base64(std::string_view name, std::size_t max_bytes) {
  const std::string text = string(name, (max_bytes + 2) / 3 * 4);
  Result<Bytes> bytes = crypto::base64_decode(text);
  if (!bytes || bytes->size() > max_bytes) {
    state_->fail(path_of(name), "standard base64 with padding of at most " +
                                    std::to_string(max_bytes) + " octets");
    return {};
  }
  return std::move(*bytes);
}

std::optional<bool> Params::optional_boolean(std::string_view name) {
  const auto text = take_kind(name, JsonKind::boolean);
  if (!text) return std::nullopt;
  return text->front() == 't';
}

std::size_t Params::choice(std::string_view name, std::initializer_list<std::string_view> choices) {
  const auto index = optional_choice(name, choices);
  need(name, index.has_value(), "one of " + quoted_list(choices));
  return index.value_or(0);
}

std::optional<std::size_t> Params::optional_choice(
    std::string_view name, std::initializer_list<std::string_view> choices) {
  const auto text = take(name);
  if (!text) return std::nullopt;
  if (kind_of(*text) == JsonKind::string) {
    const auto it = std::ranges::find(choices, string_value(*text));
    if (it != choices.end()) return static_cast<std::size_t>(it - choices.begin());
  }
  state_->fail(path_of(name), "one of " + quoted_list(choices));
  return std::nullopt;
}

std::string_view Params::object_text(std::string_view name) {
  const auto text = take_kind(name, JsonKind::object);
  need(name, text.has_value(), kind_name(JsonKind::object));
  return text.value_or(std::string_view());
}

std::optional<std::string_view> Params::optional_text(std::string_view name) {
  return take(name);
}

Params Params::object(std::string_view name) {
  const std::string_view text = object_text(name);
  return {state_, path_of(name), text};
}

std::vector<std::string_view> Params::array(std::string_view name, std::size_t max) {
  const auto text = take_kind(name, JsonKind::array);
  need(name, text.has_value(), kind_name(JsonKind::array));
  if (!text) return {};
  std::vector<std::string_view> elements = array_elements(*text);
  if (elements.size() <= max) return elements;
  state_->fail(path_of(name), "an array of at most " + std::to_string(max) + " elements");
  return {};
}

void Params::fail(std::string_view name, std::string expected) {
  state_->fail(path_of(name), std::move(expected));
}

Status Params::finish() {
  const auto unknown = std::ranges::find(taken_, false);
  if (!state_->error && unknown != taken_.end()) {
    const Member& member = members_[static_cast<std::size_t>(unknown - taken_.begin())];
    std::string message = asked_.empty() ? "unknown field; expected none" : "unknown field; known:";
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      message += (i == 0 ? " " : ", ") + asked_[i];
    }
    state_->error = invalid_argument(std::move(message), path_of(shown_name(member.name)));
  }
  if (state_->error) return *state_->error;
  return {};
}

}  // namespace kedge::rpc
