// SPDX-License-Identifier: Apache-2.0
#include "node/backup/ledger_cut.hpp"

#include <algorithm>
#include <optional>

#include "ledger/append_file.hpp"
#include "ledger/embedded_line.hpp"

namespace kedge::node {
namespace {

/// Whether the store has an attempt that is this very line.
Result<bool> knows(const StoreReader& store, const std::string& ledger, std::uint64_t epoch,
                   std::string_view line) {
  const Result<AnchorRow> row = store.anchor(ledger, epoch);
  if (!row && row.error().code == Errc::not_found) return false;
  if (!row) return row.error();
  return std::any_of(row->attempts.begin(), row->attempts.end(), [&](const AnchorAttempt& attempt) {
    return as_text(attempt.payload) == line;
  });
}

}  // namespace

Status cut_to_store(const std::filesystem::path& file, const std::string& ledger,
                    const StoreReader& copied, const StoreReader& live) {
  auto opened = ledger::AppendFile::open(file);
  if (!opened) return std::move(opened).error();
  std::optional<std::uint64_t> cut;
  bool foreign = false;
  const Status read = opened->visit_lines(
      ledger::kMaxEmbeddedLine, [&](std::string_view line, std::uint64_t offset) -> Status {
        const auto anchor = ledger::parse_embedded_line(line);
        if (!anchor) {
          return Error{Errc::corrupt, "the embedded ledger is damaged at octet " +
                                          std::to_string(offset) + ": " + anchor.error().message};
        }
        if (!cut) {
          const auto there = knows(copied, ledger, anchor->record.epoch, line);
          if (!there) return there.error();
          if (*there) return {};
          cut = offset;
        }
        const auto ours = knows(live, ledger, anchor->record.epoch, line);
        if (!ours) return ours.error();
        foreign = foreign || !*ours;
        return {};
      });
  if (!read) return read;
  return cut && !foreign ? opened->truncate(*cut) : Status();
}

}  // namespace kedge::node
