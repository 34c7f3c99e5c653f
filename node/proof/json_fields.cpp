// SPDX-License-Identifier: Apache-2.0
#include "node/proof/json_fields.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "node/proof/bundle.hpp"

namespace kedge::node {
namespace {

const nlohmann::json kNothing;

bool contains(std::initializer_list<std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void refuse_first(Status& status, std::string message, std::string path) {
  if (status) status = invalid_argument(std::move(message), std::move(path));
}

JsonFields::JsonFields(const nlohmann::json& value, std::string path, Status& status,
                       std::initializer_list<std::string_view> required,
                       std::initializer_list<std::string_view> optional)
    : value_(value), path_(std::move(path)), status_(status) {
  if (!value_.is_object()) {
    refuse_first(status_, "expected an object", path_);
    return;
  }
  for (const std::string_view name : required) {
    if (!has(name)) refuse_first(status_, "the field " + std::string(name) + " is missing", path_);
  }
  for (const auto& [name, unused] : value_.items()) {
    if (!contains(required, name) && !contains(optional, name)) refuse(name, "unknown field");
  }
}

bool JsonFields::has(std::string_view name) const {
  return value_.is_object() && value_.find(name) != value_.end();
}

const nlohmann::json& JsonFields::raw(std::string_view name) const {
  if (!value_.is_object()) return kNothing;
  const auto found = value_.find(name);
  return found != value_.end() ? *found : kNothing;
}

std::string JsonFields::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void JsonFields::refuse(std::string_view name, std::string message) {
  refuse_first(status_, std::move(message), path_of(name));
}

const std::string* JsonFields::text_value(std::string_view name) {
  const nlohmann::json& value = raw(name);
  if (value.is_string()) return value.get_ptr<const std::string*>();
  refuse(name, "expected a text");
  return nullptr;
}

std::string JsonFields::text(std::string_view name, std::size_t max_size) {
  const std::string* text = text_value(name);
  if (text == nullptr) return {};
  if (text->empty() || text->size() > max_size) {
    refuse(name, "expected a text of 1 to " + std::to_string(max_size) + " octets");
    return {};
  }
  return *text;
}

std::uint64_t JsonFields::integer(std::string_view name) {
  const nlohmann::json& value = raw(name);
  if (value.is_number_unsigned() && value.get<std::uint64_t>() <= kMaxBundleInteger) {
    return value.get<std::uint64_t>();
  }
  refuse(name, "expected an integer from 0 to 2^53 - 1");
  return 0;
}

void JsonFields::hex(std::string_view name, std::span<std::uint8_t> out) {
  const std::string* text = text_value(name);
  if (text == nullptr) return;
  if (const Status decoded = crypto::decode_hex(*text, out); !decoded) {
    refuse(name, decoded.error().message);
  }
}

Bytes JsonFields::base64(std::string_view name, std::size_t max_size) {
  const std::string* text = text_value(name);
  if (text == nullptr) return {};
  Result<Bytes> bytes = crypto::base64_decode(*text);
  if (!bytes) {
    refuse(name, bytes.error().message);
    return {};
  }
  if (bytes->empty() || bytes->size() > max_size) {
    refuse(name, "expected 1 to " + std::to_string(max_size) + " octets");
    return {};
  }
  return std::move(*bytes);
}

std::vector<Hash> JsonFields::hashes(std::string_view name, std::size_t max_count) {
  const nlohmann::json& value = raw(name);
  std::vector<Hash> hashes;
  if (!value.is_array() || value.size() > max_count) {
    refuse(name, "expected an array of at most " + std::to_string(max_count) + " hashes");
    return hashes;
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string element = std::string(name) + "[" + std::to_string(i) + "]";
    if (!value[i].is_string()) {
      refuse(element, "expected a text");
      break;
    }
    const Result<Hash> hash = crypto::hash_from_hex(*value[i].get_ptr<const std::string*>());
    if (!hash) {
      refuse(element, hash.error().message);
      break;
    }
    hashes.push_back(*hash);
  }
  return hashes;
}

}  // namespace kedge::node
