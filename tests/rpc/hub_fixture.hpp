// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "rpc/hub.hpp"
#include "rpc/subscriptions.hpp"
#include "server_fixture.hpp"

namespace kedge::rpc::test {

/// A server with three families of topics: `tick`, which remembers, `tock`, and `thing` with a key,
/// of which `bad` is refused.
class HubTest : public ServerTest {
 protected:
  HubTest() {
    hub_.add({.name = "tick", .since = [](std::uint64_t id) {
                std::vector<SharedEvent> past;
                for (std::uint64_t next = id + 1; next <= 5; ++next) {
                  past.push_back(std::make_shared<const Event>(
                      Event{"tick", "\"past " + std::to_string(next) + "\"", next}));
                }
                return past;
              }});
    hub_.add({.name = "tock"});
    hub_.add({.name = "thing",
              .key = "name",
              .opened = [this](const std::string& key) -> Status {
                if (key == "bad") return invalid_argument("expected a good one", "name");
                const std::lock_guard lock(mutex_);
                ++open_[key];
                return {};
              },
              .closed =
                  [this](const std::string& key) {
                    const std::lock_guard lock(mutex_);
                    --open_[key];
                  }});
    register_subscriptions(table_.methods, hub_);
    options_.hub = &hub_;
  }
  ~HubTest() override { server_.reset(); }

  /// Subscriptions to `thing` with this key that are owed an end.
  int open(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return open_[key];
  }

  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i < 1000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  Hub hub_;

 private:
  std::mutex mutex_;
  std::map<std::string, int> open_;
};

}  // namespace kedge::rpc::test
