// SPDX-License-Identifier: Apache-2.0
#include "node/proof/carried_json.hpp"

#include <nlohmann/json.hpp>

#include "crypto/jcs.hpp"
#include "crypto/json.hpp"
#include "node/proof/bundle.hpp"
#include "node/proof/json_fields.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMaxKindSize = 64;

bool is_small_integer(const nlohmann::json& value) {
  constexpr auto kLimit = static_cast<std::int64_t>(kMaxBundleInteger);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= kMaxBundleInteger;
  return value.is_number_integer() && value.get<std::int64_t>() >= -kLimit;
}

Status check_numbers(const nlohmann::json& value, const std::string& path) {
  if (value.is_number() && !is_small_integer(value)) {
    return invalid_argument("expected an integer of at most 53 bits", path);
  }
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      if (Status checked = check_numbers(member, path + "." + name); !checked) return checked;
    }
  }
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      Status checked = check_numbers(value[i], path + "[" + std::to_string(i) + "]");
      if (!checked) return checked;
    }
  }
  return {};
}

}  // namespace

Result<std::string> carried_object(const nlohmann::json& value, const std::string& path) {
  if (!value.is_object()) return invalid_argument("expected an object", path);
  if (const Status numbers = check_numbers(value, path); !numbers) return numbers.error();
  Result<std::string> canonical = crypto::jcs_canonicalize(value.dump());
  if (!canonical) return invalid_argument(canonical.error().message, path);
  return canonical;
}

Result<std::string> carried_anchor(const nlohmann::json& value, const std::string& path) {
  Result<std::string> canonical = carried_object(value, path);
  if (!canonical) return canonical;
  const auto kind = value.find("ledger");
  if (kind == value.end() || !kind->is_string() || kind->get_ptr<const std::string*>()->empty() ||
      kind->get_ptr<const std::string*>()->size() > kMaxKindSize) {
    return invalid_argument("expected a text of 1 to 64 octets", path + ".ledger");
  }
  return canonical;
}

std::vector<std::string> read_anchors(const nlohmann::json& value, const std::string& path,
                                      Status& status) {
  std::vector<std::string> anchors;
  if (!value.is_array() || value.size() > kMaxAnchors) {
    refuse_first(status, "expected an array of at most " + std::to_string(kMaxAnchors) + " objects",
                 path);
    return anchors;
  }
  for (std::size_t i = 0; i < value.size() && status; ++i) {
    Result<std::string> anchor = carried_anchor(value[i], path + "[" + std::to_string(i) + "]");
    if (anchor) {
      anchors.push_back(std::move(*anchor));
    } else {
      status = std::move(anchor).error();
    }
  }
  return anchors;
}

nlohmann::json carried_value(const std::string& canonical) {
  auto value =
      crypto::parse_json(canonical, {.max_bytes = kMaxBundleSize, .max_depth = kMaxBundleDepth});
  return std::move(*value);
}

Result<std::string> anchor_kind(const std::string& anchor) {
  const auto value =
      crypto::parse_json(anchor, {.max_bytes = kMaxBundleSize, .max_depth = kMaxBundleDepth});
  if (!value) return value.error();
  if (const auto canonical = carried_anchor(*value, "anchor"); !canonical) {
    return canonical.error();
  }
  return value->at("ledger").get<std::string>();
}

}  // namespace kedge::node
