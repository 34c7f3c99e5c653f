// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "ledger/append_file.hpp"
#include "ledger/embedded_line.hpp"
#include "ledger/ledger.hpp"

namespace kedge::ledger {

/// An append-only file of signed checkpoints, one line an anchor (embedded_line.hpp), inside the
/// node's own data directory. For development and for users who only need the signed log: whoever
/// holds the directory can write the file anew, so it proves nothing against the node itself.
///
/// An anchor is appended only if it follows the newest one (compare-and-swap on `prev`), is on
/// stable storage before `send` succeeds, and is final at once. Opening reads the whole file and
/// checks every line; memory does not grow with it. A line that was being written when the node
/// died is cut off. After a failed write or sync nothing is known about the file: every later
/// `send` answers storage until the ledger is opened again.
///
/// One thread at a time. That no other process has the file open is the caller's to ensure.
class EmbeddedLedger final : public Ledger {
 public:
  using NowMs = std::function<std::uint64_t()>;

  /// Opens the file, or creates it. `now_ms` gives the time of new anchors in Unix milliseconds.
  /// corrupt, with what to do, if a line is damaged or does not follow the one before; storage if
  /// the file cannot be read or written.
  static Result<std::unique_ptr<EmbeddedLedger>> open(const std::filesystem::path& path,
                                                      std::string name, NowMs now_ms);

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] std::string_view kind() const override { return "embedded"; }
  [[nodiscard]] Capabilities capabilities() const override;

  /// The payload is the line itself; the reference is its `head` in hex.
  Result<Attempt> prepare(const AnchorIntent& intent, std::span<const Attempt> earlier) override;
  /// invalid_argument for a payload that `prepare` did not make, already_exists if another anchor
  /// has taken its place.
  Status send(const Attempt& attempt) override;
  Result<AnchorProgress> poll(const AnchorIntent& intent,
                              std::span<const Attempt> attempts) override;
  Result<std::optional<LedgerHead>> head() override;
  Status replay(std::uint64_t from_seq,
                const std::function<Status(const ReplayedAnchor&)>& visit) override;

 private:
  EmbeddedLedger(AppendFile file, std::string name, NowMs now_ms);

  /// Reads the whole file, finds the newest anchor and cuts off a torn tail.
  Status recover(const std::filesystem::path& path);
  Status visit(
      const std::function<Status(std::string_view line, const EmbeddedAnchor&)>& visit) const;
  /// Whether exactly this line is in the file.
  Result<bool> holds(std::string_view line, const EmbeddedRecord& record) const;

  AppendFile file_;
  std::string name_;
  NowMs now_ms_;
  std::optional<EmbeddedRecord> newest_;
  std::string newest_line_;
};

}  // namespace kedge::ledger
