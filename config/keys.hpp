// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"
#include "crypto/result.hpp"

/// The one description of every key. Loading, printing, the table in README.md and the suggestions
/// for misspelt keys all read it; a new setting is a member in settings.hpp and a line in keys.cpp.
namespace kedge::config {

/// A scalar, or a list of texts, as it stands in a file.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

template <class Target>
struct Key {
  /// Dotted, such as `rpc.listen`.
  std::string_view path;
  /// What it may be, for people: `1 to 65536`, `a duration from 10ms to 1h`.
  std::string allowed;
  std::string_view meaning;
  /// invalid_argument says what was expected and what was found.
  std::function<Status(Target&, const Value&)> set;
  /// The value as TOML.
  std::function<std::string(const Target&)> show;
};

/// What is wrong between keys.
struct KeyFault {
  std::string path;
  std::string message;
};

/// In the order in which they are printed; the keys of one table stand together.
const std::vector<Key<Settings>>& keys();

/// Of these, the ones about the network: those of `[rpc]` first, then `[rate]`.
std::vector<Key<Settings>> network_keys();
/// Those of `[access]`, and what is wrong between their values.
std::vector<Key<Settings>> access_keys();
std::vector<KeyFault> access_faults(const AccessSettings& access);

/// The keys of one `[[ledger]]`.
const std::vector<Key<LedgerSettings>>& ledger_keys();

/// Those that a ledger of the kind `evm` has besides.
const std::vector<Key<LedgerSettings>>& evm_ledger_keys();

/// Those of `[webhooks]`, those of one `[[webhook]]`, and what is wrong between their values.
std::vector<Key<Settings>> webhooks_keys();
const std::vector<Key<WebhookSettings>>& webhook_keys();
std::vector<KeyFault> webhook_faults(const Settings& settings);

/// `webhook[2].url`: as a fault names it.
std::string webhook_path(std::size_t index, std::string_view name);

}  // namespace kedge::config
