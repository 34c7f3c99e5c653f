// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/append_file.hpp"
#include "ledger/evm/anchor_history.hpp"

namespace kedge::node {

/// The checkpoints that a node of the chain has listed so far, and up to which block, so that
/// reading goes on from there. In memory, or kept in a file of lines as well:
///
///     log <chain id> <contract> <log id>
///     anchor <seq> <root> <size> <head> <block> <hash> <transaction> <index> <time> <canonical>
///     read <block> <hash>
///
/// It saves questions and is believed no more than the node that gave the answers: what stands
/// behind the last whole `read` line, and a file that is not of this form, is forgotten. One thread
/// and one process at a time.
class AnchorCache {
 public:
  /// In memory alone.
  AnchorCache() = default;
  /// `log` is what the first line says. invalid_argument if the file is of another log; storage.
  static Result<AnchorCache> open(const std::filesystem::path& file, const std::string& log);

  [[nodiscard]] const std::vector<ledger::evm::ListedAnchor>& anchors() const { return anchors_; }
  /// Everything up to this block is in it; nullopt where nothing was read.
  [[nodiscard]] const std::optional<ledger::evm::BlockMark>& mark() const { return mark_; }

  Status append(std::span<const ledger::evm::ListedAnchor> anchors, ledger::evm::BlockMark mark);
  Status clear();

 private:
  Status load();
  bool take(std::string_view line);

  std::optional<ledger::AppendFile> file_;
  std::string first_line_;
  std::vector<ledger::evm::ListedAnchor> anchors_;
  std::optional<ledger::evm::BlockMark> mark_;
};

}  // namespace kedge::node
