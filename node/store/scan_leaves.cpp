// SPDX-License-Identifier: Apache-2.0
#include "node/store/checks.hpp"
#include "node/store/row_scan.hpp"

/// The scan's part that reads leaves and what finds them.
namespace kedge::node {

std::optional<std::uint64_t> RowScan::prefix_at(const Location& at) {
  const auto leaf = reader_.leaves(at.issuer, at.position, 1);
  if (!identity_ || !leaf) return std::nullopt;
  return locator_prefix(*identity_, options_.rocks, leaf_digest(*leaf, 0));
}

void RowScan::scan_runs() {
  std::optional<IssuerId> issuer;
  std::optional<std::uint64_t> expected;
  each(Family::runs, [&](const rows::Source& row) {
    const auto id = keys::get<std::uint32_t>(row.key, 0);
    const auto first = keys::get<std::uint64_t>(row.key, 4);
    if (issuer != id) expected = 0;
    issuer = id;
    if (!known(Family::runs, row.key, id)) return;
    if (expected && first != *expected) {
      fault(Family::runs, row.key, "follows position " + std::to_string(*expected) + " as next");
    }
    expected.reset();
    const auto run = take(Family::runs, row, rows::RunRow::parse(row));
    if (!run) return;
    expected = run->first() + run->count();
    issuers_[id].next_position = *expected;
    scan_run(row, *run);
  });
  for (const auto& [id, known] : issuers_) {
    if (known.mark > known.next_position) {
      fault(Family::meta, keys::locator_mark(id), "is beyond the issuer's leaves");
    }
  }
}

void RowScan::scan_run(const rows::Source& row, const rows::RunRow& run) {
  Bytes entries;
  if (auto ok = run.read(0, run.count(), entries); !ok) {
    fault(Family::runs, row.key, ok.error().message);
    return;
  }
  for (std::size_t i = 0; i < run.count(); ++i) {
    const Location at{run.issuer(), run.first() + i};
    const auto entry = ByteView(entries).subspan(i * LeafEntry::kSize, LeafEntry::kSize);
    if (const auto leaf = decode_leaf(entry); !leaf) {
      fault(Family::runs, row.key,
            "position " + std::to_string(at.position) + ": " + leaf.error().message);
    }
    if (!identity_) continue;
    const auto prefix = locator_prefix(*identity_, options_.rocks, leaf_digest(entry, 0));
    if (marked(at)) {
      leaves_.add(prefix, at);
      continue;
    }
    ++report_.unmarked;
    scan_unmarked(at, prefix);
  }
}

/// A store that is opened takes such a leaf for the first of its prefix unless it is among the
/// further ones.
void RowScan::scan_unmarked(const Location& at, std::uint64_t prefix) {
  rocksdb::PinnableSlice value;
  const auto further = db_.get(Family::locator_more, keys::locator_more(prefix, at), value);
  if (!further || *further) return;
  const std::string key = keys::locator(prefix);
  const auto found = db_.get(Family::locator, key, value);
  const bool other = found && *found && text_of(value) != rows::encode_location(at);
  if (!tail_.insert(prefix).second || other) {
    fault(Family::locator_more, keys::locator_more(prefix, at),
          "is missing: another credential has the prefix already");
  }
}

bool RowScan::marked(const Location& at) const {
  const auto issuer = issuers_.find(at.issuer);
  return issuer != issuers_.end() && at.position < issuer->second.mark;
}

void RowScan::scan_locator() {
  each(Family::locator, [&](const rows::Source& row) {
    const auto at = take(Family::locator, row, rows::decode_location(row));
    if (!at) return;
    const auto prefix = keys::get<std::uint64_t>(row.key, 0);
    if (marked(*at)) {
      pointers_.add(prefix, *at);
    } else {
      check_pointer(row.key, prefix, *at);
    }
  });
}

void RowScan::check_pointer(std::string_view key, std::uint64_t prefix, const Location& at) {
  if (prefix_at(at) == prefix) return;
  fault(Family::locator, key,
        "position " + std::to_string(at.position) + " of issuer " + std::to_string(at.issuer) +
            " has another prefix or is not there");
}

/// Reads the locator and the leaves again, with a look-up for every one: slow, and only done where
/// it is known that something will be found.
void RowScan::search_locator() {
  const std::uint64_t before = report_.faults;
  revisit(Family::locator, [&](const rows::Source& row) {
    const auto at = rows::decode_location(row);
    if (at && marked(*at)) check_pointer(row.key, keys::get<std::uint64_t>(row.key, 0), *at);
  });
  // Without it no prefix can be computed; that it is missing has been said.
  if (!identity_) return;
  for (const auto& entry : issuers_) {
    const IssuerId id = entry.first;
    const auto checked = reader_.visit_leaves(id, 0, [&](const StoredLeaf& leaf) -> Status {
      const Location at{id, leaf.position};
      if (marked(at)) search_leaf(at, leaf_digest(leaf.entry, 0));
      return {};
    });
    if (!checked) break;
  }
  if (report_.faults == before) {
    fault(std::string(family_name(Family::locator)), "its rows are not those of the leaves");
  }
}

void RowScan::search_leaf(const Location& at, const Hash& digest) {
  const auto prefix = locator_prefix(*identity_, options_.rocks, digest);
  rocksdb::PinnableSlice value;
  const std::string key = keys::locator(prefix);
  if (const auto found = db_.get(Family::locator, key, value); found && *found) {
    const auto first = rows::decode_location({key, text_of(value)});
    if (first && *first == at) return;
  }
  const auto further = db_.get(Family::locator_more, keys::locator_more(prefix, at), value);
  if (further && *further) return;
  fault(Family::locator, key,
        "does not lead to position " + std::to_string(at.position) + " of issuer " +
            std::to_string(at.issuer));
}

void RowScan::scan_locator_more() {
  each(Family::locator_more, [&](const rows::Source& row) {
    const auto prefix = keys::get<std::uint64_t>(row.key, 0);
    const Location at{keys::get<std::uint32_t>(row.key, 8), keys::get<std::uint64_t>(row.key, 12)};
    if (!row.value.empty()) fault(Family::locator_more, row.key, "has a value");
    if (prefix_at(at) != prefix) {
      fault(Family::locator_more, row.key, "the credential has another prefix or is not there");
      return;
    }
    if (marked(at)) pointers_.add(prefix, at);
    rocksdb::PinnableSlice value;
    const std::string primary = keys::locator(prefix);
    const auto found = db_.get(Family::locator, primary, value);
    if (found && *found) {
      const auto first = rows::decode_location({primary, text_of(value)});
      if (first && *first == at) fault(Family::locator_more, row.key, "is in `locator` too");
    } else if (!tail_.contains(prefix)) {
      fault(Family::locator_more, row.key, "no first credential has this prefix");
    }
  });
  if (leaves_ != pointers_) return search_locator();
  report_.located = leaves_.count() + report_.unmarked;
}

}  // namespace kedge::node
