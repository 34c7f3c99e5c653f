// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rpc/method_table.hpp"

namespace kedge::node {

/// The interface as a page for people: methods, paths, schemas, examples, errors. Without scripts,
/// pictures or anything from another host.
struct DocsPage {
  std::string html;
  /// The policy under which it is shown: its own style alone (Content Security Policy Level 3).
  std::string policy;
};

/// Precondition: the table is complete.
DocsPage make_docs_page(const rpc::MethodTable& methods, const std::string& version);

}  // namespace kedge::node
