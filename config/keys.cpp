// SPDX-License-Identifier: Apache-2.0
#include "config/keys.hpp"

#include <algorithm>
#include <iterator>

#include "config/key_kinds.hpp"
#include "config/listen_address.hpp"

namespace kedge::config {
namespace {

using namespace kinds;

bool is_word(std::string_view text) {
  return is_one_line(text) && text.find(' ') == std::string_view::npos && text.size() <= 2048;
}

// What a key file can carry as the name of the log key.
bool is_origin(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7e || c == '+') return false;
  }
  return !text.empty() && text.size() <= 255;
}

/// http or https, a host, and what a path may have; nothing that would make `base/path` ambiguous.
bool is_url(std::string_view text) {
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://")) return false;
  const std::string_view rest = text.substr(secure ? 8 : 7);
  return is_word(text) && !rest.empty() && rest.front() != '/' && !rest.ends_with('/') &&
         rest.find_first_of("?#\\\"@") == std::string_view::npos;
}

bool is_url_or_empty(std::string_view text) {
  return text.empty() || is_url(text);
}

/// `<registry>/issuers/<did>/proxies/<id>`.
bool is_ebsi_proxy(std::string_view text) {
  const std::size_t issuer = text.find("/issuers/did:");
  if (!is_url(text) || issuer == std::string_view::npos) return false;
  const std::size_t proxy = text.find("/proxies/", issuer);
  return proxy != std::string_view::npos && text.find('/', proxy + 9) == std::string_view::npos;
}

bool is_path_or_empty(std::string_view text) {
  return text.empty() || is_one_line(text);
}

bool is_listen_address(std::string_view text) {
  return parse_listen_address(text).has_value();
}

// A member of the settings, for reading and writing alike.
#define KEDGE_MEMBER(member)  \
  [](auto& target) -> auto& { \
    return target.member;     \
  }

std::vector<Key<Settings>> make_keys() {
  using std::chrono::hours;
  using std::chrono::seconds;
  using S = Settings;
  constexpr std::uint64_t kKiB = 1U << 10U;
  constexpr std::uint64_t kMiB = 1U << 20U;
  constexpr std::uint64_t kGiB = 1U << 30U;
  return {
      text<S>("data_dir", KEDGE_MEMBER(data_dir), is_one_line, "a path",
              "Where everything is kept; relative to the working directory."),
      text<S>("issuer", KEDGE_MEMBER(issuer), is_word, "a DID or another URI",
              "Whose credentials the holder of the cookie submits."),
      text<S>("log.origin", KEDGE_MEMBER(log.origin), is_origin,
              "1 to 255 printable ASCII characters without spaces and \"+\"",
              "First line of every checkpoint; fixed when the log is created."),
      text<S>("rpc.listen", KEDGE_MEMBER(rpc.listen), is_listen_address,
              "a numeric address and a port, such as 127.0.0.1:7410 or [::1]:7410",
              "Where the node listens; port 0 takes any free one."),
      integer<S>("rpc.io_threads", KEDGE_MEMBER(rpc.io_threads), 1, 64,
                 "Threads that read and write connections."),
      integer<S>("rpc.worker_threads", KEDGE_MEMBER(rpc.worker_threads), 0, 256,
                 "Threads for longer calls; 0 means one a processor."),
      size<S>("rpc.max_body", KEDGE_MEMBER(rpc.max_body), kKiB, 64 * kMiB,
              "Greatest size of a request body."),
      integer<S>("rpc.max_batch", KEDGE_MEMBER(rpc.max_batch), 1, 10'000,
                 "Greatest number of requests in one JSON-RPC batch."),
      integer<S>("rpc.max_connections", KEDGE_MEMBER(rpc.max_connections), 1, 100'000,
                 "Connections held at once; beyond, whoever rests makes room for newcomers."),
      integer<S>("rpc.max_connections_per_address", KEDGE_MEMBER(rpc.max_connections_per_address),
                 0, 100'000,
                 "Connections of one IPv4 address or IPv6 /64 network; 0 means no bound."),
      integer<S>("rpc.max_queue", KEDGE_MEMBER(rpc.max_queue), 1, 100'000,
                 "Calls that may wait for a worker; more are answered \"busy\"."),
      duration<S>("rpc.header_timeout", KEDGE_MEMBER(rpc.header_timeout), milliseconds(100),
                  seconds(300), "Time in which the head of a request must arrive."),
      duration<S>("rpc.body_timeout", KEDGE_MEMBER(rpc.body_timeout), milliseconds(100), hours(1),
                  "Time in which the body of a request must arrive."),
      duration<S>("rpc.idle_timeout", KEDGE_MEMBER(rpc.idle_timeout), milliseconds(100), hours(1),
                  "Time after which a silent connection is closed."),
      duration<S>("rpc.write_timeout", KEDGE_MEMBER(rpc.write_timeout), milliseconds(100), hours(1),
                  "Time in which an answer must be taken."),
      integer<S>("batch.max_size", KEDGE_MEMBER(batch.max_size), 1, 65'536,
                 "Greatest number of credentials in one batch; one call is never split."),
      integer<S>("batch.max_queue", KEDGE_MEMBER(batch.max_queue), 10'000, 10'000'000,
                 "Credentials that may wait to be accepted; more are answered \"busy\"."),
      duration<S>(
          "seal.interval", KEDGE_MEMBER(seal.interval), milliseconds(10), hours(24),
          "Time between two epochs while there is something to seal; two million credentials "
          "do not wait for it."),
      duration<S>("seal.heartbeat", KEDGE_MEMBER(seal.heartbeat), seconds(1), hours(24 * 7),
                  "Time after which an epoch is sealed even if nothing is ready."),
      text<S>("status.base_url", KEDGE_MEMBER(status.base_url), is_url_or_empty,
              "a URL without query and without a slash at its end, such as "
              "https://anchor.example.edu, or empty",
              "Where verifiers reach the status lists: it stands in them; empty means where the "
              "node listens."),
      integer<S>("status.list_size", KEDGE_MEMBER(status.list_size), 131'072, 16'777'216,
                 "Entries of a new published status list."),
      duration<S>("status.ttl", KEDGE_MEMBER(status.ttl), seconds(1), hours(24 * 7),
                  "How long a verifier may keep a status list before it looks again."),
      duration<S>("status.valid_for", KEDGE_MEMBER(status.valid_for), seconds(60), hours(24 * 366),
                  "How long a signed status list is valid; it is signed anew at half of it."),
      duration<S>("status.publish_interval", KEDGE_MEMBER(status.publish_interval), milliseconds(0),
                  hours(24), "Least time between two versions of a status list that changes."),
      choice<S>("status.key_type", KEDGE_MEMBER(status.key_type), {"ES256", "ES256K", "EdDSA"},
                "What key is made for an issuer's status lists where it has none."),
      text<S>("status.ebsi_schema", KEDGE_MEMBER(status.ebsi_schema), is_url, "a URL",
              "credentialSchema of the lists for EBSI."),
      list<S>(
          "status.ebsi_proxies", KEDGE_MEMBER(status.ebsi_proxies), is_ebsi_proxy,
          "a list of URLs such as https://api-pilot.ebsi.eu/trusted-issuers-registry/v5/issuers/"
          "did:ebsi:z.../proxies/0x...",
          "Issuers' proxies in EBSI's Trusted Issuers Registry: its verifiers take lists from "
          "there alone, so it stands in them and in credentials."),
      size<S>("store.block_cache", KEDGE_MEMBER(store.block_cache), kMiB, 1024 * kGiB,
              "Memory for reading the database."),
      size<S>("store.leaf_cache", KEDGE_MEMBER(store.leaf_cache), kMiB, 1024 * kGiB,
              "Memory at most for credentials of which proofs were asked for, 49 octets each."),
      size<S>("store.locator_cache", KEDGE_MEMBER(store.locator_cache), kMiB, 1024 * kGiB,
              "Memory at most for where credentials are, 24 octets each."),
      integer<S>("store.max_open_files", KEDGE_MEMBER(store.max_open_files), 64, 1'000'000,
                 "Files that the database keeps open at most."),
      text<S>("backup.folder", KEDGE_MEMBER(backup.folder), is_path_or_empty, "a path, or nothing",
              "Where node_backup makes backups, keys included; nothing means that it makes none. "
              "Best on another disk."),
      choice<S>("logging.level", KEDGE_MEMBER(logging.level),
                {"trace", "debug", "info", "warning", "error", "off"},
                "What is written to standard error."),
      choice<S>("logging.format", KEDGE_MEMBER(logging.format), {"text", "json"},
                "Lines for a person, or one JSON object a line."),
      duration<S>("logging.slow_call", KEDGE_MEMBER(logging.slow_call), milliseconds(0), hours(1),
                  "A call that takes longer is named, with its request; 0ms means none. Calls that "
                  "are answered by the writer, and may wait, are not meant."),
  };
}

#undef KEDGE_MEMBER

}  // namespace

const std::vector<Key<Settings>>& keys() {
  static const std::vector<Key<Settings>> table = [] {
    std::vector<Key<Settings>> all = make_keys();
    std::vector<Key<Settings>> network = network_keys();
    // Behind those of `[rpc]`, so that the keys of one table stand together.
    const auto behind = std::find_if(all.begin(), all.end(), [](const Key<Settings>& key) {
      return key.path.starts_with("batch.");
    });
    all.insert(behind, std::make_move_iterator(network.begin()),
               std::make_move_iterator(network.end()));
    for (Key<Settings> key : access_keys()) all.push_back(std::move(key));
    for (Key<Settings> key : webhooks_keys()) all.push_back(std::move(key));
    return all;
  }();
  return table;
}

}  // namespace kedge::config
