// SPDX-License-Identifier: Apache-2.0
#include "node/log/entry.hpp"

#include "crypto/binary.hpp"

namespace kedge::node {
namespace {

void put_body(BinaryWriter& out, const GenesisEntry& entry) {
  out.put(entry.origin_hash);
}

void put_body(BinaryWriter& out, const BatchEntry& entry) {
  out.put(entry.issuer_hash)
      .put(entry.issuer_seq)
      .put(entry.first_position)
      .put(entry.count)
      .put(entry.batch_root)
      .put(entry.prev);
}

void put_body(BinaryWriter& out, const StatusEntry& entry) {
  out.put(entry.issuer_hash)
      .put(entry.issuer_seq)
      .put(entry.change_count)
      .put(entry.changes_root)
      .put(entry.status_root)
      .put(entry.prev);
}

void put_body(BinaryWriter& out, const EpochEntry& entry) {
  out.put(entry.epoch).put(entry.issuer_count).put(entry.directory_root).put(entry.anchor_ref);
}

Hash get_hash(BinaryReader& in) {
  return in.get_array<sizeof(Hash)>();
}

GenesisEntry get_genesis(BinaryReader& in, std::uint64_t time_ms) {
  GenesisEntry entry;
  entry.time_ms = time_ms;
  entry.origin_hash = get_hash(in);
  return entry;
}

BatchEntry get_batch(BinaryReader& in, std::uint64_t time_ms) {
  BatchEntry entry;
  entry.time_ms = time_ms;
  entry.issuer_hash = get_hash(in);
  entry.issuer_seq = in.get<std::uint64_t>();
  entry.first_position = in.get<std::uint64_t>();
  entry.count = in.get<std::uint32_t>();
  entry.batch_root = get_hash(in);
  entry.prev = get_hash(in);
  return entry;
}

StatusEntry get_status(BinaryReader& in, std::uint64_t time_ms) {
  StatusEntry entry;
  entry.time_ms = time_ms;
  entry.issuer_hash = get_hash(in);
  entry.issuer_seq = in.get<std::uint64_t>();
  entry.change_count = in.get<std::uint32_t>();
  entry.changes_root = get_hash(in);
  entry.status_root = get_hash(in);
  entry.prev = get_hash(in);
  return entry;
}

EpochEntry get_epoch(BinaryReader& in, std::uint64_t time_ms) {
  EpochEntry entry;
  entry.time_ms = time_ms;
  entry.epoch = in.get<std::uint64_t>();
  entry.issuer_count = in.get<std::uint32_t>();
  entry.directory_root = get_hash(in);
  entry.anchor_ref = get_hash(in);
  return entry;
}

Result<LogEntry> get_body(BinaryReader& in, std::uint8_t type, std::uint64_t time_ms) {
  switch (static_cast<EntryType>(type)) {
    case EntryType::genesis:
      return LogEntry(get_genesis(in, time_ms));
    case EntryType::batch:
      return LogEntry(get_batch(in, time_ms));
    case EntryType::status:
      return LogEntry(get_status(in, time_ms));
    case EntryType::epoch:
      return LogEntry(get_epoch(in, time_ms));
  }
  return invalid_argument("unknown type " + std::to_string(type) + " of a log entry");
}

}  // namespace

Bytes encode_entry(const LogEntry& entry) {
  Bytes bytes;
  BinaryWriter out(bytes);
  // The index in the variant is the type: they are declared in the same order.
  out.put(kEntryVersion).put(static_cast<std::uint8_t>(entry.index())).put(entry_time_ms(entry));
  std::visit([&](const auto& body) { put_body(out, body); }, entry);
  return bytes;
}

Result<LogEntry> decode_entry(ByteView bytes) {
  BinaryReader in(bytes);
  const auto version = in.get<std::uint8_t>();
  const auto type = in.get<std::uint8_t>();
  const auto time_ms = in.get<std::uint64_t>();
  if (!in.ok()) return invalid_argument("a log entry is truncated");
  if (version != kEntryVersion) {
    return invalid_argument("unknown version " + std::to_string(version) + " of a log entry");
  }
  Result<LogEntry> entry = get_body(in, type, time_ms);
  if (!entry) return entry;
  if (Status status = in.finish("a log entry"); !status) return std::move(status).error();

  const auto* batch = std::get_if<BatchEntry>(&*entry);
  if (batch != nullptr && batch->count == 0) return invalid_argument("a batch entry of no leaves");
  const auto* status = std::get_if<StatusEntry>(&*entry);
  if (status != nullptr && status->change_count == 0) {
    return invalid_argument("a status entry of no changes");
  }
  return entry;
}

std::uint64_t entry_time_ms(const LogEntry& entry) {
  return std::visit([](const auto& body) { return body.time_ms; }, entry);
}

}  // namespace kedge::node
