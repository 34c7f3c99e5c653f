// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_proof_json.hpp"

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"
#include "crypto/json_string.hpp"
#include "node/proof/bundle.hpp"
#include "node/proof/carried_json.hpp"
#include "node/proof/json_fields.hpp"
#include "node/proof/json_parts.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMaxValueName = 16;
constexpr std::uint64_t kMaxList = 0xffff'ffff;

/// Names, digits and hashes outside paths; one hash of a path with what is around it.
constexpr std::size_t kNamesAndDigits = 1024;
constexpr std::size_t kHashInPath = 67;

void append_directory(std::string& out, const StatusDirectoryPart& part) {
  out += "\"directory\":{\"credentialCount\":";
  append_integer(out, part.record.credential_count);
  out += ",\"issuerHash\":";
  append_quoted_hex(out, part.record.issuer_hash);
  out += ",\"lastEntryHash\":";
  append_quoted_hex(out, part.record.last_entry_hash);
  out += ",\"nextIssuerSeq\":";
  append_integer(out, part.record.next_issuer_seq);
  out += ",\"statusRoot\":";
  append_quoted_hex(out, part.record.status_root);
  out += "},\"directoryIndex\":";
  append_integer(out, part.index);
  out += ",\"directoryPath\":";
  append_hashes(out, part.path);
}

void append_epoch(std::string& out, const StatusEpochPart& part) {
  out.append("\"epochEntry\":\"").append(crypto::base64_encode(part.entry));
  out += "\",\"epochIndex\":";
  append_integer(out, part.index);
  out += ",\"epochPath\":";
  append_hashes(out, part.path);
}

void append_record(std::string& out, const StatusListPart& part) {
  out += ",\"record\":{\"bitsRoot\":";
  append_quoted_hex(out, part.record.bits_root);
  out += ",\"list\":";
  append_integer(out, part.record.list);
  out += ",\"size\":";
  append_integer(out, part.record.size);
  out += "},\"recordIndex\":";
  append_integer(out, part.record_index);
  out += ",\"recordPath\":";
  append_hashes(out, part.record_path);
}

StatusDirectoryPart read_directory(JsonFields& fields, Status& status) {
  StatusDirectoryPart part;
  part.index = fields.integer("directoryIndex");
  part.path = fields.hashes("directoryPath", kMaxDirectoryPath);
  JsonFields record(
      fields.raw("directory"), fields.path_of("directory"), status,
      {"issuerHash", "nextIssuerSeq", "credentialCount", "statusRoot", "lastEntryHash"});
  record.hex("issuerHash", part.record.issuer_hash);
  part.record.next_issuer_seq = record.integer("nextIssuerSeq");
  part.record.credential_count = record.integer("credentialCount");
  record.hex("statusRoot", part.record.status_root);
  record.hex("lastEntryHash", part.record.last_entry_hash);
  return part;
}

StatusEpochPart read_epoch(JsonFields& fields, Status& status) {
  StatusEpochPart part;
  part.entry = fields.base64("epochEntry", kMaxEntrySize);
  part.index = fields.integer("epochIndex");
  part.path = fields.hashes("epochPath", kMaxLogPath);
  part.checkpoint = fields.text("checkpoint", kMaxNoteInBundle);
  part.anchors = read_anchors(fields.raw("anchors"), fields.path_of("anchors"), status);
  return part;
}

std::uint32_t read_list(JsonFields& fields) {
  const std::uint64_t list = fields.integer("list");
  if (list > kMaxList) fields.refuse("list", "expected an integer from 0 to 2^32 - 1");
  return static_cast<std::uint32_t>(list);
}

/// `names` are there all, or none.
bool all_or_none(JsonFields& fields, std::initializer_list<std::string_view> names) {
  const bool there = fields.has(*names.begin());
  for (const std::string_view name : names) {
    if (fields.has(name) == there) continue;
    fields.refuse(name, there ? "the field is missing" : "expected its neighbours, too");
  }
  return there;
}

std::optional<StatusListPart> read_list_part(JsonFields& fields, Status& status) {
  const bool with_record = all_or_none(fields, {"record", "recordIndex", "recordPath"});
  const bool with_chunk = all_or_none(fields, {"chunk", "chunkPath"});
  if (!with_record) {
    if (with_chunk) fields.refuse("record", "the field is missing");
    return std::nullopt;
  }
  StatusListPart part;
  part.record_index = fields.integer("recordIndex");
  part.record_path = fields.hashes("recordPath", kMaxRecordPath);
  JsonFields record(fields.raw("record"), fields.path_of("record"), status,
                    {"list", "size", "bitsRoot"});
  part.record.list = read_list(record);
  part.record.size = record.integer("size");
  record.hex("bitsRoot", part.record.bits_root);
  if (!with_chunk) return part;
  fields.hex("chunk", part.chunk.emplace());
  part.chunk_path = fields.hashes("chunkPath", kMaxChunkPath);
  return part;
}

}  // namespace

std::string status_text_before_chunk(const StatusEpochPart& epoch) {
  std::string text = "{\"anchors\":";
  append_json_array(text, epoch.anchors);
  text += ",\"checkpoint\":";
  crypto::append_json_string(text, epoch.checkpoint);
  text += ',';
  return text;
}

std::string status_text_before_index(const StatusDirectoryPart& directory,
                                     const StatusEpochPart& epoch) {
  std::string text;
  append_directory(text, directory);
  text += ',';
  append_epoch(text, epoch);
  text += ",\"index\":";
  return text;
}

void append_status_json(std::string& out, std::string_view before_chunk,
                        std::string_view before_index, const StatusTarget& target,
                        StatusValue value, const std::optional<StatusListPart>& list) {
  const std::size_t hashes = list ? list->chunk_path.size() + list->record_path.size() : 0;
  out.reserve(out.size() + kNamesAndDigits + before_chunk.size() + before_index.size() +
              kHashInPath * hashes);
  out += before_chunk;
  if (list && list->chunk) {
    out += "\"chunk\":";
    append_quoted_hex(out, *list->chunk);
    out += ",\"chunkPath\":";
    append_hashes(out, list->chunk_path);
    out += ',';
  }
  out += before_index;
  append_integer(out, target.index);
  out += ",\"list\":";
  append_integer(out, target.list);
  if (list) append_record(out, *list);
  out.append(",\"value\":\"").append(status_name(value)).append("\"}");
}

std::string status_to_json(const StatusProof& proof) {
  std::string out;
  append_status_json(out, status_text_before_chunk(proof.epoch),
                     status_text_before_index(proof.directory, proof.epoch), proof.target,
                     proof.value, proof.list);
  return out;
}

Result<StatusProof> status_from_json(std::string_view text) {
  const auto value =
      crypto::parse_json(text, {.max_bytes = kMaxBundleSize, .max_depth = kMaxBundleDepth});
  if (!value) return invalid_argument(value.error().message);
  Status status;
  JsonFields fields(*value, "", status,
                    {"list", "index", "value", "directory", "directoryIndex", "directoryPath",
                     "epochEntry", "epochIndex", "epochPath", "checkpoint", "anchors"},
                    {"record", "recordIndex", "recordPath", "chunk", "chunkPath"});
  if (!status) return status.error();
  StatusProof proof;
  proof.target.list = read_list(fields);
  proof.target.index = fields.integer("index");
  const std::string name = fields.text("value", kMaxValueName);
  if (const auto named = parse_status_name(name)) {
    proof.value = *named;
  } else {
    fields.refuse("value", named.error().message);
  }
  proof.list = read_list_part(fields, status);
  proof.directory = read_directory(fields, status);
  proof.epoch = read_epoch(fields, status);
  if (!status) return status.error();
  return proof;
}

}  // namespace kedge::node
