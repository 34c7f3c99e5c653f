// SPDX-License-Identifier: Apache-2.0
// Grows a store step by step and writes one row of measurements a step.
//   kedge_scale FOLDER COUNT STEP SECONDS FSCK_EVERY
// FOLDER holds the node's data and growth.csv; a run that finds them goes on behind their last row.
// Every FSCK_EVERY steps, and at the end, the store is checked as a whole.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "node/bench/peer.hpp"
#include "tests/bench/scale/growth.hpp"

namespace kedge::bench {
namespace {

/// What the last whole row says; 0 if there is no file yet. Throws if its columns are others.
std::uint64_t stored_before(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::uint64_t stored = 0;
  if (std::getline(in, line) && line != growth_columns()) {
    throw std::runtime_error(
        file.string() + " has other columns than this version writes: begin in another folder");
  }
  while (std::getline(in, line)) {
    if (!line.empty() && line[0] >= '0' && line[0] <= '9') {
      stored = std::strtoull(line.c_str(), nullptr, 10);
    }
  }
  return stored;
}

int fail(const Error& error) {
  std::cerr << "scale: " << error.message << '\n';
  return 1;
}

int run(const std::filesystem::path& programs, const std::vector<std::string>& words) {
  const auto number = [&](std::size_t at) {
    return std::strtoull(words.at(at).c_str(), nullptr, 10);
  };
  GrowthOptions options;
  options.folder = words.at(0);
  options.node_program = programs / "kedge_scale_node";
  options.peers_program = programs / node::bench::kPeers;
  options.kedge_program = programs.parent_path().parent_path() / "kedge";
  const std::uint64_t count = number(1);
  const std::uint64_t step = std::max<std::uint64_t>(number(2), 1);
  options.seconds = static_cast<double>(number(3));
  const std::uint64_t fsck_every = std::max<std::uint64_t>(number(4), 1);
  std::filesystem::create_directories(options.folder);

  const std::filesystem::path file = options.folder / "growth.csv";
  std::uint64_t stored = stored_before(file);
  std::ofstream out(file, std::ios::app);
  if (stored == 0) out << growth_columns() << std::endl;
  auto node = GrowingNode::start(std::move(options), stored);
  if (!node) return fail(node.error());
  while (stored < count) {
    std::uint64_t target = (stored / step + 1) * step;
    // A small rest goes with the last step: it could not be measured alone.
    if (target + step / 2 >= count) target = count;
    const bool fsck = target >= count || target / step % fsck_every == 0;
    const auto growth = node->grow_to(target, fsck);
    if (!growth) return fail(growth.error());
    stored = growth->stored;
    out << growth_row(*growth) << std::endl;
    std::cerr << stored << " of " << count << " stored; "
              << static_cast<std::uint64_t>(growth->accept_per_second) << " a second" << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace kedge::bench

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "expected FOLDER COUNT STEP SECONDS FSCK_EVERY\n";
    return 2;
  }
  try {
    const auto self = std::filesystem::read_symlink("/proc/self/exe");
    return kedge::bench::run(self.parent_path(), {argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "scale: " << error.what() << '\n';
    return 1;
  }
}
