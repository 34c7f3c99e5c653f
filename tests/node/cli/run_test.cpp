// SPDX-License-Identifier: Apache-2.0
#include "node/cli/run.hpp"

#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "node/cli/command.hpp"
#include "node/cli/files.hpp"
#include "node/cli/terminal.hpp"
#include "tests/node/cli/temporary_directory.hpp"

namespace kedge::node::cli {
namespace {

struct Outcome {
  ExitStatus status;
  std::string out;
  std::string err;
};

Outcome run_words(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal(out, err, {});
  const ExitStatus status = run(words, terminal);
  return {status, out.str(), err.str()};
}

TEST(Run, HelpNamesEveryCommand) {
  const Outcome outcome = run_words({"--help"});
  EXPECT_EQ(outcome.status, ExitStatus::done);
  for (const auto& command : make_commands()) {
    EXPECT_NE(outcome.out.find("\n  " + command->name() + " "), std::string::npos)
        << command->name();
  }
  EXPECT_EQ(outcome.err, "");
}

TEST(Run, EveryCommandHasItsHelp) {
  for (const auto& command : make_commands()) {
    const Outcome outcome = run_words({command->name(), "--help"});
    EXPECT_EQ(outcome.status, ExitStatus::done) << command->name();
    EXPECT_NE(outcome.out.find(command->summary()), std::string::npos) << command->name();
  }
}

TEST(Run, TellsItsVersion) {
  const Outcome outcome = run_words({"--version"});
  EXPECT_EQ(outcome.status, ExitStatus::done);
  EXPECT_EQ(outcome.out.find("kedge "), 0U);
}

TEST(Run, WhatIsNotUnderstoodIsUsage) {
  const std::vector<std::vector<std::string>> lines = {
      {}, {"anchor"}, {"config", "--chek", "x"}, {"config"}, {"config", "--check"}};
  for (const auto& words : lines) {
    const Outcome outcome = run_words(words);
    EXPECT_EQ(outcome.status, ExitStatus::usage);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err.find("kedge: "), 0U);
  }
}

TEST(Run, NamesWhatIsMissing) {
  EXPECT_EQ(run_words({"prove"}).err, "kedge: <what> is missing\nTry \"kedge prove --help\".\n");
  EXPECT_EQ(run_words({"init", "--origin", ""}).status, ExitStatus::usage);
  const Outcome sampled = run_words({"sample", "--out", "/proc/nothing"});
  EXPECT_EQ(sampled.status, ExitStatus::failed);
  EXPECT_EQ(sampled.err.find("kedge: cannot make the directory /proc/nothing: "), 0U);
  const Outcome checked = run_words({"fsck", "--data", "/nonexistent"});
  EXPECT_EQ(checked.status, ExitStatus::failed);
  EXPECT_EQ(checked.err,
            "kedge: the check could not be made: /nonexistent is no directory; name the node's "
            "data directory with --data\n");
  const TemporaryDirectory data;
  ASSERT_TRUE(write_file(data.path() / "kedge.toml", "[rpc]\nlisten = \"127.0.0.1:1\"\n"));
  const Outcome proved = run_words({"prove", std::string(64, '0'), "--data", data.path().string()});
  EXPECT_EQ(proved.status, ExitStatus::failed);
  EXPECT_NE(proved.err.find("Start one with"), std::string::npos) << proved.err;
}

TEST(Run, TwoThingsCannotBothHaveStandardOutput) {
  const std::vector<std::vector<std::string>> lines = {
      {"prove", "a.jwt", "--out", "-", "--json"},
      {"prove", "a.manifest.ndjson", "--out", "-"},
      {"submit", "a.jwt", "--manifest", "-", "--json"}};
  for (const auto& words : lines) {
    const Outcome outcome = run_words(words);
    EXPECT_EQ(outcome.status, ExitStatus::usage) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(Run, ConfigSaysEverythingThatIsWrong) {
  const Outcome outcome = run_words({"config", "--check", "/nonexistent.toml"});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_EQ(outcome.out, "/nonexistent.toml: cannot be read\n");
}

TEST(Run, ConfigSaysItAsJsonToo) {
  const Outcome outcome = run_words({"config", "--check", "/nonexistent.toml", "--json"});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_EQ(outcome.out,
            "{\"good\":false,\"problems\":[{\"key\":\"\",\"message\":\"cannot be read\","
            "\"line\":0}],\"insecure\":[]}\n");
}

TEST(Run, ConfigFindsWhatIsInsecure) {
  const TemporaryDirectory data;
  const auto file = data.path() / "kedge.toml";
  ASSERT_TRUE(write_file(file, "[rpc]\nlisten = \"0.0.0.0:7410\"\n"));
  const Outcome outcome = run_words({"config", "--check", file.string()});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_EQ(outcome.out.find(file.string() + ": insecure: rpc.listen: can be reached"), 0U)
      << outcome.out;
  const Outcome json = run_words({"config", "--check", file.string(), "--json"});
  EXPECT_EQ(json.status, ExitStatus::failed);
  EXPECT_EQ(json.out.find(R"({"good":false,"problems":[],"insecure":[{"key":"rpc.listen")"), 0U)
      << json.out;
  ASSERT_TRUE(write_file(file, "[rpc]\nlisten = \"127.0.0.1:7410\"\n"));
  EXPECT_EQ(run_words({"config", "--check", file.string()}).status, ExitStatus::done);
}

TEST(Run, ANodeThatOthersCouldReadDoesNotStart) {
  const TemporaryDirectory data;
  const auto file = data.path() / "kedge.toml";
  ASSERT_TRUE(write_file(file, "[rpc]\nadmin_listen = \"0.0.0.0:0\"\n"));
  const Outcome outcome = run_words(
      {"node", "--config", file.string(), "--data", data.path().string(), "--listen", "[::]:0"});
  EXPECT_EQ(outcome.status, ExitStatus::failed);
  EXPECT_NE(outcome.err.find("rpc.listen can be reached"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("rpc.admin_listen can be reached"), std::string::npos);
  EXPECT_NE(outcome.err.find("--insecure"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(data.path() / "store")) << "nothing was made";
}

TEST(Run, ConfigPrintsWhatANodeWouldRunWith) {
  const Outcome outcome = run_words({"config", "--print", "--data", "/nonexistent"});
  EXPECT_EQ(outcome.status, ExitStatus::done);
  EXPECT_NE(outcome.out.find("data_dir = \"/nonexistent\"\n"), std::string::npos);
  EXPECT_NE(outcome.out.find("max_size = 65536\n"), std::string::npos);
}

}  // namespace
}  // namespace kedge::node::cli
