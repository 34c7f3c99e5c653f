// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "node/access/jwks.hpp"
#include "node/access/snapshot.hpp"

namespace kedge::node {

/// Where the text of a JWK Set comes from. Called on the source's thread alone, and in start().
using KeyFetch = std::function<Result<std::string>()>;

/// A file, at most kMaxJwksBytes.
KeyFetch fetch_keys_from_file(std::string path);
/// An https URL, or an http URL on this machine; the certificates of `ca_file`, the system's if it
/// is empty. invalid_argument for another URL.
Result<KeyFetch> fetch_keys_from_url(const std::string& url, const std::string& ca_file);

struct KeySourceOptions {
  std::chrono::milliseconds refresh{600'000};
  /// Keys are not believed for longer after the last fetch that succeeded.
  std::chrono::milliseconds max_age{86'400'000};
  /// Between two fetches that somebody has asked for: strangers must not make the node a client.
  std::chrono::milliseconds least_gap{60'000};
  /// Is told once of each new trouble, on the source's thread.
  std::function<void(const Error&)> trouble = {};
};

/// The keys of an authorisation server, fetched again in the background. While a fetch fails the
/// old keys stay, for max_age.
class KeySource {
 public:
  struct Keys {
    KeySet set;
    /// Another number for other keys; 0: none were ever fetched.
    std::uint64_t generation = 0;
    std::chrono::steady_clock::time_point fetched = {};
  };

  KeySource(KeyFetch fetch, KeySourceOptions options);
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;
  /// Stops.
  ~KeySource();

  /// Fetches once, and passes on what is wrong with that; then the thread. Call one of the two.
  Status start();
  /// The thread alone: the first fetch happens there.
  void start_later();

  /// The keys of now; unavailable while there are none, or only old ones. Thread-safe, without a
  /// lock; the reference is good until this thread asks again.
  [[nodiscard]] Result<const Keys*> keys() const;

  /// Somebody names a key that is not there: fetches now, if the last fetch is least_gap ago.
  /// Thread-safe, does not wait.
  void want_newer() const;

  void stop();

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  Status fetch_once();
  void note(const Status& fetched);

  const KeyFetch fetch_;
  const KeySourceOptions options_;
  Snapshot<Keys> keys_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable bool wanted_ = false;
  bool stopping_ = false;
  Clock::time_point last_try_{};
  /// Of whoever fetches alone.
  std::string last_text_;
  std::string last_trouble_;
  std::thread thread_;
};

}  // namespace kedge::node
