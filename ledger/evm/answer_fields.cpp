// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/answer_fields.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {

AnswerFields::AnswerFields(const nlohmann::json& value, std::string path, Status& status)
    : value_(value), path_(std::move(path)), status_(status) {
  if (!value_.is_object()) refuse("expected an object", "");
}

bool AnswerFields::has(std::string_view name) const {
  return !raw(name).is_null();
}

const nlohmann::json& AnswerFields::raw(std::string_view name) const {
  static const nlohmann::json none;
  const auto found = value_.find(name);
  return value_.is_object() && found != value_.end() ? *found : none;
}

std::string AnswerFields::text(std::string_view name) {
  const nlohmann::json& value = raw(name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Bytes AnswerFields::data(std::string_view name, std::size_t max_size) {
  auto out = bytes_from_data(text(name));
  if (out && out->size() <= max_size) return *std::move(out);
  refuse("expected at most " + std::to_string(max_size) + " octets in hex", name);
  return {};
}

Hash AnswerFields::hash(std::string_view name) {
  const auto out = hash_from_data(text(name));
  if (!out) refuse("expected 32 octets in hex", name);
  return out ? *out : Hash{};
}

Address AnswerFields::address(std::string_view name) {
  Address out{};
  const auto octets = bytes_from_data(text(name));
  if (!octets || octets->size() != out.size()) {
    refuse("expected 20 octets in hex", name);
  } else {
    std::copy(octets->begin(), octets->end(), out.begin());
  }
  return out;
}

std::uint64_t AnswerFields::u64(std::string_view name) {
  const auto out = u64_from_quantity(text(name));
  if (!out) refuse("expected a quantity of at most 64 bits", name);
  return out ? *out : 0;
}

U256 AnswerFields::u256(std::string_view name) {
  const auto out = u256_from_quantity(text(name));
  if (!out) refuse("expected a quantity", name);
  return out ? *out : U256();
}

std::vector<Bytes> AnswerFields::data_list(std::string_view name, std::size_t max_count,
                                           std::size_t max_size) {
  std::vector<Bytes> out;
  for (const nlohmann::json* element : list(name, max_count)) {
    auto octets = element->is_string() ? bytes_from_data(element->get_ref<const std::string&>())
                                       : Result<Bytes>(invalid_argument("not a text"));
    if (!octets || octets->size() > max_size) {
      refuse("expected at most " + std::to_string(max_size) + " octets in hex each", name);
      return {};
    }
    out.push_back(*std::move(octets));
  }
  return out;
}

std::vector<const nlohmann::json*> AnswerFields::list(std::string_view name,
                                                      std::size_t max_count) {
  std::vector<const nlohmann::json*> out;
  const nlohmann::json& value = raw(name);
  if (!value.is_array() || value.size() > max_count) {
    refuse("expected a list of at most " + std::to_string(max_count), name);
    return out;
  }
  for (const nlohmann::json& element : value) out.push_back(&element);
  return out;
}

void AnswerFields::refuse(std::string message, std::string_view name) {
  if (status_) status_ = invalid_argument(std::move(message), path_of(name));
}

std::string AnswerFields::path_of(std::string_view name) const {
  if (path_.empty() || name.empty()) return path_ + std::string(name);
  return path_ + "." + std::string(name);
}

}  // namespace kedge::ledger::evm
