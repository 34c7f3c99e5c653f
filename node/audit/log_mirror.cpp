// SPDX-License-Identifier: Apache-2.0
#include "node/audit/log_mirror.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "config/durable_file.hpp"
#include "crypto/binary.hpp"
#include "crypto/checkpoint.hpp"
#include "crypto/compact_range.hpp"
#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMaxEntry = 65'535;
constexpr std::uint64_t kPortion = 4096;

Error unreadable(const std::filesystem::path& path) {
  return {Errc::storage, "cannot read " + path.string()};
}

Error damaged(const std::filesystem::path& directory, const std::string& what) {
  return {Errc::corrupt, "the mirror in " + directory.string() + " is damaged: " + what};
}

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in || text.size() > crypto::kMaxNoteSize) return unreadable(path);
  return text;
}

Result<crypto::Checkpoint> checkpoint_in(const std::string& note) {
  const auto parsed = crypto::parse_note(note);
  if (!parsed) return parsed.error();
  return crypto::parse_checkpoint(parsed->text);
}

/// Serves what the mirror has from it, and puts the rest into it.
class MirroredLog : public LogSource {
 public:
  MirroredLog(LogMirror& mirror, LogSource& node) : mirror_(mirror), node_(node) {}

  Result<std::string> checkpoint() override { return node_.checkpoint(); }
  Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count) override {
    if (first < mirror_.size()) return mirror_.entries(first, count);
    auto fresh = node_.entries(first, count);
    if (!fresh) return fresh;
    if (const Status kept = mirror_.append(*fresh); !kept) return kept.error();
    return fresh;
  }

 private:
  LogMirror& mirror_;
  LogSource& node_;
};

bool has(const HistoryReport& report, HistoryFaultKind kind) {
  return std::any_of(report.faults.begin(), report.faults.end(),
                     [kind](const HistoryFault& fault) { return fault.kind == kind; });
}

Status report_rewriting(HistoryReport& report, LogMirror& mirror, const std::string& what) {
  const auto held = keep_evidence(mirror.directory(), mirror.checkpoint());
  if (!held) return held.error();
  const auto shown = keep_evidence(mirror.directory(), report.checkpoint);
  if (!shown) return shown.error();
  ++report.fault_count;
  report.faults.insert(
      report.faults.begin(),
      {HistoryFaultKind::rewritten,
       "checkpoint",
       what + "; both are kept: " + held->filename().string() + ", " + shown->filename().string(),
       {mirror.checkpoint(), report.checkpoint}});
  return {};
}

}  // namespace

LogMirror::LogMirror(std::filesystem::path directory, ledger::AppendFile file)
    : directory_(std::move(directory)), file_(std::move(file)) {}

Result<std::unique_ptr<LogMirror>> LogMirror::open(const std::filesystem::path& directory) {
  if (const Status made = config::make_private_directory(directory); !made) return made.error();
  auto file = ledger::AppendFile::open(directory / "entries");
  if (!file) return file.error();
  std::unique_ptr<LogMirror> mirror(new LogMirror(directory, *std::move(file)));
  if (const Status loaded = mirror->load(); !loaded) return loaded.error();
  return mirror;
}

Status LogMirror::load() {
  const auto path = directory_ / "checkpoint";
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return discard();
  auto note = read_text(path);
  if (!note) return note.error();
  const auto checkpoint = checkpoint_in(*note);
  if (!checkpoint) return damaged(directory_, checkpoint.error().message);
  size_ = checkpoint->size;
  committed_bytes_ = file_.size();
  crypto::CompactRange range;
  while (range.size() < size_) {
    const auto portion = entries(range.size(), kPortion);
    if (!portion) return portion.error();
    for (const Bytes& entry : *portion) range.append(crypto::leaf_hash(entry));
  }
  if (range.root() != checkpoint->root) {
    return damaged(directory_, "its entries do not lead to its checkpoint");
  }
  checkpoint_ = *std::move(note);
  committed_bytes_ = next_offset_;
  return discard();
}

Result<std::vector<Bytes>> LogMirror::entries(std::uint64_t first, std::uint64_t count) {
  const auto path = directory_ / "entries";
  std::ifstream in(path, std::ios::binary);
  if (first < next_index_) next_index_ = next_offset_ = 0;
  in.seekg(static_cast<std::streamoff>(next_offset_));
  const std::uint64_t end = std::min(size_, first + std::min(count, kPortion));
  std::vector<Bytes> out;
  while (next_index_ < end) {
    std::array<std::uint8_t, 2> head{};
    in.read(reinterpret_cast<char*>(head.data()), head.size());
    Bytes entry(BinaryReader(head).get<std::uint16_t>());
    in.read(reinterpret_cast<char*>(entry.data()), static_cast<std::streamsize>(entry.size()));
    if (!in) return damaged(directory_, "it has fewer entries than its checkpoint");
    next_offset_ += head.size() + entry.size();
    if (next_index_++ >= first) out.push_back(std::move(entry));
  }
  return out;
}

Status LogMirror::append(std::span<const Bytes> entries) {
  Bytes out;
  for (const Bytes& entry : entries) {
    if (entry.size() > kMaxEntry) return invalid_argument("an entry has at most 65,535 octets");
    BinaryWriter(out).put(static_cast<std::uint16_t>(entry.size())).put(entry);
  }
  appended_ += entries.size();
  return file_.append(as_text(out));
}

Status LogMirror::commit(const std::string& checkpoint) {
  const auto parsed = checkpoint_in(checkpoint);
  if (!parsed) return parsed.error();
  if (parsed->size != size_ + appended_) {
    return invalid_argument("the checkpoint is not of the entries in the mirror");
  }
  const Status kept = config::replace_file(directory_ / "checkpoint", checkpoint);
  if (!kept) return kept;
  checkpoint_ = checkpoint;
  size_ = parsed->size;
  committed_bytes_ = file_.size();
  appended_ = 0;
  return {};
}

Status LogMirror::discard() {
  appended_ = 0;
  if (file_.size() == committed_bytes_) return {};
  return file_.truncate(committed_bytes_);
}

Result<std::filesystem::path> keep_evidence(const std::filesystem::path& directory,
                                            const std::string& note) {
  const auto path =
      directory / ("evidence-" + crypto::to_hex(crypto::sha256(as_bytes(note))) + ".note");
  const Status kept = config::replace_file(path, note);
  if (!kept) return kept.error();
  return path;
}

Result<HistoryReport> audit_with_mirror(std::span<const AnchorEvent> events, const ProvedHead& head,
                                        LogSource& log, LogMirror& mirror,
                                        const HistoryOptions& options) {
  MirroredLog mirrored(mirror, log);
  auto report = audit_history(events, head, mirrored, options);
  if (!report) {
    if (const Status taken_back = mirror.discard(); !taken_back) return taken_back.error();
    return report;
  }
  // A checkpoint that is nobody's says nothing about the log.
  const bool signed_one = !has(*report, HistoryFaultKind::checkpoint);
  const bool led_to = !has(*report, HistoryFaultKind::log_root);
  if (signed_one && led_to && report->entries >= mirror.size()) {
    const Status kept = mirror.commit(report->checkpoint);
    if (!kept) return kept.error();
    return report;
  }
  if (const Status taken_back = mirror.discard(); !taken_back) return taken_back.error();
  if (!signed_one || mirror.size() == 0) return report;
  const Status told =
      report_rewriting(*report, mirror,
                       led_to ? "the node shows fewer entries than it has shown before"
                              : "the node's log does not go on from what it has shown before");
  if (!told) return told.error();
  return report;
}

}  // namespace kedge::node
