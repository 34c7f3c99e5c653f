// SPDX-License-Identifier: Apache-2.0
#include "node/store/rows.hpp"

#include "crypto/binary.hpp"
#include "node/store/crc32c.hpp"
#include "node/store/row_codec.hpp"

namespace kedge::node::rows {

std::uint32_t checksum(std::uint32_t start, std::string_view octets) {
  return crc32c(start, octets);
}

std::string encode_schema(std::string_view key, std::uint32_t version) {
  return build(key, [&](BinaryWriter& out) { out.put(version); });
}

Result<std::uint32_t> decode_schema(const Source& row) {
  return parse<std::uint32_t>(
      row, [](BinaryReader& in, std::uint32_t& version) { version = in.get<std::uint32_t>(); });
}

std::string encode_identity(std::string_view key, const StoreIdentity& identity) {
  return build(key, [&](BinaryWriter& out) {
    put_text(out, identity.origin);
    out.put(ByteView(identity.locator_key));
  });
}

Result<StoreIdentity> decode_identity(const Source& row) {
  return parse<StoreIdentity>(row, [](BinaryReader& in, StoreIdentity& identity) {
    identity.origin = take_text(in);
    identity.locator_key = in.get_array<16>();
  });
}

std::string encode_number(std::string_view key, std::uint64_t number) {
  return build(key, [&](BinaryWriter& out) { out.put(number); });
}

Result<std::uint64_t> decode_number(const Source& row) {
  return parse<std::uint64_t>(
      row, [](BinaryReader& in, std::uint64_t& number) { number = in.get<std::uint64_t>(); });
}

std::string encode_issuer(std::string_view key, const IssuerRow& row) {
  return build(key, [&](BinaryWriter& out) {
    put_text(out, row.name);
    out.put(ByteView(row.issuer_hash)).put(row.next_issuer_seq).put(row.credential_count);
    out.put(ByteView(row.status_root)).put(ByteView(row.last_entry_hash));
  });
}

Result<IssuerRow> decode_issuer(const Source& row) {
  return parse<IssuerRow>(row, [&](BinaryReader& in, IssuerRow& issuer) {
    issuer.id = keys::get<std::uint32_t>(row.key, 1);
    issuer.name = take_text(in);
    issuer.issuer_hash = in.get_array<32>();
    issuer.next_issuer_seq = in.get<std::uint64_t>();
    issuer.credential_count = in.get<std::uint64_t>();
    issuer.status_root = in.get_array<32>();
    issuer.last_entry_hash = in.get_array<32>();
  });
}

std::string encode_batch(std::string_view key, const BatchRow& row) {
  return build(key, [&](BinaryWriter& out) {
    out.put(row.count).put(row.issuer_seq).put(row.log_index).put(row.time_ms);
    out.put(ByteView(row.root));
  });
}

Result<BatchRow> decode_batch(const Source& row) {
  return parse<BatchRow>(row, [&](BinaryReader& in, BatchRow& batch) {
    batch.issuer = keys::get<std::uint32_t>(row.key, 0);
    batch.first_position = keys::get<std::uint64_t>(row.key, 4);
    batch.count = in.get<std::uint32_t>();
    batch.issuer_seq = in.get<std::uint64_t>();
    batch.log_index = in.get<std::uint64_t>();
    batch.time_ms = in.get<std::uint64_t>();
    batch.root = in.get_array<32>();
  });
}

std::string encode_log_entry(std::string_view key, ByteView entry) {
  return build(key, [&](BinaryWriter& out) { out.put(entry); });
}

Result<Bytes> decode_log_entry(const Source& row) {
  return parse<Bytes>(row, [](BinaryReader& in, Bytes& entry) {
    const ByteView bytes = in.take(in.remaining());
    entry.assign(bytes.begin(), bytes.end());
  });
}

std::string encode_hashes(std::string_view key, std::span<const Hash> hashes) {
  return build(key, [&](BinaryWriter& out) {
    for (const Hash& hash : hashes) out.put(ByteView(hash));
  });
}

Result<std::vector<Hash>> decode_hashes(const Source& row) {
  return parse<std::vector<Hash>>(row, [](BinaryReader& in, std::vector<Hash>& hashes) {
    hashes.resize(in.remaining() / sizeof(Hash));
    for (Hash& hash : hashes) hash = in.get_array<32>();
  });
}

std::string encode_edges(std::string_view key, const EdgesRow& row) {
  return build(key, [&](BinaryWriter& out) {
    out.put(row.log_size).put(static_cast<std::uint8_t>(row.edges.size()));
    for (const TileEdge& edge : row.edges) {
      out.put(static_cast<std::uint8_t>(edge.size()));
      for (const Hash& hash : edge) out.put(ByteView(hash));
    }
  });
}

Result<EdgesRow> decode_edges(const Source& row) {
  return parse<EdgesRow>(row, [](BinaryReader& in, EdgesRow& edges) {
    edges.log_size = in.get<std::uint64_t>();
    edges.edges.resize(in.get<std::uint8_t>());
    for (TileEdge& edge : edges.edges) {
      edge.resize(in.get<std::uint8_t>());
      for (Hash& hash : edge) hash = in.get_array<32>();
    }
  });
}

std::string encode_checkpoint(std::string_view key, const CheckpointRow& row) {
  return build(key, [&](BinaryWriter& out) {
    out.put(row.size).put(ByteView(row.root)).put(row.time_ms);
    put_text(out, row.note);
  });
}

Result<CheckpointRow> decode_checkpoint(const Source& row) {
  return parse<CheckpointRow>(row, [&](BinaryReader& in, CheckpointRow& checkpoint) {
    checkpoint.epoch = keys::get<std::uint64_t>(row.key, 1);
    checkpoint.size = in.get<std::uint64_t>();
    checkpoint.root = in.get_array<32>();
    checkpoint.time_ms = in.get<std::uint64_t>();
    checkpoint.note = take_text(in);
  });
}

std::string encode_anchor(std::string_view key, const AnchorRow& row) {
  return build(key, [&](BinaryWriter& out) {
    out.put(static_cast<std::uint8_t>(row.state)).put(row.size).put(ByteView(row.root));
    out.put(row.time_ms);
    put_text(out, row.record);
    out.put(static_cast<std::uint32_t>(row.attempts.size()));
    for (const AnchorAttempt& attempt : row.attempts) {
      out.put(attempt.time_ms);
      put_text(out, attempt.reference);
      put_text(out, as_text(attempt.payload));
    }
  });
}

Result<AnchorRow> decode_anchor(const Source& row) {
  bool known_state = true;
  auto anchor = parse<AnchorRow>(row, [&](BinaryReader& in, AnchorRow& out) {
    out.ledger = row.key.substr(1, row.key.size() - 9);
    out.epoch = keys::get<std::uint64_t>(row.key, row.key.size() - 8);
    const auto state = in.get<std::uint8_t>();
    known_state = state <= static_cast<std::uint8_t>(AnchorState::final);
    out.state = static_cast<AnchorState>(state);
    out.size = in.get<std::uint64_t>();
    out.root = in.get_array<32>();
    out.time_ms = in.get<std::uint64_t>();
    out.record = take_text(in);
    for (auto left = in.get<std::uint32_t>(); left > 0 && in.ok(); --left) {
      AnchorAttempt& attempt = out.attempts.emplace_back();
      attempt.time_ms = in.get<std::uint64_t>();
      attempt.reference = take_text(in);
      const std::string payload = take_text(in);
      attempt.payload.assign(payload.begin(), payload.end());
    }
  });
  if (anchor && !known_state) return damaged("the row has an unknown state");
  return anchor;
}

std::uint64_t pack_location(const Location& at) {
  return (std::uint64_t{at.issuer} << 40) | at.position;
}

Location unpack_location(std::uint64_t packed) {
  return {static_cast<IssuerId>(packed >> 40), packed & (kMaxPositions - 1)};
}

std::string encode_location(const Location& at) {
  return keys::join("", pack_location(at));
}

Result<Location> decode_location(const Source& row) {
  if (row.value.size() != sizeof(std::uint64_t)) return damaged("a location has eight octets");
  return unpack_location(keys::get<std::uint64_t>(row.value, 0));
}

}  // namespace kedge::node::rows
