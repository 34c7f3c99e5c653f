// SPDX-License-Identifier: Apache-2.0
// The params of anchor_submit: the hot path's parser against a plain reading of the same rules.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "node/api/submit_request.hpp"
#include "rpc/json_text.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using crypto::DigestProfile;
using fuzz::check;
using nlohmann::json;

namespace {

constexpr std::size_t kDepth = 32;

/// The member, if it is there and not null.
const json* given(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool only_known(const json& object, std::initializer_list<std::string_view> known) {
  return std::ranges::all_of(object.items(), [&](const auto& member) {
    return std::ranges::find(known, std::string_view(member.key())) != known.end();
  });
}

std::optional<Hash> digest_of_credential(DigestProfile profile, const json& value) {
  if (!value.is_string() && !value.is_object()) return {};
  if (profile == DigestProfile::bytes || profile == DigestProfile::external) return {};
  if (profile == DigestProfile::jws && value.is_object()) return {};
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  const auto digest = crypto::credential_digest(profile, as_bytes(text));
  return digest ? std::optional(*digest) : std::nullopt;
}

std::optional<Hash> digest_of(DigestProfile profile, const json& item) {
  const json* digest = given(item, "digest");
  const json* credential = given(item, "credential");
  const json* content = given(item, "content");
  if ((digest != nullptr) + (credential != nullptr) + (content != nullptr) != 1) return {};
  if (credential != nullptr) return digest_of_credential(profile, *credential);
  if (digest != nullptr) {
    if (!digest->is_string()) return {};
    const auto hash = crypto::hash_from_hex(digest->get<std::string>());
    return hash ? std::optional(*hash) : std::nullopt;
  }
  if (!content->is_string() || profile != DigestProfile::bytes) return {};
  const auto octets = crypto::base64_decode(content->get<std::string>());
  if (!octets) return {};
  const auto hash = crypto::credential_digest(profile, *octets);
  return hash ? std::optional(*hash) : std::nullopt;
}

std::optional<SubmitItem> plain_item(const json& item) {
  if (!item.is_object() || !only_known(item, {"profile", "digest", "credential", "content"})) {
    return {};
  }
  const json* name = given(item, "profile");
  if (name == nullptr || !name->is_string()) return {};
  const auto profile = crypto::profile_from_name(name->get<std::string>());
  if (!profile) return {};
  const auto digest = digest_of(*profile, item);
  if (!digest) return {};
  return SubmitItem{*profile, *digest};
}

std::optional<api::SubmitCall> plain_call(const json& params) {
  if (!params.is_object() || !only_known(params, {"items", "wait", "timeout_ms"})) return {};
  api::SubmitCall call;
  if (const json* wait = given(params, "wait")) {
    if (!wait->is_string()) return {};
    const auto state = state_from_name(wait->get<std::string>());
    if (!state) return {};
    call.wait = *state;
  }
  if (const json* timeout = given(params, "timeout_ms")) {
    if (!timeout->is_number_unsigned()) return {};
    const auto number = timeout->get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(api::kMaxWait.count())) return {};
    call.timeout = std::chrono::milliseconds(number);
  }
  const json* items = given(params, "items");
  if (items == nullptr || !items->is_array() || items->empty()) return {};
  for (const json& element : *items) {
    const auto item = plain_item(element);
    if (!item) return {};
    call.items.push_back(*item);
  }
  return call;
}

bool same(const SubmitItem& a, const SubmitItem& b) {
  return a.profile == b.profile && a.digest == b.digest;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (!rpc::check_json(text, kDepth)) return 0;
  const auto parsed = crypto::parse_json(text, {.max_bytes = 1 << 20, .max_depth = kDepth});
  check(parsed.has_value(), "both JSON checks agree");
  const auto plain = plain_call(*parsed);
  const auto call = api::parse_submit_call(text);
  check(call.has_value() == plain.has_value(), "both readings accept the same");
  if (!call) {
    check(!call.error().message.empty(), "every refusal has a reason");
    return 0;
  }
  check(call->wait == plain->wait && call->timeout == plain->timeout, "the same waiting");
  check(std::ranges::equal(call->items, plain->items, same), "the same items");
  return 0;
}
