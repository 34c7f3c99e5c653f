// SPDX-License-Identifier: Apache-2.0
#include "node/store/torn_writes.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "crypto/mutant.hpp"
#include "node/store/log_tail.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;

Result<Bytes> read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code failed;
  Bytes contents(fs::file_size(file, failed));
  in.read(reinterpret_cast<char*>(contents.data()), static_cast<std::streamsize>(contents.size()));
  if (failed || !in) return Error{Errc::storage, "cannot read " + file.string()};
  return contents;
}

struct NamedFile {
  fs::path path;
  Bytes contents;
};

/// The write-ahead log with the greatest number that holds anything; with an empty path if there is
/// none. Logs before it were complete before it was begun.
Result<NamedFile> newest_log(const fs::path& store) {
  std::map<std::uint64_t, fs::path, std::greater<>> logs;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(store, failed)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t number = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (bad == std::errc() && std::string_view(end) == ".log") logs.emplace(number, entry.path());
  }
  for (const auto& [number, path] : logs) {
    auto contents = read_file(path);
    if (!contents) return contents.error();
    if (!is_blank(*contents)) return NamedFile{path, *std::move(contents)};
  }
  return NamedFile{};
}

/// The manifest that CURRENT names; with an empty path if it names none.
Result<NamedFile> manifest(const fs::path& store) {
  std::ifstream current(store / "CURRENT");
  std::string name;
  std::getline(current, name);
  std::error_code failed;
  if (!name.starts_with("MANIFEST-") || !fs::exists(store / name, failed)) return NamedFile{};
  auto contents = read_file(store / name);
  if (!contents) return contents.error();
  return NamedFile{store / name, *std::move(contents)};
}

Status cut_off(const fs::path& file, std::uint64_t size) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  const bool done = fd >= 0 && ::ftruncate(fd, static_cast<off_t>(size)) == 0 && ::fsync(fd) == 0;
  const std::error_code failed(done ? 0 : errno, std::generic_category());
  if (fd >= 0) ::close(fd);
  if (done) return {};
  return Error{Errc::storage, "cannot shorten " + file.string() + ": " + failed.message()};
}

}  // namespace

Status check_log_framing(const fs::path& store) {
  const auto log = newest_log(store);
  if (!log) return log.error();
  const LogTailReport found = inspect_log(log->contents, false);
  if (found.tail != LogTail::damaged) return {};
  return Error{Errc::corrupt,
               "the log " + log->path.string() + " of the store is damaged at octet " +
                   std::to_string(found.offset) + ", before its end; restore a backup"};
}

Result<bool> drop_torn_writes(const fs::path& store) {
  bool dropped = false;
  for (const auto& file : {newest_log(store), manifest(store)}) {
    if (!file) return file.error();
    const LogTailReport found = inspect_log(file->contents, true);
    const bool damaged = kMutant == Mutant::damage_dropped && found.tail == LogTail::damaged;
    if (found.tail != LogTail::torn && !damaged) continue;
    if (Status cut = cut_off(file->path, found.offset); !cut) return std::move(cut).error();
    dropped = true;
  }
  return dropped;
}

}  // namespace kedge::node
