// SPDX-License-Identifier: Apache-2.0
#include "node/audit/anchor_cache.hpp"

#include <charconv>

#include "crypto/hex.hpp"

namespace kedge::node {
namespace {

using ledger::evm::BlockMark;
using ledger::evm::ListedAnchor;

constexpr std::size_t kMaxLine = 512;

/// The words of a line, taken one after the other; remembers whether all were what they should be.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view text() {
    const std::size_t end = rest_.find(' ');
    const std::string_view word = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    return word;
  }
  std::uint64_t number() {
    const std::string_view word = text();
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    ok_ &= error == std::errc() && stop == word.data() + word.size();
    return value;
  }
  Hash hash() {
    const auto value = crypto::hash_from_hex(text());
    ok_ &= bool(value);
    return value ? *value : Hash{};
  }
  [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string line_of(const ListedAnchor& anchor) {
  const auto number = [](std::uint64_t value) { return " " + std::to_string(value); };
  const auto hash = [](const Hash& value) { return " " + crypto::to_hex(value); };
  return "anchor" + number(anchor.event.seq) + hash(anchor.event.root) + number(anchor.event.size) +
         hash(anchor.event.head) + number(anchor.block_number) + hash(anchor.block_hash) +
         hash(anchor.transaction) + number(anchor.log_index) + number(anchor.time) +
         number(anchor.canonical ? 1 : 0) + "\n";
}

}  // namespace

Result<AnchorCache> AnchorCache::open(const std::filesystem::path& file, const std::string& log) {
  auto opened = ledger::AppendFile::open(file);
  if (!opened) return opened.error();
  AnchorCache cache;
  cache.file_ = *std::move(opened);
  cache.first_line_ = "log " + log + "\n";
  if (const Status loaded = cache.load(); !loaded) return loaded.error();
  return cache;
}

bool AnchorCache::take(std::string_view line) {
  Words words(line);
  const std::string_view kind = words.text();
  if (kind == "read") {
    BlockMark mark;
    mark.number = words.number();
    mark.hash = words.hash();
    if (words.finished()) mark_ = mark;
    return words.finished();
  }
  if (kind != "anchor") return false;
  ListedAnchor anchor;
  anchor.event.seq = words.number();
  anchor.event.root = words.hash();
  anchor.event.size = words.number();
  anchor.event.head = words.hash();
  anchor.block_number = words.number();
  anchor.block_hash = words.hash();
  anchor.transaction = words.hash();
  anchor.log_index = words.number();
  anchor.time = words.number();
  anchor.canonical = words.number() != 0;
  anchors_.push_back(anchor);
  return words.finished();
}

Status AnchorCache::load() {
  bool good = true;
  std::size_t known = 0;
  std::uint64_t end = 0;
  bool cut_short = false;
  std::optional<std::string> other;
  const Status read =
      file_->visit_lines(kMaxLine, [&](std::string_view line, std::uint64_t offset) -> Status {
        // Only the last line may be.
        good = good && !cut_short;
        cut_short = !line.ends_with('\n');
        if (cut_short) return {};
        if (offset == 0) {
          if (line != first_line_ && line.starts_with("log ")) other = line;
          good = line == first_line_;
          end = line.size();
        } else if (good && take(line.substr(0, line.size() - 1))) {
          if (line.starts_with("read ")) {
            known = anchors_.size();
            end = offset + line.size();
          }
        } else {
          good = false;
        }
        return {};
      });
  if (!read) return read;
  if (other) {
    return invalid_argument("the mirror is of another log (" + other->substr(4, other->size() - 5) +
                            "), not " + first_line_.substr(4, first_line_.size() - 5));
  }
  if (!good || end == 0) return clear();
  anchors_.resize(known);
  return end == file_->size() ? Status() : file_->truncate(end);
}

Status AnchorCache::append(std::span<const ListedAnchor> anchors, BlockMark mark) {
  anchors_.insert(anchors_.end(), anchors.begin(), anchors.end());
  mark_ = mark;
  if (!file_) return {};
  std::string lines;
  for (const ListedAnchor& anchor : anchors) lines += line_of(anchor);
  return file_->append(lines + "read " + std::to_string(mark.number) + " " +
                       crypto::to_hex(mark.hash) + "\n");
}

Status AnchorCache::clear() {
  anchors_.clear();
  mark_.reset();
  if (!file_) return {};
  if (const Status cut = file_->truncate(0); !cut) return cut;
  return file_->append(first_line_);
}

}  // namespace kedge::node
