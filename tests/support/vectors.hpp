// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace kedge::test {

/// The folder of official test vectors, or an empty path where KEDGE_VECTORS is not set.
inline std::filesystem::path vectors_dir() {
  const char* dir = std::getenv("KEDGE_VECTORS");
  return dir != nullptr ? std::filesystem::path(dir) : std::filesystem::path();
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace kedge::test

/// First line of every test that reads vectors: skips visibly without them.
#define KEDGE_NEEDS_VECTORS(folder)                                                 \
  const std::filesystem::path vectors = kedge::test::vectors_dir() / (folder);      \
  if (kedge::test::vectors_dir().empty()) {                                         \
    GTEST_SKIP() << "KEDGE_VECTORS is not set; the official vectors were not read"; \
  }                                                                                 \
  ASSERT_TRUE(std::filesystem::exists(vectors)) << vectors
