// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "node/access/chain_file.hpp"
#include "node/access/record_queue.hpp"

namespace kedge::node {

struct RecorderOptions {
  /// Events wait so long for others, then they are written and synced together.
  std::chrono::milliseconds flush{250};
  std::chrono::milliseconds refusal_window{60'000};
  std::function<std::uint64_t()> now_ms;
  /// Once, when the file cannot be written any more: the node has to be started again.
  std::function<void(const Error&)> failed = {};
};

/// The record of who did what: hash-chained lines in an append-only file of the data directory
/// (record_line.hpp, chain_line.hpp). Noting an event costs its caller no disk; a thread writes.
/// sync() is the bound of what a crash can take: it is called before each epoch is signed. All
/// functions are thread-safe.
class Recorder {
 public:
  /// Reads the file, or makes it, and starts the thread. corrupt if the chain is broken.
  static Result<std::unique_ptr<Recorder>> open(const std::filesystem::path& file,
                                                std::string_view origin, RecorderOptions options);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  /// Stops.
  ~Recorder();

  /// An event, with the time of now unless it has one.
  void note(RecordEvent event) noexcept;
  void note_refusal(RecordEvent event) noexcept;

  /// Brings every event that note() was given before to stable storage. The hash of the newest
  /// line.
  Result<Hash> sync();

  /// Events that could not be taken because there was no memory for them.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

  /// Writes what is left, and ends the thread. Idempotent.
  void stop();

 private:
  Recorder(ChainFile file, RecorderOptions options);

  void run();
  /// The hash of the newest line.
  Result<Hash> write(bool all);
  void put(RecordEvent event, bool refusal) noexcept;

  const RecorderOptions options_;

  /// Taken before `mutex_`, and held while the disk is written: lines keep their order.
  std::mutex file_mutex_;
  ChainFile file_;
  std::optional<Error> fault_;

  std::mutex mutex_;
  std::condition_variable changed_;
  RecordQueue queue_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> lost_ = 0;

  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace kedge::node
