// SPDX-License-Identifier: Apache-2.0
#include "node/cli/progress.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

TEST(Progress, ShowsBarShareAndRate) {
  EXPECT_EQ(progress_line("hashing", 6'000, 10'000, 0.5),
            "hashing  [##############..........]  60%  6,000 of 10,000  12,000/s");
  EXPECT_EQ(progress_line("hashing", 10'000, 10'000, 0),
            "hashing  [########################]  100%  10,000 of 10,000");
  EXPECT_EQ(progress_line("reading", 7, 0, 0), "reading  7");
}

TEST(Progress, WritesPlainLinesWhereNobodyLooks) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal(out, err, {});
  Progress progress(terminal, "submitting", 10);
  progress.advance_to(10);
  progress.finish();
  EXPECT_EQ(out.str(), "");
  EXPECT_EQ(err.str().find("submitting: 10 in "), 0U);
  EXPECT_EQ(err.str().find('\x1b'), std::string::npos);
  EXPECT_EQ(err.str().back(), '\n');
}

TEST(Progress, LeavesNoHalfDrawnLine) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal::Looks looks;
  looks.err_tty = true;
  looks.width = 30;
  Terminal terminal(out, err, looks);
  { const Progress progress(terminal, "a long name of a long work", 10); }
  EXPECT_EQ(err.str(), "\r\x1b[Ka long name of a long work  [\r\x1b[K");
}

TEST(Terminal, PaintsOnlyWhereColoursAreShown) {
  std::ostringstream out;
  std::ostringstream err;
  const Terminal plain(out, err, {});
  EXPECT_EQ(plain.good("valid"), "valid");
  Terminal::Looks looks;
  looks.colours = true;
  const Terminal coloured(out, err, looks);
  EXPECT_EQ(coloured.good("valid"), "\x1b[32mvalid\x1b[0m");
}

}  // namespace
}  // namespace kedge::node::cli
