// SPDX-License-Identifier: Apache-2.0
#include "tests/support/json_schema.hpp"

#include <algorithm>
#include <regex>
#include <set>

namespace kedge::test {
namespace {

using json = nlohmann::json;

const std::set<std::string> kKnown = {
    "type",      "description", "properties", "required", "additionalProperties",
    "items",     "enum",        "const",      "pattern",  "minLength",
    "maxLength", "minimum",     "maximum",    "minItems", "maxItems",
    "oneOf",     "anyOf",       "$ref",       "default",  "format"};

bool is_of_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

/// `types` is a name or a list of names.
bool is_of_types(const json& value, const json& types) {
  if (types.is_string()) return is_of_type(value, types.get<std::string>());
  return std::any_of(types.begin(), types.end(), [&value](const json& type) {
    return is_of_type(value, type.get<std::string>());
  });
}

std::string check_string(const json& schema, const json& value, const std::string& path) {
  const auto text = value.get<std::string>();
  if (text.size() < schema.value("minLength", std::size_t{0})) return path + ": too short";
  if (text.size() > schema.value("maxLength", text.size())) return path + ": too long";
  if (schema.contains("pattern") &&
      !std::regex_search(text, std::regex(schema["pattern"].get<std::string>()))) {
    return path + ": '" + text + "' is not " + schema["pattern"].get<std::string>();
  }
  return {};
}

std::string check_number(const json& schema, const json& value, const std::string& path) {
  if (schema.contains("minimum") && value < schema["minimum"]) return path + ": too small";
  if (schema.contains("maximum") && value > schema["maximum"]) return path + ": too large";
  return {};
}

}  // namespace

std::string SchemaChecker::check_object(const json& schema, const json& value,
                                        const std::string& path) const {
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name.get<std::string>())) {
      return path + "." + name.get<std::string>() + ": is missing";
    }
  }
  const json properties = schema.value("properties", json::object());
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name)) {
      std::string wrong = check(properties[name], member, path + "." + name);
      if (!wrong.empty()) return wrong;
    } else if (!schema.value("additionalProperties", true)) {
      return path + "." + name + ": is not in the schema";
    }
  }
  return {};
}

std::string SchemaChecker::check_array(const json& schema, const json& value,
                                       const std::string& path) const {
  if (value.size() < schema.value("minItems", std::size_t{0})) return path + ": too few";
  if (value.size() > schema.value("maxItems", value.size())) return path + ": too many";
  if (!schema.contains("items")) return {};
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::string wrong = check(schema["items"], value[i], path + "[" + std::to_string(i) + "]");
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string SchemaChecker::check_choices(const json& schema, const json& value,
                                         const std::string& path) const {
  for (const char* kind : {"oneOf", "anyOf"}) {
    if (!schema.contains(kind)) continue;
    std::size_t fitting = 0;
    std::string why;
    for (const json& choice : schema[kind]) {
      const std::string wrong = check(choice, value, path);
      if (wrong.empty()) ++fitting;
      why += wrong + "; ";
    }
    if (fitting == 0) return path + ": is none of its choices: " + why;
    if (fitting > 1 && std::string_view(kind) == "oneOf")
      return path + ": is several of its choices";
  }
  return {};
}

std::string SchemaChecker::check(const json& schema, const json& value,
                                 const std::string& path) const {
  for (const auto& [name, rule] : schema.items()) {
    if (!kKnown.contains(name)) return path + ": the schema says " + name;
  }
  if (schema.contains("$ref")) {
    const std::string place = "#/components/schemas/";
    const auto target = schema["$ref"].get<std::string>();
    if (!target.starts_with(place) || !components_.contains(target.substr(place.size()))) {
      return path + ": the schema refers to " + target;
    }
    return check(components_[target.substr(place.size())], value, path);
  }
  if (schema.contains("type") && !is_of_types(value, schema["type"])) {
    return path + ": is not of the type " + schema["type"].dump();
  }
  if (schema.contains("const") && value != schema["const"]) return path + ": is another constant";
  if (schema.contains("enum")) {
    const json& values = schema["enum"];
    if (std::find(values.begin(), values.end(), value) == values.end()) {
      return path + ": " + value.dump() + " is none of " + values.dump();
    }
  }
  std::string wrong = check_choices(schema, value, path);
  if (!wrong.empty()) return wrong;
  if (value.is_string()) return check_string(schema, value, path);
  if (value.is_number_integer()) return check_number(schema, value, path);
  if (value.is_array()) return check_array(schema, value, path);
  if (value.is_object()) return check_object(schema, value, path);
  return {};
}

}  // namespace kedge::test
