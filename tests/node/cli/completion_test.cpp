// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gtest/gtest.h>

#include "node/cli/completion_script.hpp"
#include "node/cli/manual_page.hpp"
#include "node/cli/run.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

std::string printed(const std::vector<std::string>& words, ExitStatus expected) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal(out, err, {});
  EXPECT_EQ(run(words, terminal), expected) << err.str();
  return out.str();
}

const CommandText& command(const std::vector<CommandText>& table, std::string_view name) {
  for (const CommandText& text : table) {
    if (text.name == name) return text;
  }
  throw std::runtime_error("no command " + std::string(name));
}

TEST(CommandTable, SaysWhatTheHelpSays) {
  const auto table = command_table();
  for (const CommandText& text : table) {
    const std::string help = printed({text.name, "--help"}, ExitStatus::done);
    EXPECT_NE(help.find(text.summary), std::string::npos) << text.name;
    EXPECT_NE(help.find(text.footer), std::string::npos) << text.name;
    EXPECT_FALSE(text.options.empty()) << text.name;
    for (const OptionText& option : text.options) {
      EXPECT_FALSE(option.meaning.empty()) << text.name;
      for (const std::string& name : option.names) {
        EXPECT_NE(help.find(name), std::string::npos) << text.name << " " << name;
      }
    }
  }
}

TEST(CommandTable, KnowsWhatFollowsAnOption) {
  const auto table = command_table();
  const auto option = [&](std::string_view of, std::string_view name) {
    for (const OptionText& text : command(table, of).options) {
      if (text.names.back() == name) return text;
    }
    throw std::runtime_error("no option " + std::string(name));
  };
  EXPECT_TRUE(option("node", "--data").takes_folder());
  EXPECT_TRUE(option("restore", "--to").takes_folder());
  EXPECT_TRUE(option("node", "--config").takes_file());
  EXPECT_EQ(option("node", "--insecure").placeholder, "");
  EXPECT_EQ(option("node", "--help").names, (std::vector<std::string>{"-h", "--help"}));
  EXPECT_EQ(option("submit", "--wait").words,
            (std::vector<std::string>{"sealed", "anchored", "final"}));
  const auto& words = command(table, "restore").words;
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].name, "BACKUP");
  EXPECT_TRUE(words[0].required);
}

TEST(Completion, HasEveryCommandAndOption) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const std::string script = printed({"completion", shell}, ExitStatus::done);
    for (const CommandText& text : command_table()) {
      EXPECT_NE(script.find(text.name), std::string::npos) << shell;
      for (const OptionText& option : text.options) {
        const std::string& name = option.names.back();
        const std::string written = shell == "fish" ? "-l " + name.substr(2) : name;
        EXPECT_NE(script.find(written), std::string::npos) << shell << " " << name;
      }
    }
  }
  printed({"completion", "csh"}, ExitStatus::usage);
}

TEST(Completion, QuotesWhatTheShellsWouldRead) {
  CommandText text{.name = "try", .summary = "It's a \"test\": [really]"};
  text.options.push_back(
      {.names = {"--one"}, .placeholder = "X", .words = {}, .meaning = "a 'b' [c]: d"});
  const std::vector<CommandText> table = {text};
  EXPECT_NE(zsh_completion(table).find(R"('--one[a '\''b'\'' \[c\]\: d]:X:')"), std::string::npos)
      << zsh_completion(table);
  EXPECT_NE(zsh_completion(table).find(R"('try:It'\''s a "test"\: [really]')"), std::string::npos);
  EXPECT_NE(fish_completion(table).find(R"(-x -d 'a \'b\' [c]: d')"), std::string::npos);
}

TEST(Manual, HasAPageForEveryCommand) {
  const std::string main = printed({"manual"}, ExitStatus::done);
  EXPECT_EQ(main.find(".TH KEDGE 1"), 0U);
  for (const CommandText& text : command_table()) {
    EXPECT_NE(main.find(".BR kedge\\-" + text.name + " (1)"), std::string::npos);
    const std::string page = printed({"manual", text.name}, ExitStatus::done);
    EXPECT_EQ(page.find(".TH KEDGE\\-"), 0U) << page;
    EXPECT_NE(page.find("\nkedge\\-" + text.name + " \\- "), std::string::npos) << page;
  }
  printed({"manual", "nothing"}, ExitStatus::usage);
}

TEST(Manual, WritesTextThatRoffDoesNotRead) {
  const CommandText text{.name = "try", .summary = "one", .footer = ".SH no\n'no\nc:\\d --e"};
  EXPECT_NE(command_page(text).find(".nf\n\\&.SH no\n\\&'no\nc:\\ed \\-\\-e\n.fi\n"),
            std::string::npos)
      << command_page(text);
}

}  // namespace
}  // namespace kedge::node::cli
