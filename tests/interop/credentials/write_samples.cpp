// SPDX-License-Identifier: Apache-2.0
// Writes samples for the independent verifiers. Usage: write_samples DIRECTORY COUNT
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "node/sample/sample.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: write_samples DIRECTORY COUNT\n";
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  const kedge::node::sample::SampleMaker maker(2026);
  const std::uint64_t count = std::strtoull(argv[2], nullptr, 10);
  for (std::uint64_t index = 0; index < count; ++index) {
    const auto sample = maker.make(index);
    if (!sample) {
      std::cerr << sample.error().message << '\n';
      return 1;
    }
    std::ofstream out(directory / sample->file_name, std::ios::binary);
    out << sample->document;
    if (!out) return 1;
  }
  return 0;
}
