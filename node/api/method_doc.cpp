// SPDX-License-Identifier: Apache-2.0
#include "node/api/method_doc.hpp"

#include <stdexcept>
#include <string>

namespace kedge::node {

const rpc::MethodDoc& method_doc(std::string_view name) {
  for (const rpc::MethodDoc& file : schema_files()) {
    if (file.name == name) return file;
  }
  throw std::logic_error("node/api/schema has no description of " + std::string(name));
}

std::string_view schema_components() {
  return method_doc("components").text;
}

}  // namespace kedge::node
