// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/files.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/progress.hpp"
#include "node/cli/terminal.hpp"
#include "node/sample/sample.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;

/// Makes samples on all processors and writes one file each.
class SampleWriter {
 public:
  SampleWriter(std::uint64_t seed, std::uint64_t count, fs::path directory)
      : maker_(seed), count_(count), directory_(std::move(directory)) {}

  Status run(Progress& progress) {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      threads.emplace_back([this] { work(); });
    }
    while (done_ < count_ && !failed_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      progress.advance_to(done_);
    }
    threads.clear();
    progress.advance_to(done_);
    if (fault_) return *fault_;
    return {};
  }

  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void work() {
    for (std::uint64_t index = next_++; index < count_ && !failed_; index = next_++) {
      const Status written = write(index);
      if (!written) {
        const std::lock_guard lock(mutex_);
        fault_ = written.error();
        failed_ = true;
        return;
      }
      ++done_;
    }
  }

  Status write(std::uint64_t index) {
    const auto made = maker_.make(index);
    if (!made) return made.error();
    bytes_ += made->document.size();
    return write_file(directory_ / made->file_name, made->document);
  }

  const sample::SampleMaker maker_;
  const std::uint64_t count_;
  const fs::path directory_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::optional<Error> fault_;
};

class SampleCommand : public Command {
 public:
  std::string name() const override { return "sample"; }
  std::string summary() const override { return "Make realistic micro-credentials to try with"; }

  void declare(Arguments& arguments) override {
    arguments.option("--count", count_, 1, 100'000'000, "How many");
    arguments.option("--out", out_, "DIR", "A new or empty directory for them");
    arguments.option("--seed", seed_, 0, UINT64_MAX,
                     "Another seed makes other learners and courses");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "EBSI JWT, Data Integrity and SD-JWT VC, properly signed with keys that are made on the\n"
        "spot. People, universities and courses are invented.");
  }

  ExitStatus run(Terminal& terminal) override {
    std::error_code error;
    fs::create_directories(out_, error);
    if (error || !fs::is_directory(out_, error)) {
      terminal.error("cannot make the directory " + out_ +
                     (error ? ": " + error.message() : std::string()));
      return ExitStatus::failed;
    }
    if (!fs::is_empty(out_, error)) {
      terminal.error(out_ + " is not empty; samples go into a directory of their own");
      return ExitStatus::failed;
    }
    Progress progress(terminal, "making samples", count_);
    SampleWriter writer(seed_, count_, out_);
    const Status done = writer.run(progress);
    if (!done) {
      terminal.error("stopped", done.error());
      return ExitStatus::failed;
    }
    progress.finish();
    if (json_) {
      terminal.line(JsonLine()
                        .number("credentials", count_)
                        .number("bytes", writer.bytes())
                        .text("directory", out_)
                        .finished());
    } else {
      terminal.line(human_count(count_) + " credentials, " + human_bytes(writer.bytes()) + ", in " +
                    out_);
    }
    return ExitStatus::done;
  }

 private:
  std::uint64_t count_ = 1'000;
  std::uint64_t seed_ = 1;
  std::string out_ = "samples";
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_sample_command() {
  return std::make_unique<SampleCommand>();
}

}  // namespace kedge::node::cli
