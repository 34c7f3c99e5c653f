// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "node/cli/run.hpp"
#include "node/cli/terminal.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  kedge::node::cli::Terminal terminal = kedge::node::cli::Terminal::standard();
  return static_cast<int>(kedge::node::cli::run(words, terminal));
}
