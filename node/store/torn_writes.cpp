// SPDX-License-Identifier: Apache-2.0
#include "node/store/torn_writes.hpp"

#include <cerrno>
#include <charconv>
#include <fstream>
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

/// The write-ahead log with the greatest number that holds anything; empty if there is none. Logs
/// before it were complete before it was begun.
fs::path newest_log(const fs::path& store) {
  fs::path newest;
  std::uint64_t greatest = 0;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(store, failed)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t number = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (bad != std::errc() || std::string_view(end) != ".log") continue;
    if (number < greatest || entry.file_size(failed) == 0) continue;
    newest = entry.path();
    greatest = number;
  }
  return newest;
}

/// The manifest that CURRENT names; empty if it names none.
fs::path manifest(const fs::path& store) {
  std::ifstream current(store / "CURRENT");
  std::string name;
  std::getline(current, name);
  std::error_code failed;
  if (!name.starts_with("MANIFEST-") || !fs::exists(store / name, failed)) return {};
  return store / name;
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
  const fs::path file = newest_log(store);
  if (file.empty()) return {};
  const auto log = read_file(file);
  if (!log) return log.error();
  const LogTailReport found = inspect_log(*log, false);
  if (found.tail != LogTail::damaged) return {};
  return Error{Errc::corrupt, "the log " + file.string() + " of the store is damaged at octet " +
                                  std::to_string(found.offset) +
                                  ", before its end; restore a backup"};
}

Result<bool> drop_torn_writes(const fs::path& store) {
  bool dropped = false;
  for (const fs::path& file : {newest_log(store), manifest(store)}) {
    if (file.empty()) continue;
    const auto log = read_file(file);
    if (!log) return log.error();
    const LogTailReport found = inspect_log(*log, true);
    const bool damaged = kMutant == Mutant::damage_dropped && found.tail == LogTail::damaged;
    if (found.tail != LogTail::torn && !damaged) continue;
    if (Status cut = cut_off(file, found.offset); !cut) return std::move(cut).error();
    dropped = true;
  }
  return dropped;
}

}  // namespace kedge::node
