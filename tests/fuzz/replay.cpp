// SPDX-License-Identifier: Apache-2.0
// Puts every seed of every target through it. Usage: fuzz_replay CORPUS
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace fs = std::filesystem;

#define KEDGE_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "replay_targets.inc"
#undef KEDGE_TARGET

namespace {

struct Target {
  const char* name;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

#define KEDGE_TARGET(name) {#name, fuzz_##name},
constexpr Target kTargets[] = {
#include "replay_targets.inc"
};
#undef KEDGE_TARGET

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "usage: fuzz_replay CORPUS\n";
    return 2;
  }
  std::size_t replayed = 0;
  for (const Target& target : kTargets) {
    const auto files = files_of(fs::path(words[1]) / target.name);
    if (files.empty()) {
      std::cerr << target.name << " has no seeds\n";
      return 1;
    }
    for (const fs::path& file : files) {
      // Named before, so that the last line says whose seed has broken something.
      std::cout << target.name << '/' << file.filename().string() << std::endl;
      std::ifstream in(file, std::ios::binary);
      const std::vector<char> octets{std::istreambuf_iterator<char>(in), {}};
      target.run(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
      ++replayed;
    }
  }
  std::cout << replayed << " seeds of " << std::size(kTargets) << " targets\n";
  return 0;
}
