// SPDX-License-Identifier: Apache-2.0
#include "node/audit/record_audit.hpp"

#include <algorithm>
#include <memory>

#include "node/log/leaf.hpp"

namespace kedge::node {
namespace {

/// Leaves that are read at once.
constexpr std::uint64_t kPage = 1'024;

/// Goes through the leaves of the record's issuer, a page at a time.
class HeadReader {
 public:
  HeadReader(const StoreReader& reader, std::string_view origin)
      : reader_(reader), name_(record_issuer_name(origin)) {}

  Result<std::optional<Hash>> next() {
    if (!found_) {
      if (Status found = find(); !found) return std::move(found).error();
    }
    if (position_ == count_) return std::optional<Hash>();
    if (position_ == page_end_) {
      if (Status read = read_page(); !read) return std::move(read).error();
    }
    const std::size_t offset = static_cast<std::size_t>(position_ - page_first_) * LeafEntry::kSize;
    const auto leaf = decode_leaf(ByteView(page_).subspan(offset, LeafEntry::kSize));
    if (!leaf) return Error{Errc::corrupt, "a head of the record: " + leaf.error().message};
    ++position_;
    return std::optional(leaf->digest);
  }

 private:
  Status find() {
    const auto issuer = reader_.issuer_by_name(name_);
    found_ = true;
    if (!issuer && issuer.error().code == Errc::not_found) return {};
    if (!issuer) return issuer.error();
    const auto count = reader_.next_position(issuer->id);
    if (!count) return count.error();
    issuer_ = issuer->id;
    count_ = *count;
    return {};
  }

  Status read_page() {
    const std::uint64_t size = std::min(kPage, count_ - position_);
    auto page = reader_.leaves(issuer_, position_, size);
    if (!page) return std::move(page).error();
    page_ = *std::move(page);
    page_first_ = position_;
    page_end_ = position_ + size;
    return {};
  }

  const StoreReader& reader_;
  const std::string name_;
  bool found_ = false;
  IssuerId issuer_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t position_ = 0;
  Bytes page_;
  std::uint64_t page_first_ = 0;
  std::uint64_t page_end_ = 0;
};

}  // namespace

NextHead record_heads(const StoreReader& reader, std::string_view origin) {
  return [heads = std::make_shared<HeadReader>(reader, origin)] { return heads->next(); };
}

Result<RecordCheck> audit_record(const StoreReader& reader, const std::filesystem::path& file,
                                 std::string_view origin, const RecordVisitor& visit) {
  auto checked = check_record(file, origin, record_heads(reader, origin), visit);
  if (checked || checked.error().code != Errc::not_found) return checked;
  const auto head = record_heads(reader, origin)();
  if (!head) return head.error();
  if (*head) {
    return Error{Errc::corrupt,
                 "the log is bound to a record, and " + file.string() + " is not there"};
  }
  return RecordCheck{};
}

}  // namespace kedge::node
