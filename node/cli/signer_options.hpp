// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config/settings.hpp"

namespace kedge::node::cli {

class Arguments;

/// Who signs a transaction, as the commands that send one take it. The names are those of the
/// settings of an EVM ledger, with "-" for "_".
struct SignerOptions {
  config::EvmLedgerSettings settings;

  void declare(Arguments& arguments);

  /// The options as lines of a `[[ledger]]` table.
  [[nodiscard]] std::string to_toml() const;
};

}  // namespace kedge::node::cli
