// SPDX-License-Identifier: Apache-2.0
#include "config/trust_file.hpp"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>

#include <toml++/toml.h>

#include "crypto/hex.hpp"

namespace kedge::config {
namespace {

/// Reads the keys of one table and says everything that is wrong with it.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, std::vector<Problem>& problems,
              std::initializer_list<std::string_view> known)
      : table_(table), path_(std::move(path)), problems_(problems) {
    for (const auto& [name, node] : table_) {
      if (std::find(known.begin(), known.end(), name.str()) == known.end()) {
        add(name.str(), "unknown key", &node);
      }
    }
  }

  bool has(std::string_view name) const { return table_.get(name) != nullptr; }

  std::uint64_t number(std::string_view name, std::uint64_t least = 0) {
    const toml::node* node = table_.get(name);
    const auto* value = node == nullptr ? nullptr : node->as_integer();
    if (value == nullptr || value->get() < static_cast<std::int64_t>(least)) {
      add(name, "expected a whole number from " + std::to_string(least) + " on", node);
      return least;
    }
    return static_cast<std::uint64_t>(value->get());
  }

  std::string text(std::string_view name) {
    const toml::node* node = table_.get(name);
    const auto* value = node == nullptr ? nullptr : node->as_string();
    if (value == nullptr || value->get().empty()) {
      add(name, "expected a text", node);
      return {};
    }
    return value->get();
  }

  template <std::size_t N>
  std::array<std::uint8_t, N> hex(std::string_view name) {
    return decode<N>(name, table_.get(name));
  }

  template <std::size_t N>
  std::vector<std::array<std::uint8_t, N>> hex_list(std::string_view name) {
    std::vector<std::array<std::uint8_t, N>> out;
    for (const toml::node* node : list(name)) out.push_back(decode<N>(name, node));
    return out;
  }

  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> out;
    for (const toml::node* node : list(name)) {
      const auto* value = node->as_string();
      if (value == nullptr || value->get().empty()) {
        add(name, "expected texts", node);
      } else {
        out.push_back(value->get());
      }
    }
    return out;
  }

  /// Calls `read(table, path)` for each table of an array of tables.
  template <class Read>
  void tables(std::string_view name, const Read& read) {
    std::size_t index = 0;
    for (const toml::node* node : list(name)) {
      const std::string path = path_of(name) + "[" + std::to_string(index++) + "]";
      if (const auto* table = node->as_table()) {
        read(*table, path);
      } else {
        add(name, "expected tables", node);
      }
    }
  }

  /// The elements of a list that is not empty; none after a problem.
  std::vector<const toml::node*> list(std::string_view name) {
    const toml::node* node = table_.get(name);
    const toml::array* array = node == nullptr ? nullptr : node->as_array();
    if (array == nullptr || array->empty() || array->size() > kMaxTrustItems) {
      add(name, "expected a list of 1 to " + std::to_string(kMaxTrustItems), node);
      return {};
    }
    std::vector<const toml::node*> out;
    for (const toml::node& element : *array) out.push_back(&element);
    return out;
  }

  const toml::table* table(std::string_view name) {
    const toml::node* node = table_.get(name);
    const toml::table* found = node == nullptr ? nullptr : node->as_table();
    if (found == nullptr) add(name, "expected a table", node);
    return found;
  }

  void add(std::string_view name, std::string message, const toml::node* node = nullptr) {
    const std::uint32_t line = (node == nullptr ? table_.source() : node->source()).begin.line;
    problems_.push_back({path_of(name), std::move(message), line});
  }

  std::string path_of(std::string_view name) const {
    return path_.empty() || name.empty() ? path_ + std::string(name)
                                         : path_ + "." + std::string(name);
  }

 private:
  template <std::size_t N>
  std::array<std::uint8_t, N> decode(std::string_view name, const toml::node* node) {
    std::array<std::uint8_t, N> out{};
    const auto* value = node == nullptr ? nullptr : node->as_string();
    std::string digits = value == nullptr ? std::string() : value->get();
    // Addresses are often written in the mixed case of EIP-55.
    for (char& c : digits) {
      if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    if (!digits.starts_with("0x") || !crypto::decode_hex(std::string_view(digits).substr(2), out)) {
      add(name, "expected 0x and " + std::to_string(2 * N) + " hex digits", node);
    }
    return out;
  }

  const toml::table& table_;
  std::string path_;
  std::vector<Problem>& problems_;
};

ValidatorRange read_range(const toml::table& table, const std::string& path,
                          std::vector<Problem>& problems) {
  TableReader in(table, path, problems, {"from_block", "to_block", "seals", "addresses"});
  ValidatorRange range;
  range.from_block = in.number("from_block");
  if (in.has("to_block")) range.to_block = in.number("to_block", range.from_block);
  const std::string seals = in.text("seals");
  if (seals != "qbft" && seals != "ibft2") in.add("seals", "expected \"qbft\" or \"ibft2\"");
  range.rules = seals == "ibft2" ? SealRules::ibft2 : SealRules::qbft;
  range.addresses = in.hex_list<20>("addresses");
  std::sort(range.addresses.begin(), range.addresses.end());
  if (std::adjacent_find(range.addresses.begin(), range.addresses.end()) != range.addresses.end()) {
    in.add("addresses", "expected each validator once");
  }
  return range;
}

TrustedValidators read_validators(TableReader& in, std::vector<Problem>& problems) {
  TrustedValidators out;
  in.tables("validators", [&](const toml::table& table, const std::string& path) {
    out.ranges.push_back(read_range(table, path, problems));
  });
  std::sort(
      out.ranges.begin(), out.ranges.end(),
      [](const ValidatorRange& a, const ValidatorRange& b) { return a.from_block < b.from_block; });
  for (std::size_t i = 1; i < out.ranges.size(); ++i) {
    if (out.ranges[i].from_block > out.ranges[i - 1].to_block) continue;
    in.add("validators", "expected ranges of blocks that do not overlap");
    break;
  }
  return out;
}

TrustedBlocks read_blocks(TableReader& in, std::vector<Problem>& problems) {
  TrustedBlocks out;
  in.tables("block", [&](const toml::table& table, const std::string& path) {
    TableReader block(table, path, problems, {"number", "hash"});
    const std::uint64_t number = block.number("number");
    out.blocks.push_back({number, block.hex<32>("hash")});
  });
  return out;
}

bool is_web_url(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

TrustedEndpoints read_endpoints(TableReader& in, std::vector<Problem>& problems) {
  TrustedEndpoints out;
  const toml::table* table = in.table("endpoints");
  if (table == nullptr) return out;
  TableReader endpoints(*table, in.path_of("endpoints"), problems, {"urls", "agree"});
  out.urls = endpoints.texts("urls");
  for (const std::string& url : out.urls) {
    if (!is_web_url(url)) {
      endpoints.add("urls", "expected http:// or https:// URLs");
    }
    if (std::count(out.urls.begin(), out.urls.end(), url) > 1) {
      endpoints.add("urls", "expected each URL once");
    }
  }
  const std::uint64_t agree = endpoints.number("agree", 1);
  if (agree > out.urls.size()) {
    endpoints.add("agree", "expected at most the number of urls");
  } else {
    out.agree = static_cast<std::uint32_t>(agree);
  }
  return out;
}

TrustedLedger read_ledger(const toml::table& table, const std::string& path,
                          std::vector<Problem>& problems) {
  TableReader in(
      table, path, problems,
      {"chain_id", "contract", "log_id", "code_hash", "validators", "block", "endpoints"});
  TrustedLedger ledger;
  ledger.chain_id = in.number("chain_id", 1);
  ledger.contract = in.hex<20>("contract");
  ledger.log_id = in.hex<32>("log_id");
  if (in.has("code_hash")) ledger.code_hash = in.hex<32>("code_hash");
  const int ways = int{in.has("validators")} + int{in.has("block")} + int{in.has("endpoints")};
  if (ways != 1) {
    in.add("", "expected exactly one of validators, block and endpoints");
  } else if (in.has("validators")) {
    ledger.blocks = read_validators(in, problems);
  } else if (in.has("block")) {
    ledger.blocks = read_blocks(in, problems);
  } else {
    ledger.blocks = read_endpoints(in, problems);
  }
  return ledger;
}

TrustedCredentials read_credentials(const toml::table& table, std::vector<Problem>& problems) {
  TableReader in(table, "credentials", problems,
                 {"did_documents", "did_registry", "status_hosts", "status_issuers", "ca_file"});
  TrustedCredentials out;
  if (in.has("did_documents")) out.did_documents = in.texts("did_documents");
  if (in.has("did_registry")) {
    out.did_registry = in.text("did_registry");
    if (!is_web_url(out.did_registry))
      in.add("did_registry", "expected an http:// or https:// URL");
  }
  if (in.has("status_hosts")) out.status_hosts = in.texts("status_hosts");
  for (const std::string& host : out.status_hosts) {
    const std::size_t path = host.find('/', host.find("://") + 3);
    if (is_web_url(host) && path == host.npos) continue;
    in.add("status_hosts", "expected https:// and a host, without a path: " + host);
  }
  if (in.has("status_issuers")) out.status_issuers = in.texts("status_issuers");
  if (in.has("ca_file")) out.ca_file = in.text("ca_file");
  return out;
}

void read_file(const toml::table& root, LoadedTrust& out) {
  TableReader in(root, "", out.problems, {"log_keys", "ledger", "credentials"});
  out.trust.log_keys = in.texts("log_keys");
  if (in.has("credentials")) {
    if (const toml::table* table = in.table("credentials")) {
      out.trust.credentials = read_credentials(*table, out.problems);
    }
  }
  if (!in.has("ledger")) return;
  in.tables("ledger", [&](const toml::table& table, const std::string& path) {
    out.trust.ledgers.push_back(read_ledger(table, path, out.problems));
  });
}

}  // namespace

LoadedTrust parse_trust_file(std::string_view toml) {
  LoadedTrust out;
  if (toml.size() > kMaxTrustFile) {
    out.problems.push_back({"", "is larger than 1 MiB", 0});
    return out;
  }
  try {
    read_file(toml::parse(toml), out);
  } catch (const toml::parse_error& error) {
    out.problems.push_back({"", std::string(error.description()), error.source().begin.line});
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  return out;
}

LoadedTrust load_trust_file(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file, ignored)) {
    return {{}, {{"", "cannot be read", 0}}};
  }
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  LoadedTrust out = parse_trust_file(text);
  // An absolute path on the right replaces the left.
  const auto beside = [&file](const std::string& name) {
    return (file.parent_path() / name).string();
  };
  TrustedCredentials& credentials = out.trust.credentials;
  for (std::string& name : credentials.did_documents) name = beside(name);
  if (!credentials.ca_file.empty()) credentials.ca_file = beside(credentials.ca_file);
  return out;
}

}  // namespace kedge::config
