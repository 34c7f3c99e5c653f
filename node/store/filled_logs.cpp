// SPDX-License-Identifier: Apache-2.0
#include "node/store/filled_logs.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <rocksdb/file_system.h>

namespace kedge::node {
namespace {

using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// So much is filled at once: the log of some 20,000 credentials that come one by one.
constexpr std::size_t kAhead = std::size_t{1} << 20;
/// Of a larger write the length is the least that its sync has to bring to the disk.
constexpr std::size_t kSmallWrite = std::size_t{64} << 10;

Slice zeros() {
  // Not const: it would lie in the program's file, octet by octet.
  static std::array<char, kAhead> octets;
  return {octets.data(), octets.size()};
}

/// As RocksDB writes a log: append and sync, never both at once, and close.
class FilledLog final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  explicit FilledLog(std::unique_ptr<FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t end = written_ + data.size();
    if (end > filled_ && data.size() <= kSmallWrite) fill(end, options, debug);
    // After the zeros: the system's file takes the end of its last write for its own.
    IOStatus done = target()->PositionedAppend(data, written_, options, debug);
    if (done.ok()) written_ = end;
    filled_ = std::max(filled_, written_);
    return done;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*sum*/, IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  std::uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return written_;
  }

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus cut =
        filled_ > written_ ? target()->Truncate(written_, options, debug) : IOStatus::OK();
    const IOStatus closed = target()->Close(options, debug);
    return closed.ok() ? cut : closed;
  }

 private:
  /// Without room for zeros there may still be some for what is to be written: it is given back.
  void fill(std::uint64_t end, const IOOptions& options, IODebugContext* debug) {
    if (full_) return;
    const IOStatus done = target()->PositionedAppend(zeros(), end, options, debug);
    if (done.ok()) {
      filled_ = end + kAhead;
      return;
    }
    full_ = true;
    target()->Truncate(written_, options, debug).PermitUncheckedError();
  }

  /// End of what was appended, and of the file.
  std::uint64_t written_ = 0;
  std::uint64_t filled_ = 0;
  bool full_ = false;
};

class FilledLogs final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  static const char* kClassName() { return "KedgeFilledLogs"; }
  [[nodiscard]] const char* Name() const override { return kClassName(); }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    IOStatus made = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    if (made.ok() && std::string_view(name).ends_with(".log")) {
      *file = std::make_unique<FilledLog>(std::move(*file));
    }
    return made;
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> env_with_filled_logs() {
  return rocksdb::NewCompositeEnv(std::make_shared<FilledLogs>(rocksdb::FileSystem::Default()));
}

}  // namespace kedge::node
