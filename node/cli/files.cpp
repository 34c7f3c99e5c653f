// SPDX-License-Identifier: Apache-2.0
#include "node/cli/files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

#include <unistd.h>

namespace kedge::node::cli {
namespace {

/// Reads until the end, or until it is clear that there is too much.
Result<std::string> read_all(std::istream& in, const std::string& name) {
  std::string content;
  char buffer[1 << 16];
  while (in.read(buffer, sizeof buffer) || in.gcount() > 0) {
    content.append(buffer, static_cast<std::size_t>(in.gcount()));
    if (content.size() > kMaxFileBytes) return invalid_argument(name + " is larger than 256 MiB");
  }
  return content;
}

Error storage_error(const std::filesystem::path& path) {
  return {Errc::storage, "cannot write " + path.string() + ": " + std::strerror(errno)};
}

/// Where the content stands until it is whole.
std::filesystem::path beside_of(const std::filesystem::path& path) {
  std::filesystem::path beside = path;
  beside += "." + std::to_string(getpid()) + ".tmp";
  return beside;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  if (path == "-") return read_all(std::cin, "standard input");
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return Error{Errc::not_found, path.string() + " does not exist"};
  }
  if (std::filesystem::is_directory(status)) {
    return invalid_argument(path.string() + " is a directory");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return invalid_argument("cannot read " + path.string() + ": " + std::strerror(errno));
  return read_all(in, path.string());
}

Status check_writable(const std::filesystem::path& path) {
  if (path == "-") return {};
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    errno = EISDIR;
    return storage_error(path);
  }
  const std::filesystem::path beside = beside_of(path);
  const std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  if (!out) return storage_error(path);
  std::filesystem::remove(beside, ignored);
  return {};
}

Status write_file(const std::filesystem::path& path, std::string_view content) {
  if (path == "-") {
    std::cout << content << std::flush;
    return std::cout ? Status() : Status(Error{Errc::storage, "cannot write to standard output"});
  }
  const std::filesystem::path beside = beside_of(path);
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  if (!out) return storage_error(path);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out || std::rename(beside.c_str(), path.c_str()) != 0) {
    const Error failed = storage_error(path);
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    return failed;
  }
  return {};
}

}  // namespace kedge::node::cli
