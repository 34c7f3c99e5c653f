// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "node/anchoring/clock.hpp"
#include "node/anchoring/sequencer.hpp"
#include "node/status/list_publisher.hpp"

namespace kedge::node {

struct ListPublishingOptions {
  /// Whose credentials the published documents are, in the log: the node itself.
  std::string own_issuer;
  /// Without being woken, it looks so often: for lists that are new, and documents that end.
  std::chrono::milliseconds look_interval{10'000};
  /// Digests in one call to the sequencer.
  std::size_t call_items = kMaxSubmitItems;
};

/// Called on the publishing thread; must be quick.
struct ListPublishingEvents {
  /// Lists whose documents are new.
  std::function<void(std::size_t lists)> published;
  /// What keeps a list from being published, or a digest from the log; the same reason is told
  /// once until it has gone.
  std::function<void(const Error&)> trouble;
  /// Once, when nothing can be written any more: the node has to be started again.
  std::function<void(const Error&)> failed;
};

/// The issuer under whose name a log holds what the node itself publishes: `urn:kedge:log:` and the
/// origin.
std::string own_issuer_name(std::string_view origin);

/// The thread that publishes status lists after each epoch and hands the digests of the documents
/// to the sequencer, so that the next epoch shows what was published when.
class ListPublishing {
 public:
  /// `sequencer`, `clock` and what the publisher reads must outlive it.
  ListPublishing(ListPublisher publisher, Sequencer& sequencer, const Clock& clock,
                 ListPublishingOptions options, ListPublishingEvents events);
  ListPublishing(const ListPublishing&) = delete;
  ListPublishing& operator=(const ListPublishing&) = delete;
  /// Stops.
  ~ListPublishing();

  /// Call once.
  void start();
  /// There is a new checkpoint. Thread-safe.
  void wake();
  /// Ends after the pass that is being made. Idempotent. The sequencer must not be stopped before:
  /// the thread may be waiting for its answer.
  void stop();

 private:
  void run();
  bool step();
  /// False if the sequencer takes none now.
  bool submit_digests();
  void tell_trouble(const Error& error);
  bool pause();

  ListPublisher publisher_;
  Sequencer& sequencer_;
  const Clock& clock_;
  const ListPublishingOptions options_;
  const ListPublishingEvents events_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;

  /// Of the thread alone.
  std::deque<DocumentDigest> unsubmitted_;
  bool issuer_made_ = false;
  std::string last_trouble_;

  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace kedge::node
