// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include <toml++/toml.h>

#include "config/describe.hpp"
#include "config/keys.hpp"

/// With trust_file.cpp the only file that knows the TOML library.
namespace kedge::config {
namespace {

constexpr std::size_t kMaxFileBytes = 1U << 20U;

std::uint32_t line_of(const toml::node& node) {
  return node.source().begin.line;
}

std::optional<Value> value_of(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return Value(flag->get());
  if (const auto* number = node.as_integer()) return Value(number->get());
  if (const auto* real = node.as_floating_point()) return Value(real->get());
  if (const auto* text = node.as_string()) return Value(text->get());
  const auto* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const toml::node& element : *list) {
    const auto* text = element.as_string();
    if (text == nullptr) return std::nullopt;
    texts.push_back(text->get());
  }
  return Value(std::move(texts));
}

std::string kind_of(const toml::node& node) {
  std::ostringstream out;
  out << node.type();
  return out.str();
}

template <class Target>
const Key<Target>* find(const std::vector<Key<Target>>& known, std::string_view path) {
  const auto hit = std::find_if(known.begin(), known.end(),
                                [&](const Key<Target>& key) { return key.path == path; });
  return hit == known.end() ? nullptr : &*hit;
}

bool is_table(std::string_view name) {
  const std::string prefix = std::string(name) + ".";
  return std::any_of(keys().begin(), keys().end(),
                     [&](const Key<Settings>& key) { return key.path.starts_with(prefix); });
}

class Reader {
 public:
  explicit Reader(Loaded& out) : out_(out) {}

  void read(const toml::table& root) {
    for (const auto& [name, node] : root) {
      const std::string path(name.str());
      if (path == "ledger") {
        read_ledgers(node);
      } else if (path == "webhook") {
        read_webhooks(node);
      } else if (is_table(path)) {
        read_table(path, node);
      } else {
        set(keys(), path, path, node, out_.settings);
      }
    }
    if (out_.settings.seal.heartbeat < out_.settings.seal.interval) {
      add("seal.heartbeat", "expected at least seal.interval", 0);
    }
    const auto& network = out_.settings.network;
    if (network.tls_certificate.empty() != network.tls_key.empty()) {
      add(network.tls_key.empty() ? "rpc.tls_key" : "rpc.tls_certificate",
          "expected: a certificate and its key belong together", 0);
    }
    if (!network.admin_listen.empty() && network.admin_listen == out_.settings.rpc.listen &&
        !network.admin_listen.ends_with(":0")) {
      add("rpc.admin_listen", "expected another address or port than rpc.listen", 0);
    }
    const auto& status = out_.settings.status;
    // Lists are signed anew at half of their validity, in an epoch: what a verifier has fetched
    // just before must last until it looks again.
    if (status.valid_for < 2 * std::max(status.ttl, out_.settings.seal.heartbeat)) {
      add("status.valid_for", "expected at least twice status.ttl and twice seal.heartbeat", 0);
    }
    for (const KeyFault& fault : access_faults(out_.settings.access)) {
      add(fault.path, fault.message, 0);
    }
    for (const KeyFault& fault : webhook_faults(out_.settings)) {
      // A value that was refused is not missing as well.
      if (!has_problem(fault.path)) add(fault.path, fault.message, 0);
    }
  }

 private:
  void read_table(const std::string& name, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      add(name, "expected a table [" + name + "], found a value of type " + kind_of(node),
          line_of(node));
      return;
    }
    for (const auto& [key, value] : *table) {
      const std::string path = name + "." + std::string(key.str());
      set(keys(), path, path, value, out_.settings);
    }
  }

  void read_ledgers(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr || list->empty()) {
      add("ledger", "expected at least one table [[ledger]]", line_of(node));
      return;
    }
    std::vector<LedgerSettings> ledgers;
    for (const toml::node& element : *list) {
      const std::string path = "ledger[" + std::to_string(ledgers.size()) + "]";
      ledgers.push_back(read_ledger(path, element));
      const auto same = [&](const LedgerSettings& other) {
        return other.name == ledgers.back().name;
      };
      if (std::count_if(ledgers.begin(), ledgers.end(), same) > 1) {
        add(path + ".name", "expected a name that no other ledger has", line_of(element));
      }
    }
    out_.settings.ledgers = std::move(ledgers);
  }

  LedgerSettings read_ledger(const std::string& path, const toml::node& node) {
    LedgerSettings ledger;
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      add(path, "expected a table, found a value of type " + kind_of(node), line_of(node));
      return ledger;
    }
    // The kind first: it says which others there may be.
    if (const toml::node* kind = table->get("kind")) {
      set(ledger_keys(), "kind", path + ".kind", *kind, ledger);
    }
    for (const auto& [key, value] : *table) {
      const std::string name(key.str());
      if (name == "kind") continue;
      const bool is_evm = find(evm_ledger_keys(), name) != nullptr;
      if (is_evm && ledger.kind != "evm") {
        add(path + "." + name, "only a ledger of the kind \"evm\" has this key", line_of(value));
        continue;
      }
      set(is_evm ? evm_ledger_keys() : ledger_keys(), name, path + "." + name, value, ledger);
    }
    return ledger;
  }

  void read_webhooks(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr) return add("webhook", "expected tables [[webhook]]", line_of(node));
    out_.settings.webhook.clear();
    for (const toml::node& element : *list) {
      const std::string path = "webhook[" + std::to_string(out_.settings.webhook.size()) + "]";
      WebhookSettings& hook = out_.settings.webhook.emplace_back();
      const toml::table* table = element.as_table();
      if (table == nullptr) {
        add(path, "expected a table, found a value of type " + kind_of(element), line_of(element));
        continue;
      }
      for (const auto& [key, value] : *table) {
        const std::string name(key.str());
        set(webhook_keys(), name, path + "." + name, value, hook);
      }
    }
  }

  template <class Target>
  void set(const std::vector<Key<Target>>& known, std::string_view name, const std::string& path,
           const toml::node& node, Target& target) {
    const Key<Target>* key = find(known, name);
    if (key == nullptr) {
      const std::string near = nearest_key(path);
      add(path, near.empty() ? "unknown key" : "unknown key; did you mean " + near + "?",
          line_of(node));
      return;
    }
    const std::optional<Value> value = value_of(node);
    if (!value) {
      add(path, "expected " + key->allowed + ", found a value of type " + kind_of(node),
          line_of(node));
      return;
    }
    const Status done = key->set(target, *value);
    if (!done) add(path, done.error().message, line_of(node));
  }

  [[nodiscard]] bool has_problem(std::string_view key) const {
    return std::any_of(out_.problems.begin(), out_.problems.end(),
                       [&](const Problem& problem) { return problem.key == key; });
  }

  void add(std::string key, std::string message, std::uint32_t line) {
    out_.problems.push_back({std::move(key), std::move(message), line});
  }

  Loaded& out_;
};

}  // namespace

Loaded parse_settings(std::string_view toml, const Settings& base) {
  Loaded out{base, {}};
  try {
    Reader(out).read(toml::parse(toml));
  } catch (const toml::parse_error& error) {
    out.problems.push_back({"", std::string(error.description()), error.source().begin.line});
  }
  // The library sorts tables by key; people read from the top.
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return out;
}

Loaded load_settings(const std::filesystem::path& file, const Settings& base) {
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file, ignored)) {
    return {base, {{"", "cannot be read", 0}}};
  }
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (text.size() > kMaxFileBytes) return {base, {{"", "is larger than 1 MiB", 0}}};
  return parse_settings(text, base);
}

std::string describe(const std::vector<Problem>& problems, std::string_view file) {
  std::string out;
  for (const Problem& problem : problems) {
    out += file;
    if (problem.line != 0) out += ":" + std::to_string(problem.line);
    out += ": ";
    if (!problem.key.empty()) out += problem.key + ": ";
    out += problem.message + "\n";
  }
  return out;
}

}  // namespace kedge::config
