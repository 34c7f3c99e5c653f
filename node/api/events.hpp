// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "node/store/store.hpp"
#include "rpc/hub.hpp"

namespace kedge::node {

/// What can be subscribed to, and who tells it:
///
/// - `checkpoint`: `{"epoch","size","root","time","checkpoint"}` at every seal, as log_checkpoint
///   answers; its id is the epoch. Whoever was away is told of the newest kMaxMissed at most: the
///   rest is in the log.
/// - `anchor`: `{"ledger","state","epoch","size","root","time","reference"?}` whenever an anchor
/// has
///   come further, or has fallen back.
/// - `digest` (with the parameter `digest`): `{"digest","credentials":[{"issuer","position",
///   "state"}]}`: how far the credential has come, at once and whenever that has changed. It is
///   looked at after every seal and every change of an anchor.
///
/// Tells no more than the open methods answer. sealed() and anchored() are quick and belong to any
/// thread; digests are looked up on a thread of its own.
class NodeEvents {
 public:
  /// Checkpoints that one who was away is told of.
  static constexpr std::uint64_t kMaxMissed = 100;
  /// Digests that are watched at one time by all subscribers together. Beyond: too_busy.
  static constexpr std::size_t kMaxWatched = 10'000;

  /// Adds its topics. Both must outlive it.
  NodeEvents(rpc::Hub& hub, const Store& store);
  NodeEvents(const NodeEvents&) = delete;
  NodeEvents& operator=(const NodeEvents&) = delete;
  /// Stops.
  ~NodeEvents();

  void sealed(const CheckpointRow& checkpoint);
  void anchored(const AnchorRow& anchor);
  /// Ends the thread. Idempotent.
  void stop();

  /// Digests that are watched now.
  [[nodiscard]] std::size_t watched() const;

 private:
  struct Watch {
    std::size_t subscribers = 0;
    /// What was told last.
    std::string told;
  };

  Status watch(const std::string& digest);
  void unwatch(const std::string& digest);
  [[nodiscard]] std::vector<rpc::SharedEvent> checkpoints_since(std::uint64_t epoch) const;
  void wake();
  void run();
  void look(const StoreReader& reader, const std::string& digest, bool asked);

  rpc::Hub& hub_;
  const Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Watch> watches_;
  /// By a new subscriber, who is told whatever it is.
  std::set<std::string> asked_;
  bool look_at_all_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kedge::node
