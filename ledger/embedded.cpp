// SPDX-License-Identifier: Apache-2.0
#include "ledger/embedded.hpp"

#include <utility>

#include "crypto/hex.hpp"

namespace kedge::ledger {
namespace {

Error damaged(const std::filesystem::path& path, std::uint64_t offset, const std::string& why) {
  return {Errc::corrupt,
          "the embedded ledger " + path.string() + " is damaged at byte " + std::to_string(offset) +
              " (" + why +
              "): restore the file from a backup; if there is none, move it away, and the ledger "
              "begins anew with the next anchor while earlier proofs keep their records"};
}

/// Only the last line can be torn, because each one is synced before the next is written: it lacks
/// its newline, or some of its pages never reached the disk and read as zeros.
bool is_torn(std::string_view line, std::uint64_t offset, std::uint64_t file_size) {
  if (offset + line.size() != file_size) return false;
  return !line.ends_with('\n') || line.find('\0') != std::string_view::npos;
}

bool follows(const EmbeddedRecord& record, const std::optional<EmbeddedRecord>& before) {
  if (!before) return record.seq == 1 && record.prev == Hash{};
  return record.seq == before->seq + 1 && record.prev == before->head &&
         record.size > before->size && record.epoch > before->epoch;
}

}  // namespace

EmbeddedLedger::EmbeddedLedger(AppendFile file, std::string name, NowMs now_ms)
    : file_(std::move(file)), name_(std::move(name)), now_ms_(std::move(now_ms)) {}

Result<std::unique_ptr<EmbeddedLedger>> EmbeddedLedger::open(const std::filesystem::path& path,
                                                             std::string name, NowMs now_ms) {
  Result<AppendFile> file = AppendFile::open(path);
  if (!file) return std::move(file).error();
  std::unique_ptr<EmbeddedLedger> ledger(
      new EmbeddedLedger(*std::move(file), std::move(name), std::move(now_ms)));
  if (const Status recovered = ledger->recover(path); !recovered) return recovered.error();
  return ledger;
}

Status EmbeddedLedger::recover(const std::filesystem::path& path) {
  std::optional<std::uint64_t> torn_at;
  const Status read = file_.visit_lines(
      kMaxEmbeddedLine, [&](std::string_view line, std::uint64_t offset) -> Status {
        Result<EmbeddedAnchor> anchor = parse_embedded_line(line);
        if (!anchor && is_torn(line, offset, file_.size())) {
          torn_at = offset;
          return {};
        }
        if (!anchor) return damaged(path, offset, anchor.error().message);
        if (!follows(anchor->record, newest_)) {
          return damaged(path, offset, "the anchor does not follow the one before");
        }
        newest_ = std::move(anchor->record);
        newest_line_ = line;
        return {};
      });
  if (!read) return read;
  return torn_at ? file_.truncate(*torn_at) : Status();
}

Capabilities EmbeddedLedger::capabilities() const {
  return {.enforces_prev = true, .offline_proof = false, .independent = false};
}

Result<Attempt> EmbeddedLedger::prepare(const AnchorIntent& intent,
                                        std::span<const Attempt> /*earlier*/) {
  EmbeddedAnchor anchor;
  anchor.note = intent.note;
  anchor.record.name = name_;
  anchor.record.seq = newest_ ? newest_->seq + 1 : 1;
  anchor.record.epoch = intent.epoch;
  anchor.record.size = intent.size;
  anchor.record.root = intent.root;
  anchor.record.prev = newest_ ? newest_->head : Hash{};
  anchor.record.time_ms = now_ms_();
  anchor.record.head = record_head(anchor.record);
  const Result<std::string> line = format_embedded_line(anchor);
  if (!line) return line.error();
  const ByteView payload = as_bytes(*line);
  return Attempt{.payload = Bytes(payload.begin(), payload.end()),
                 .reference = crypto::to_hex(anchor.record.head)};
}

Status EmbeddedLedger::send(const Attempt& attempt) {
  const std::string_view line = as_text(attempt.payload);
  Result<EmbeddedAnchor> anchor = parse_embedded_line(line);
  if (!anchor) return std::move(anchor).error();
  const Result<bool> held = holds(line, anchor->record);
  if (!held) return held.error();
  if (*held) return {};
  if (!follows(anchor->record, newest_)) {
    return Error{Errc::already_exists, "another anchor has taken the place of this one"};
  }
  if (Status appended = file_.append(line); !appended) return appended;
  newest_ = std::move(anchor->record);
  newest_line_ = line;
  return {};
}

Result<AnchorProgress> EmbeddedLedger::poll(const AnchorIntent& /*intent*/,
                                            std::span<const Attempt> attempts) {
  AnchorProgress progress;
  progress.replace = true;
  for (const Attempt& attempt : attempts) {
    const std::string_view line = as_text(attempt.payload);
    const Result<EmbeddedAnchor> anchor = parse_embedded_line(line);
    if (!anchor) return anchor.error();
    const Result<bool> held = holds(line, anchor->record);
    if (!held) return held.error();
    if (*held) {
      Result<std::string> record = format_record(anchor->record);
      if (!record) return std::move(record).error();
      return AnchorProgress{.phase = AnchorPhase::final, .record = *std::move(record)};
    }
    if (follows(anchor->record, newest_)) progress.replace = false;
  }
  return progress;
}

Result<bool> EmbeddedLedger::holds(std::string_view line, const EmbeddedRecord& record) const {
  if (!newest_ || record.seq > newest_->seq) return false;
  if (record.seq == newest_->seq) return line == newest_line_;
  bool found = false;
  const Status read = visit([&](std::string_view stored, const EmbeddedAnchor& anchor) -> Status {
    if (anchor.record.seq == record.seq) found = stored == line;
    return {};
  });
  if (!read) return read.error();
  return found;
}

Result<std::optional<LedgerHead>> EmbeddedLedger::head() {
  if (!newest_) return std::optional<LedgerHead>();
  return std::optional<LedgerHead>(
      LedgerHead{.count = newest_->seq, .size = newest_->size, .root = newest_->root});
}

Status EmbeddedLedger::replay(std::uint64_t from_seq,
                              const std::function<Status(const ReplayedAnchor&)>& visitor) {
  return visit([&](std::string_view /*line*/, const EmbeddedAnchor& anchor) -> Status {
    if (anchor.record.seq < from_seq) return {};
    Result<std::string> record = format_record(anchor.record);
    if (!record) return std::move(record).error();
    return visitor({.seq = anchor.record.seq,
                    .size = anchor.record.size,
                    .root = anchor.record.root,
                    .record = *std::move(record)});
  });
}

Status EmbeddedLedger::visit(
    const std::function<Status(std::string_view, const EmbeddedAnchor&)>& visitor) const {
  return file_.visit_lines(
      kMaxEmbeddedLine, [&](std::string_view line, std::uint64_t offset) -> Status {
        const Result<EmbeddedAnchor> anchor = parse_embedded_line(line);
        if (!anchor) {
          return Error{Errc::corrupt, "the embedded ledger is damaged at byte " +
                                          std::to_string(offset) + ": " + anchor.error().message};
        }
        return visitor(line, *anchor);
      });
}

}  // namespace kedge::ledger
