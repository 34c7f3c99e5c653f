// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "config/keys.hpp"

namespace kedge::config {
namespace {

std::string_view table_of(std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

std::string_view name_in_table(std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

template <class Target>
std::string entry(const Key<Target>& key, const Target& target) {
  return "# " + std::string(key.meaning) + " May be: " + key.allowed + ".\n" +
         std::string(name_in_table(key.path)) + " = " + key.show(target) + "\n";
}

template <class Target>
std::string row(const Key<Target>& key, std::string_view prefix, const Target& defaults) {
  return "| `" + std::string(prefix) + std::string(key.path) + "` | `" + key.show(defaults) +
         "` | " + key.allowed + " | " + std::string(key.meaning) + " |\n";
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substitute, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string to_toml(const Settings& settings) {
  std::string out;
  std::string_view table;
  for (const Key<Settings>& key : keys()) {
    if (table_of(key.path) != table) {
      table = table_of(key.path);
      out += "\n[" + std::string(table) + "]\n";
    }
    out += entry(key, settings);
  }
  for (const LedgerSettings& ledger : settings.ledgers) {
    out += "\n[[ledger]]\n";
    for (const Key<LedgerSettings>& key : ledger_keys()) out += entry(key, ledger);
    if (ledger.kind != "evm") continue;
    for (const Key<LedgerSettings>& key : evm_ledger_keys()) out += entry(key, ledger);
  }
  for (const WebhookSettings& hook : settings.webhook) {
    out += "\n[[webhook]]\n";
    for (const Key<WebhookSettings>& key : webhook_keys()) out += entry(key, hook);
  }
  return out;
}

std::string markdown_table() {
  std::string out = "| key | default | may be | meaning |\n| --- | --- | --- | --- |\n";
  const Settings defaults;
  for (const Key<Settings>& key : keys()) out += row(key, "", defaults);
  for (const auto* table : {&ledger_keys(), &evm_ledger_keys()}) {
    for (const auto& key : *table) out += row(key, "ledger[].", LedgerSettings{});
  }
  for (const auto& key : webhook_keys()) out += row(key, "webhook[].", WebhookSettings{});
  return out;
}

std::string nearest_key(std::string_view unknown) {
  std::string best;
  // Beyond a third of its letters, a "misspelling" is another word.
  std::size_t least = unknown.size() / 3 + 1;
  const auto consider = [&](std::string_view known) {
    const bool same_name = name_in_table(known) == name_in_table(unknown);
    const std::size_t distance = same_name ? 1 : edit_distance(known, unknown);
    if (distance < least) {
      least = distance;
      best = known;
    }
  };
  for (const Key<Settings>& key : keys()) {
    consider(key.path);
    if (!table_of(key.path).empty()) consider(table_of(key.path));
  }
  // In a table of one array, keys of another one are no help.
  const auto consider_elements = [&](const std::string& array, const auto& table) {
    if (unknown.find('[') != std::string_view::npos && !unknown.starts_with(array + "[")) return;
    for (const auto& key : table) consider(array + "[]." + std::string(key.path));
  };
  consider("ledger");
  consider_elements("ledger", ledger_keys());
  consider_elements("ledger", evm_ledger_keys());
  consider("webhook");
  consider_elements("webhook", webhook_keys());
  return best;
}

}  // namespace kedge::config
