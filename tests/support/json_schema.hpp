// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace kedge::test {

/// Checks a value against the part of JSON Schema 2020-12 that the node's own schemas use; anything
/// else in a schema is reported as a fault of the schema. `$ref` is `#/components/schemas/<name>`.
class SchemaChecker {
 public:
  using json = nlohmann::json;

  explicit SchemaChecker(json components) : components_(std::move(components)) {}

  /// Empty if the value is as the schema says; else where it is not, and why.
  [[nodiscard]] std::string check(const json& schema, const json& value,
                                  const std::string& path = "$") const;

 private:
  [[nodiscard]] std::string check_object(const json& schema, const json& value,
                                         const std::string& path) const;
  [[nodiscard]] std::string check_array(const json& schema, const json& value,
                                        const std::string& path) const;
  [[nodiscard]] std::string check_choices(const json& schema, const json& value,
                                          const std::string& path) const;

  json components_;
};

}  // namespace kedge::test
