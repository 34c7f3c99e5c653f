// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "ledger/evm/types.hpp"

/// Block headers of Ethereum and its relatives, from Frontier (15 fields) to Prague (21).
namespace kedge::ledger::evm {

/// What one field of a header is made of.
enum class FieldShape : std::uint8_t { octets, number };

struct HeaderField {
  /// Its name in JSON-RPC.
  std::string_view name;
  FieldShape shape;
  /// Octets: exactly so many, but at most so many for `extraData`. Numbers: at most so many.
  std::size_t size;
};

/// Bounds of the extra data; seals of 600 validators fit in.
inline constexpr std::size_t kMaxExtraData = 64 << 10;
inline constexpr std::size_t kMaxHeader = kMaxExtraData + 4096;

inline constexpr std::size_t kMinHeaderFields = 15;
/// In the order of the RLP list; those from kMinHeaderFields on are there since some fork.
inline constexpr HeaderField kHeaderFields[] = {
    {"parentHash", FieldShape::octets, 32},
    {"sha3Uncles", FieldShape::octets, 32},
    {"miner", FieldShape::octets, 20},
    {"stateRoot", FieldShape::octets, 32},
    {"transactionsRoot", FieldShape::octets, 32},
    {"receiptsRoot", FieldShape::octets, 32},
    {"logsBloom", FieldShape::octets, 256},
    {"difficulty", FieldShape::number, 32},
    {"number", FieldShape::number, 8},
    {"gasLimit", FieldShape::number, 8},
    {"gasUsed", FieldShape::number, 8},
    {"timestamp", FieldShape::number, 8},
    {"extraData", FieldShape::octets, kMaxExtraData},
    {"mixHash", FieldShape::octets, 32},
    {"nonce", FieldShape::octets, 8},
    {"baseFeePerGas", FieldShape::number, 32},
    {"withdrawalsRoot", FieldShape::octets, 32},
    {"blobGasUsed", FieldShape::number, 8},
    {"excessBlobGas", FieldShape::number, 8},
    {"parentBeaconBlockRoot", FieldShape::octets, 32},
    {"requestsHash", FieldShape::octets, 32},
};
inline constexpr std::size_t kMaxHeaderFields = std::size(kHeaderFields);

/// A header as it was decoded: every field has its shape, nothing else is checked.
class Header {
 public:
  /// Strict RLP of 15 to 21 fields. Errors name the field.
  static Result<Header> parse(ByteView encoded);
  /// From the fields' octets, numbers without leading zeros. Errors as those of parse.
  static Result<Header> from_fields(std::vector<Bytes> fields);

  [[nodiscard]] Bytes encode() const { return encode_with(extra_data()); }
  /// The header with other extra data.
  [[nodiscard]] Bytes encode_with(ByteView extra_data) const;

  [[nodiscard]] const std::vector<Bytes>& fields() const noexcept { return fields_; }
  [[nodiscard]] Hash parent_hash() const;
  [[nodiscard]] Address miner() const;
  [[nodiscard]] Hash state_root() const;
  [[nodiscard]] Hash receipts_root() const;
  [[nodiscard]] std::uint64_t number() const;
  /// Seconds since 1970.
  [[nodiscard]] std::uint64_t timestamp() const;
  [[nodiscard]] ByteView extra_data() const;

  friend bool operator==(const Header&, const Header&) = default;

 private:
  explicit Header(std::vector<Bytes> fields) : fields_(std::move(fields)) {}

  std::vector<Bytes> fields_;
};

}  // namespace kedge::ledger::evm
