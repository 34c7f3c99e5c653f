// SPDX-License-Identifier: Apache-2.0
#include "node/store/rocks_reader.hpp"

#include "crypto/mutant.hpp"
#include "crypto/sha256.hpp"
#include "node/store/checks.hpp"

namespace kedge::node {
namespace {

Error missing(std::string what) {
  return {Errc::not_found, "there is no " + std::move(what)};
}

}  // namespace

Error at_row(Family family, std::string_view key, const Error& error) {
  return {error.code, keys::describe(family, key) + ": " + error.message};
}

RocksReader::RocksReader(const RocksDb& db, const Locator* locator, View view, LeafWindows* windows,
                         KnownTargets* known)
    : db_(db),
      locator_(locator),
      windows_(windows),
      known_(known),
      anchors_version_(db.anchors_version()),
      snapshot_(view == View::snapshot ? db.raw().GetSnapshot() : nullptr) {
  // Something may have been written between the two.
  if (anchors_version_ != db.anchors_version()) anchors_version_.reset();
}

RocksReader::~RocksReader() {
  // Before the snapshot that they read from.
  for (Iterator& it : iterators_) it.reset();
  if (snapshot_ != nullptr) db_.raw().ReleaseSnapshot(snapshot_);
}

rocksdb::Iterator& RocksReader::iterator(Family family) const {
  Iterator& it = iterators_[static_cast<std::size_t>(family)];
  if (!it) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    it.reset(db_.raw().NewIterator(options, db_.family(family)));
  }
  return *it;
}

Result<rows::Source> RocksReader::standing(Family family) const {
  const rocksdb::Iterator& it = iterator(family);
  if (it.Valid()) return rows::Source{text_of(it.key()), text_of(it.value())};
  if (!it.status().ok()) {
    return rocks_error(it.status(), "cannot read " + std::string(family_name(family)));
  }
  return rows::Source{};
}

Result<rows::Source> RocksReader::row(Family family, std::string_view key,
                                      rocksdb::PinnableSlice& pinned) const {
  auto found = db_.get(family, key, pinned, snapshot_);
  if (!found) return found.error();
  if (!*found) return missing("row " + keys::describe(family, key));
  return rows::Source{key, text_of(pinned)};
}

Result<IssuerRow> RocksReader::issuer(IssuerId id) const {
  const std::string key = keys::issuer(id);
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::issuers, key, pinned);
  if (!source) return source.error();
  auto issuer = rows::decode_issuer(*source);
  if (!issuer) return at_row(Family::issuers, key, issuer.error());
  return issuer;
}

Result<IssuerRow> RocksReader::issuer_by_name(std::string_view name) const {
  const std::string key = keys::issuer_hash(crypto::sha256(as_bytes(name)));
  rocksdb::PinnableSlice pinned;
  auto source = row(Family::issuers, key, pinned);
  if (!source) return source.error();
  auto id = rows::decode_number(*source);
  if (!id) return at_row(Family::issuers, key, id.error());
  auto found = issuer(static_cast<IssuerId>(*id));
  if (found && found->name != name) {
    return Error{Errc::corrupt, keys::describe(Family::issuers, key) + ": names another issuer"};
  }
  return found;
}

Result<std::vector<IssuerRow>> RocksReader::issuers() const {
  std::vector<IssuerRow> out;
  rocksdb::Iterator& it = iterator(Family::issuers);
  for (it.Seek("i");; it.Next()) {
    auto source = standing(Family::issuers);
    if (!source) return source.error();
    if (source->key.empty() || source->key[0] != 'i') break;
    if (!keys::well_formed(Family::issuers, source->key) ||
        keys::get<std::uint32_t>(source->key, 1) != out.size()) {
      return Error{Errc::corrupt, "issuers: the numbers of the issuers have a gap"};
    }
    auto issuer = rows::decode_issuer(*source);
    if (!issuer) return at_row(Family::issuers, source->key, issuer.error());
    out.push_back(std::move(*issuer));
  }
  return out;
}

Result<std::uint64_t> RocksReader::next_position(IssuerId id) const {
  rocksdb::Iterator& it = iterator(Family::runs);
  it.SeekForPrev(keys::run(id, kMaxPositions));
  auto source = standing(Family::runs);
  if (!source) return source.error();
  if (!source->key.empty()) {
    auto run = rows::RunRow::parse(*source);
    if (!run) return at_row(Family::runs, source->key, run.error());
    const std::uint64_t next = kMutant == Mutant::position_reused ? 0 : run->count();
    if (run->issuer() == id) return run->first() + next;
  }
  if (auto known = issuer(id); !known) return known.error();
  return std::uint64_t{0};
}

}  // namespace kedge::node
