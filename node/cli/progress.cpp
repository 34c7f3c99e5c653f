// SPDX-License-Identifier: Apache-2.0
#include "node/cli/progress.hpp"

#include <algorithm>

#include "node/cli/human.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kPlainLine{10};

std::string rate(std::uint64_t done, double seconds) {
  if (seconds < 0.001) return {};
  return human_count(static_cast<std::uint64_t>(static_cast<double>(done) / seconds)) + "/s";
}

}  // namespace

std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t total,
                          double seconds) {
  std::string line = what + "  ";
  if (total > 0) {
    const std::uint64_t shown = std::min(done, total);
    const auto filled = static_cast<std::size_t>(static_cast<double>(shown) * kBarWidth /
                                                 static_cast<double>(total));
    line += "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '.') + "]  " +
            std::to_string(
                static_cast<int>(100.0 * static_cast<double>(shown) / static_cast<double>(total))) +
            "%  " + human_count(done) + " of " + human_count(total);
  } else {
    line += human_count(done);
  }
  const std::string speed = rate(done, seconds);
  return speed.empty() ? line : line + "  " + speed;
}

Progress::Progress(Terminal& terminal, std::string what, std::uint64_t total)
    : terminal_(terminal), what_(std::move(what)), total_(total) {
  terminal_.draw_progress(progress_line(what_, 0, total_, 0));
}

Progress::~Progress() {
  if (!finished_) terminal_.end_progress();
}

void Progress::advance_to(std::uint64_t done) {
  done_ = done;
  const Clock::time_point now = Clock::now();
  const bool moving = terminal_.looks().err_tty;
  if (now - shown_ < (moving ? Clock::duration(kRedraw) : Clock::duration(kPlainLine))) return;
  shown_ = now;
  const std::string line = progress_line(what_, done_, total_, seconds());
  if (moving) {
    terminal_.draw_progress(line);
  } else {
    terminal_.note(line);
  }
}

void Progress::finish() {
  finished_ = true;
  terminal_.end_progress();
  // Of one thing there is nothing to tell.
  if (total_ == 1) return;
  const std::string speed = rate(done_, seconds());
  terminal_.note(what_ + ": " + human_count(done_) + " in " + human_seconds(seconds()) +
                 (speed.empty() ? "" : " (" + speed + ")"));
}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

}  // namespace kedge::node::cli
