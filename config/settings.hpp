// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/access_settings.hpp"
#include "config/network_settings.hpp"
#include "config/webhook_settings.hpp"

/// What an operator can set, and how it is read. `config/keys.cpp` holds the one description of
/// every key: its name, its range, its meaning.
namespace kedge::config {

using std::chrono::milliseconds;

struct LogSettings {
  /// First line of every checkpoint, and the name of the log key; fixed when the log is created.
  std::string origin = "localhost/kedge";
};

struct RpcSettings {
  /// `address:port`; an IPv6 address stands in brackets. Port 0 takes any free one.
  std::string listen = "127.0.0.1:7410";
  std::uint32_t io_threads = 1;
  /// 0: one a processor.
  std::uint32_t worker_threads = 0;
  std::uint64_t max_body = 8U << 20U;
  /// Requests in one JSON-RPC batch.
  std::uint32_t max_batch = 1000;
  std::uint32_t max_connections = 4096;
  /// 0: no bound.
  std::uint32_t max_connections_per_address = 0;
  /// Calls waiting for a worker.
  std::uint32_t max_queue = 1024;
  milliseconds header_timeout{10'000};
  milliseconds body_timeout{60'000};
  milliseconds idle_timeout{60'000};
  milliseconds write_timeout{60'000};
};

struct BatchSettings {
  /// Credentials in one batch at most.
  std::uint32_t max_size = 65'536;
  /// Credentials waiting to be accepted, over all issuers.
  std::uint32_t max_queue = 1'000'000;
};

struct SealSettings {
  milliseconds interval{1'000};
  /// An epoch is sealed after this long even if nothing is ready.
  milliseconds heartbeat{3'600'000};
};

struct StoreSettings {
  std::uint64_t block_cache = 256U << 20U;
  std::uint64_t leaf_cache = 512U << 20U;
  std::uint64_t locator_cache = 256U << 20U;
  std::uint32_t max_open_files = 512;
};

/// What a ledger of the kind `evm` has besides; config/ledger_keys.cpp says what each means.
struct EvmLedgerSettings {
  std::vector<std::string> urls;
  std::string ws_url;
  std::uint32_t agree = 0;
  std::string ca_file;
  std::string token_file;
  milliseconds call_timeout{10'000};
  milliseconds poll_interval{1'000};
  std::uint64_t chain_id = 0;
  std::string contract;
  std::string log_id;
  std::uint64_t first_block = 0;
  /// `key`, `keystore` or `remote`.
  std::string signer = "key";
  std::string key_file;
  std::string password_file;
  std::string signer_url;
  std::string account;
  /// `zero`, `legacy` or `dynamic`.
  std::string fees = "zero";
  /// In wei.
  std::uint64_t gas_price = 0;
  std::uint64_t priority_fee = 0;
  std::uint64_t max_gas_price = 100'000'000'000;
  std::uint64_t gas_limit = 100'000;
  milliseconds bump_after{60'000};
  /// `depth`, `finalized` or `bft`.
  std::string finality = "depth";
  std::uint64_t depth = 12;
  std::vector<std::string> validators;
};

struct LedgerSettings {
  /// Unique in the node; stored with every anchor.
  std::string name = "embedded";
  std::string kind = "embedded";
  EvmLedgerSettings evm = {};
};

/// Published status lists; config/keys.cpp says what each means.
struct StatusSettings {
  /// Without a slash at its end; empty: the address at which the node listens.
  std::string base_url;
  std::uint64_t list_size = 131'072;
  milliseconds ttl{300'000};
  milliseconds valid_for{604'800'000};
  milliseconds publish_interval{10'000};
  /// `ES256`, `ES256K` or `EdDSA`.
  std::string key_type = "ES256";
  std::string ebsi_schema =
      "https://api-pilot.ebsi.eu/trusted-schemas-registry/v3/schemas/"
      "z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM";
  /// One an issuer, `<registry>/issuers/<did>/proxies/<id>`.
  std::vector<std::string> ebsi_proxies;
};

struct BackupSettings {
  /// Where `node_backup` makes backups, each in a folder of its own; empty: it makes none.
  std::string folder;
};

struct LoggingSettings {
  /// trace, debug, info, warning, error or off.
  std::string level = "info";
  /// `text` for a person, `json` for a machine.
  std::string format = "text";
  /// Calls that take longer are named, but for those that wait for a later state; 0: none.
  milliseconds slow_call{1'000};
};

/// Everything, with the defaults under which a node starts that was configured by nobody.
struct Settings {
  /// Relative to the working directory.
  std::filesystem::path data_dir = "kedge-data";
  /// Whose credentials the holder of the cookie submits.
  std::string issuer = "did:example:issuer";
  LogSettings log;
  RpcSettings rpc;
  NetworkSettings network;
  RateSettings rate;
  BatchSettings batch;
  SealSettings seal;
  StatusSettings status;
  AccessSettings access;
  StoreSettings store;
  BackupSettings backup;
  std::vector<LedgerSettings> ledgers = {LedgerSettings{}};
  WebhooksSettings webhooks;
  std::vector<WebhookSettings> webhook;
  LoggingSettings logging;
};

}  // namespace kedge::config
