// SPDX-License-Identifier: Apache-2.0
#include "node/status/cose_sign1.hpp"

#include <limits>

#include "crypto/cbor.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kTag = 18;
constexpr std::size_t kMembers = 4;
constexpr std::size_t kMaxDepth = 8;

// Header parameters of RFC 9052 section 3.1 and RFC 9596.
constexpr std::uint64_t kAlgorithm = 1;
constexpr std::uint64_t kCritical = 2;
constexpr std::uint64_t kKid = 4;
constexpr std::uint64_t kTyp = 16;

void put_signed(CborWriter& writer, std::int64_t value) {
  if (value >= 0) return writer.integer(static_cast<std::uint64_t>(value));
  writer.head(CborType::negative_integer, static_cast<std::uint64_t>(-(value + 1)));
}

std::int64_t get_signed(CborReader& reader, const std::string& path) {
  const bool negative = reader.next_type() == CborType::negative_integer;
  const std::uint64_t argument =
      reader.head(negative ? CborType::negative_integer : CborType::unsigned_integer, path);
  if (argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    reader.refuse("expected an integer of 63 bits", path);
    return 0;
  }
  const auto value = static_cast<std::int64_t>(argument);
  return negative ? -value - 1 : value;
}

/// Reads one label; what it is not interested in, it skips with its value.
template <class Visit>
void read_headers(CborReader& reader, const std::string& path, Visit visit) {
  const std::size_t members = reader.map(path);
  std::vector<std::uint64_t> seen;
  for (std::size_t i = 0; i < members && reader.ok(); ++i) {
    if (reader.next_type() != CborType::unsigned_integer) {
      const CborType type = reader.next_type();
      if (type != CborType::negative_integer && type != CborType::text) {
        return reader.refuse("expected integers or text as labels", path);
      }
      reader.skip(0, path);
      reader.skip(kMaxDepth, path);
      continue;
    }
    const std::uint64_t label = reader.integer(path);
    for (const std::uint64_t other : seen) {
      if (other == label) return reader.refuse("a label comes twice", path);
    }
    seen.push_back(label);
    if (!visit(label)) reader.skip(kMaxDepth, path);
  }
}

Status read_protected(CoseSign1& out) {
  const std::string path = "protected";
  CborReader reader(out.protected_header);
  bool has_algorithm = false;
  read_headers(reader, path, [&](std::uint64_t label) {
    if (label == kAlgorithm) {
      has_algorithm = true;
      out.algorithm = get_signed(reader, path + ".alg");
      return true;
    }
    if (label == kTyp && reader.next_type() == CborType::text) {
      out.typ = reader.text(path + ".typ");
      return true;
    }
    if (label == kCritical) reader.refuse("crit names what is not understood here", path);
    if (label == kKid && out.kid.empty()) {
      const ByteView kid = reader.bytes(path + ".kid");
      out.kid.assign(kid.begin(), kid.end());
      return true;
    }
    return false;
  });
  reader.finish();
  if (!reader.ok()) return reader.status();
  if (!has_algorithm) return invalid_argument("expected alg in the protected header", path);
  return {};
}

}  // namespace

std::int64_t cose_algorithm(crypto::KeyType type) {
  switch (type) {
    case crypto::KeyType::ed25519:
      return -8;
    case crypto::KeyType::p256:
      return -7;
    case crypto::KeyType::secp256k1:
      return -47;
  }
  return 0;
}

Bytes encode_protected_header(std::int64_t algorithm, std::string_view typ) {
  Bytes out;
  CborWriter writer(out);
  writer.head(CborType::map, typ.empty() ? 1 : 2);
  writer.integer(kAlgorithm);
  put_signed(writer, algorithm);
  if (!typ.empty()) {
    writer.integer(kTyp);
    writer.text(typ);
  }
  return out;
}

Bytes signed_octets(const CoseSign1& message) {
  Bytes out;
  CborWriter writer(out);
  writer.head(CborType::array, kMembers);
  writer.text("Signature1");
  writer.bytes(message.protected_header);
  writer.bytes({});
  writer.bytes(message.payload);
  return out;
}

Bytes encode_cose_sign1(const CoseSign1& message) {
  Bytes out;
  CborWriter writer(out);
  writer.head(CborType::tag, kTag);
  writer.head(CborType::array, kMembers);
  writer.bytes(message.protected_header);
  writer.head(CborType::map, message.kid.empty() ? 0 : 1);
  if (!message.kid.empty()) {
    writer.integer(kKid);
    writer.bytes(message.kid);
  }
  writer.bytes(message.payload);
  writer.bytes(message.signature);
  return out;
}

Result<CoseSign1> decode_cose_sign1(ByteView octets) {
  CborReader reader(octets);
  if (reader.next_type() == CborType::tag && reader.head(CborType::tag, "tag") != kTag) {
    return invalid_argument("expected the CBOR tag 18 of COSE_Sign1", "tag");
  }
  if (reader.array("message") != kMembers) {
    return reader.ok() ? invalid_argument("expected the four members of COSE_Sign1", "message")
                       : reader.status().error();
  }
  CoseSign1 out;
  const auto take = [&](Bytes& member, const char* path) {
    const ByteView value = reader.bytes(path);
    member.assign(value.begin(), value.end());
  };
  take(out.protected_header, "protected");
  read_headers(reader, "unprotected", [&](std::uint64_t label) {
    if (label != kKid) return false;
    take(out.kid, "unprotected.kid");
    return true;
  });
  take(out.payload, "payload");
  take(out.signature, "signature");
  reader.finish();
  if (!reader.ok()) return reader.status().error();
  if (Status good = read_protected(out); !good) return std::move(good).error();
  return out;
}

Status verify_cose_sign1(const CoseSign1& message, const crypto::PublicKey& key) {
  if (message.algorithm != cose_algorithm(key.type())) {
    return invalid_argument("alg is not that of the key", "protected.alg");
  }
  return key.verify(signed_octets(message), message.signature);
}

}  // namespace kedge::node
