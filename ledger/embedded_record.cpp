// SPDX-License-Identifier: Apache-2.0
#include "ledger/embedded_record.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/binary.hpp"
#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/json_string.hpp"
#include "crypto/rfc3339.hpp"
#include "crypto/sha256.hpp"
#include "crypto/utf8.hpp"

namespace kedge::ledger {
namespace {

constexpr std::size_t kMaxRecordSize = 4096;
constexpr std::size_t kMaxNameSize = 255;
/// Integers beyond are not interoperable in JSON (RFC 7493 section 2.2).
constexpr std::uint64_t kMaxInteger = (std::uint64_t{1} << 53) - 1;

/// Reads fields by name and remembers the first that is missing or wrong.
class RecordFields {
 public:
  explicit RecordFields(const nlohmann::json& object) : object_(object) {}

  std::string text(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end() || !found->is_string()) {
      refuse("expected a text", name);
      return {};
    }
    return found->get<std::string>();
  }

  std::uint64_t integer(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end() || !found->is_number_unsigned() ||
        found->get<std::uint64_t>() > kMaxInteger) {
      refuse("expected an integer from 0 to 2^53 - 1", name);
      return 0;
    }
    return found->get<std::uint64_t>();
  }

  Hash hash(const char* name) {
    const Result<Hash> hash = crypto::hash_from_hex(text(name));
    if (hash) return *hash;
    refuse(hash.error().message, name);
    return {};
  }

  std::uint64_t time(const char* name) {
    const Result<std::uint64_t> time = crypto::parse_rfc3339(text(name));
    if (time) return *time;
    refuse(time.error().message, name);
    return 0;
  }

  void refuse(std::string message, const char* name) {
    if (status_) status_ = invalid_argument(std::move(message), name);
  }

  [[nodiscard]] const Status& status() const { return status_; }

 private:
  const nlohmann::json& object_;
  Status status_;
};

Status check_shape(const EmbeddedRecord& record) {
  if (record.name.empty() || record.name.size() > kMaxNameSize) {
    return invalid_argument("expected 1 to 255 octets", "name");
  }
  if (!crypto::is_utf8(record.name)) return invalid_argument("expected valid UTF-8", "name");
  if (record.seq == 0) return invalid_argument("expected at least 1", "seq");
  if (std::max({record.seq, record.epoch, record.size}) > kMaxInteger) {
    return invalid_argument("expected integers from 0 to 2^53 - 1");
  }
  if (record.time_ms > crypto::kMaxTimeMs) {
    return invalid_argument("expected a time before the year 10000", "time");
  }
  return {};
}

void append_hash(std::string& out, std::string_view name, const Hash& hash) {
  out.append(",\"").append(name).append("\":\"");
  crypto::append_hex(out, hash);
  out += '"';
}

}  // namespace

Hash record_head(const EmbeddedRecord& record) {
  Bytes bytes;
  BinaryWriter(bytes)
      .put(ByteView(record.prev))
      .put(record.seq)
      .put(record.epoch)
      .put(record.size)
      .put(ByteView(record.root))
      .put(record.time_ms)
      .put(as_bytes(record.name));
  return crypto::sha256(bytes);
}

Result<std::string> format_record(const EmbeddedRecord& record) {
  if (const Status shape = check_shape(record); !shape) return shape.error();
  std::string out = "{\"epoch\":" + std::to_string(record.epoch);
  append_hash(out, "head", record.head);
  out.append(",\"ledger\":\"").append(kEmbeddedKind).append("\",\"name\":");
  crypto::append_json_string(out, record.name);
  append_hash(out, "prev", record.prev);
  append_hash(out, "root", record.root);
  out += ",\"seq\":" + std::to_string(record.seq);
  out += ",\"size\":" + std::to_string(record.size);
  out += ",\"time\":\"" + crypto::format_rfc3339(record.time_ms) + "\"}";
  return out;
}

Result<EmbeddedRecord> parse_record(std::string_view json) {
  const auto value = crypto::parse_json(json, {.max_bytes = kMaxRecordSize, .max_depth = 2});
  if (!value) return value.error();
  if (!value->is_object()) return invalid_argument("expected an object");
  RecordFields fields(*value);
  EmbeddedRecord record;
  if (fields.text("ledger") != kEmbeddedKind) fields.refuse("expected \"embedded\"", "ledger");
  record.name = fields.text("name");
  record.seq = fields.integer("seq");
  record.epoch = fields.integer("epoch");
  record.size = fields.integer("size");
  record.root = fields.hash("root");
  record.prev = fields.hash("prev");
  record.head = fields.hash("head");
  record.time_ms = fields.time("time");
  if (!fields.status()) return fields.status().error();
  const Result<std::string> canonical = format_record(record);
  if (!canonical) return canonical.error();
  if (*canonical != json) return invalid_argument("expected the record in RFC 8785 form");
  if (record_head(record) != record.head) {
    return invalid_argument("does not follow from the other fields", "head");
  }
  return record;
}

}  // namespace kedge::ledger
