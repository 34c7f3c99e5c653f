// SPDX-License-Identifier: Apache-2.0
// `kedge submit` as a program: what becomes of the manifest, whatever happens.
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/cli/files.hpp"
#include "node/cli/interrupt.hpp"
#include "node/cli/manifest.hpp"
#include "node/cli/run.hpp"
#include "node/cli/terminal.hpp"
#include "tests/node/cli/small_server.hpp"
#include "tests/node/cli/temporary_directory.hpp"

namespace kedge::node::cli {
namespace {

class SubmitTest : public testing::Test {
 protected:
  SubmitTest() {
    write("cookie", std::string(64, 'c'));
    chmod(path("cookie").c_str(), S_IRUSR | S_IWUSR);
  }

  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  void write(const std::string& name, std::string_view content) {
    if (const Status done = write_file(path(name), content); !done) {
      throw std::runtime_error(done.error().message);
    }
  }
  std::vector<ManifestLine> manifest(const std::string& name) {
    const auto text = read_file(path(name));
    if (!text) return {};
    auto lines = parse_manifest(*text);
    return lines ? *std::move(lines) : std::vector<ManifestLine>();
  }

  /// A list of digests; with positions, it is the manifest of an earlier run.
  void write_list(const std::string& name, std::size_t count, bool with_positions) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      ManifestLine line;
      line.digest[0] = static_cast<std::uint8_t>(i >> 8U);
      line.digest[1] = static_cast<std::uint8_t>(i);
      if (with_positions) {
        line.position = i;
        line.state = "accepted";
      }
      append_manifest_line(text, line);
    }
    write(name, text);
  }

  ExitStatus submit(std::vector<std::string> words) {
    const std::vector<std::string> where = {"--data", directory_.path().string(), "--url",
                                            server_.url()};
    words.insert(words.begin(), "submit");
    words.insert(words.end(), where.begin(), where.end());
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal(out, err, {});
    const ExitStatus status = run(words, terminal);
    out_ = out.str();
    err_ = err.str();
    return status;
  }

  TemporaryDirectory directory_;
  std::atomic<int> good_calls_ = 1'000'000;
  /// Sent to the victim while it waits for an answer.
  std::atomic<int> signal_ = 0;
  std::atomic<pid_t> victim_ = 0;
  std::string out_;
  std::string err_;

 private:
  Status answer(std::string_view params, std::string& out) {
    if (signal_ != 0) {
      while (victim_ == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      kill(victim_, signal_);
    }
    if (good_calls_-- <= 0) return Error{Errc::corrupt, "broken"};
    auto items = nlohmann::json::array();
    const auto request = nlohmann::json::parse(params);
    for (const auto& item : request["items"]) {
      items.push_back({{"digest", item["digest"]},
                       {"position", next_++},
                       {"state", "sealed"},
                       {"duplicate", false}});
    }
    out += nlohmann::json({{"items", items}}).dump();
    return {};
  }

  std::atomic<std::uint64_t> next_ = 0;
  SmallServer server_{"anchor_submit", [this](std::string_view params, const rpc::Caller&,
                                              std::string& out) { return answer(params, out); }};
};

TEST_F(SubmitTest, NotesPositionAndState) {
  write_list("a.ndjson", 3, false);
  ASSERT_EQ(submit({path("a.ndjson"), "--json"}), ExitStatus::done) << err_;
  EXPECT_EQ(nlohmann::json::parse(out_)["credentials"], 3);
  const auto lines = manifest("a.ndjson.manifest.ndjson");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[2].position, 2U);
  EXPECT_EQ(lines[2].state, "sealed");
}

TEST_F(SubmitTest, AManifestThatIsSubmittedAgainLosesNothingOnTheWay) {
  write_list("a.manifest.ndjson", 20'001, true);
  const auto before = manifest("a.manifest.ndjson");
  good_calls_ = 0;
  EXPECT_EQ(submit({path("a.manifest.ndjson")}), ExitStatus::failed);
  EXPECT_NE(err_.find("stopped after 0 of 20,001: "), std::string::npos) << err_;
  EXPECT_EQ(manifest("a.manifest.ndjson"), before);

  good_calls_ = 1;
  EXPECT_EQ(submit({path("a.manifest.ndjson")}), ExitStatus::failed);
  EXPECT_NE(err_.find("stopped after 10,000 of 20,001: "), std::string::npos) << err_;
  const auto after = manifest("a.manifest.ndjson");
  ASSERT_EQ(after.size(), 20'001U);
  EXPECT_EQ(after[9'999].state, "sealed");
  EXPECT_EQ(after[10'000], before[10'000]);
}

TEST_F(SubmitTest, LooksForAPlaceForTheManifestFirst) {
  write_list("a.ndjson", 3, false);
  EXPECT_EQ(submit({path("a.ndjson"), "--manifest", path("missing/m.ndjson")}), ExitStatus::failed);
  EXPECT_NE(err_.find("nothing was submitted: no place for the manifest: cannot write "),
            std::string::npos)
      << err_;
  EXPECT_EQ(submit({path("a.ndjson"), "--manifest", directory_.path().string()}),
            ExitStatus::failed);
  EXPECT_EQ(good_calls_, 1'000'000) << "the node was not asked";
  EXPECT_EQ(submit({path("a.ndjson"), "--manifest", "-", "--json"}), ExitStatus::usage);
  EXPECT_NE(err_.find("both want standard output"), std::string::npos) << err_;
}

TEST_F(SubmitTest, CtrlCEndsItBetweenTwoCalls) {
  write_list("a.ndjson", 20'001, false);
  for (const int signal : {SIGINT, SIGTERM}) {
    SCOPED_TRACE(signal);
    std::filesystem::remove(path("a.ndjson.manifest.ndjson"));
    signal_ = signal;
    victim_ = 0;
    // In a process of its own, which has to end as the signal would have ended it.
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      submit({path("a.ndjson")});
      _exit(7);
    }
    victim_ = child;
    int ended = 0;
    ASSERT_EQ(waitpid(child, &ended, 0), child);
    EXPECT_TRUE(WIFSIGNALED(ended) && WTERMSIG(ended) == signal) << ended;
    const auto lines = manifest("a.ndjson.manifest.ndjson");
    ASSERT_EQ(lines.size(), 20'001U);
    EXPECT_EQ(lines[9'999].state, "sealed");
    EXPECT_EQ(lines[10'000].state, "");
  }
}

TEST(Interrupt, TakesTheFirstAndLeavesTheSecond) {
  {
    const Interrupt interrupt;
    EXPECT_FALSE(Interrupt::came());
    std::raise(SIGINT);
    EXPECT_TRUE(Interrupt::came());
    struct sigaction now {};
    sigaction(SIGINT, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL);
  }
  std::signal(SIGHUP, SIG_IGN);
  {
    const Interrupt interrupt;
    EXPECT_FALSE(Interrupt::came());
    std::raise(SIGHUP);
    EXPECT_FALSE(Interrupt::came()) << "what nohup has said stays said";
  }
  std::signal(SIGHUP, SIG_DFL);
}

}  // namespace
}  // namespace kedge::node::cli
