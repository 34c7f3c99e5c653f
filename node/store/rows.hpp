// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "node/store/store.hpp"

/// The values of all rows but leaf runs (run_row.hpp) and batch nodes (node_row.hpp). Each ends in
/// the CRC-32C (crc32c.hpp, big-endian) over key and value, so that any flipped octet of a stored
/// row is found when it is read. Decoders are strict and answer corrupt: a wrong checksum, a
/// missing or a trailing octet.
namespace kedge::node::rows {

/// What a decoder needs to know of the row that it reads.
struct Source {
  std::string_view key;
  std::string_view value;
};

std::string encode_schema(std::string_view key, std::uint32_t version);
Result<std::uint32_t> decode_schema(const Source& row);

std::string encode_identity(std::string_view key, const StoreIdentity& identity);
Result<StoreIdentity> decode_identity(const Source& row);

/// A lone number: locator marks, issuer numbers by hash, epochs by size.
std::string encode_number(std::string_view key, std::uint64_t number);
Result<std::uint64_t> decode_number(const Source& row);

/// The id is in the key.
std::string encode_issuer(std::string_view key, const IssuerRow& row);
Result<IssuerRow> decode_issuer(const Source& row);

/// Issuer and first position are in the key.
std::string encode_batch(std::string_view key, const BatchRow& row);
Result<BatchRow> decode_batch(const Source& row);

std::string encode_log_entry(std::string_view key, ByteView entry);
Result<Bytes> decode_log_entry(const Source& row);

std::string encode_hashes(std::string_view key, std::span<const Hash> hashes);
Result<std::vector<Hash>> decode_hashes(const Source& row);

/// The right edge together with the size of its log.
struct EdgesRow {
  std::uint64_t log_size = 0;
  std::vector<TileEdge> edges;
};
std::string encode_edges(std::string_view key, const EdgesRow& row);
Result<EdgesRow> decode_edges(const Source& row);

/// The epoch is in the key.
std::string encode_checkpoint(std::string_view key, const CheckpointRow& row);
Result<CheckpointRow> decode_checkpoint(const Source& row);

/// Ledger and epoch are in the key.
std::string encode_anchor(std::string_view key, const AnchorRow& row);
Result<AnchorRow> decode_anchor(const Source& row);

/// Eight octets, issuer:3 position:5. No checksum: a location is confirmed against its leaf.
std::uint64_t pack_location(const Location& at);
Location unpack_location(std::uint64_t packed);
std::string encode_location(const Location& at);
Result<Location> decode_location(const Source& row);

/// The checksum of a row, for the codecs of this folder.
std::uint32_t checksum(std::uint32_t start, std::string_view octets);

}  // namespace kedge::node::rows
