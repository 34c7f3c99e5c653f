// SPDX-License-Identifier: Apache-2.0
#include "node/access/recorder.hpp"

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace kedge::node {
namespace {

/// How often open windows of refusals are looked at.
constexpr std::chrono::milliseconds kWindowLook{1'000};

}  // namespace

Recorder::Recorder(ChainFile file, RecorderOptions options)
    : options_(std::move(options)),
      file_(std::move(file)),
      queue_(static_cast<std::uint64_t>(options_.refusal_window.count())) {}

Recorder::~Recorder() {
  stop();
}

Result<std::unique_ptr<Recorder>> Recorder::open(const std::filesystem::path& file,
                                                 std::string_view origin, RecorderOptions options) {
  auto opened =
      ChainFile::open(file, record_format(origin),
                      [](std::string_view body, std::uint64_t number, const Hash&) -> Status {
                        const auto event = parse_record_line(number, body);
                        return event ? Status() : Status(event.error());
                      });
  if (!opened) return std::move(opened).error();
  std::unique_ptr<Recorder> recorder(new Recorder(*std::move(opened), std::move(options)));
  recorder->thread_ = std::thread([raw = recorder.get()] { raw->run(); });
  return recorder;
}

void Recorder::note(RecordEvent event) noexcept {
  put(std::move(event), false);
}

void Recorder::note_refusal(RecordEvent event) noexcept {
  put(std::move(event), true);
}

void Recorder::put(RecordEvent event, bool refusal) noexcept {
  try {
    if (event.time_ms == 0) event.time_ms = options_.now_ms();
    if (event.until_ms < event.time_ms) event.until_ms = event.time_ms;
    const std::lock_guard lock(mutex_);
    const bool idle = !queue_.has_ready();
    if (refusal) {
      queue_.add_refusal(std::move(event));
    } else {
      queue_.add(std::move(event));
    }
    if (idle && queue_.has_ready()) changed_.notify_one();
  } catch (const std::exception&) {
    ++lost_;
  }
}

Result<Hash> Recorder::sync() {
  return write(false);
}

Result<Hash> Recorder::write(bool all) {
  const std::lock_guard file_lock(file_mutex_);
  if (fault_) return *fault_;
  std::vector<RecordEvent> events;
  {
    const std::lock_guard lock(mutex_);
    events = queue_.take(options_.now_ms(), all);
  }
  std::vector<std::string> lines;
  lines.reserve(events.size());
  for (const RecordEvent& event : events) {
    lines.push_back(format_record_line(file_.lines() + lines.size(), event));
  }
  if (const Status written = file_.append(lines); !written) {
    fault_ = written.error();
    if (options_.failed) options_.failed(*fault_);
    return *fault_;
  }
  return file_.head();
}

void Recorder::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!queue_.has_ready()) {
      if (queue_.has_windows()) {
        changed_.wait_for(lock, kWindowLook);
      } else {
        changed_.wait(lock);
      }
    }
    // Others that come meanwhile share the write, and lines.
    if (queue_.has_ready() && !stopping_) {
      changed_.wait_for(lock, options_.flush, [this] { return stopping_; });
    }
    lock.unlock();
    try {
      (void)write(false);
    } catch (const std::exception&) {
      // Without memory for the lines; the events that were taken are lost, and counted.
      ++lost_;
    }
    lock.lock();
  }
}

void Recorder::stop() {
  const std::lock_guard stopping(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (!thread_.joinable()) return;
  thread_.join();
  (void)write(true);
}

}  // namespace kedge::node
