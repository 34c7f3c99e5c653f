// SPDX-License-Identifier: Apache-2.0
#include "node/proof/bundle_json.hpp"

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/json_string.hpp"
#include "node/proof/carried_json.hpp"
#include "node/proof/json_fields.hpp"
#include "node/proof/json_parts.hpp"

namespace kedge::node {
namespace {

/// Names, digits and the credential of a bundle; one hash of a path with what is around it.
constexpr std::size_t kNamesAndDigits = 512;
constexpr std::size_t kHashInPath = 67;

/// Room for everything but escapes, so that one allocation is enough.
std::size_t expected_size(const Bundle& bundle) {
  std::size_t size = kNamesAndDigits + bundle.batch.issuer.size() + bundle.log.checkpoint.size() +
                     bundle.batch.entry.size() * 4 / 3 + bundle.status.size() +
                     kHashInPath * (bundle.batch.path.size() + bundle.log.path.size());
  for (const std::string& anchor : bundle.anchors) size += anchor.size() + 1;
  return size;
}

void append_credential(std::string& out, const LeafEntry& credential) {
  out.append("{\"format\":\"").append(kBundleFormat).append("\",\"credential\":{\"profile\":\"");
  out.append(crypto::profile_name(credential.profile)).append("\",\"digest\":\"");
  crypto::append_hex(out, credential.digest);
  out += "\",\"salt\":\"";
  crypto::append_hex(out, credential.salt);
}

void append_before_index(std::string& out, const Bundle& bundle) {
  out += "\"},\"batch\":{\"issuer\":";
  crypto::append_json_string(out, bundle.batch.issuer);
  out.append(",\"entry\":\"").append(crypto::base64_encode(bundle.batch.entry));
  out += "\",\"index\":";
}

void append_after_path(std::string& out, const Bundle& bundle) {
  out += "},\"log\":{\"index\":";
  append_integer(out, bundle.log.index);
  out += ",\"path\":";
  append_hashes(out, bundle.log.path);
  out += ",\"checkpoint\":";
  crypto::append_json_string(out, bundle.log.checkpoint);
  out += "},\"anchors\":";
  append_json_array(out, bundle.anchors);
  if (!bundle.status.empty()) out.append(",\"status\":").append(bundle.status);
  out += '}';
}

void read_credential(const nlohmann::json& value, Bundle& bundle, Status& status) {
  JsonFields fields(value, "credential", status, {"profile", "digest", "salt"});
  const std::string name = fields.text("profile", 16);
  if (!status) return;
  const auto profile = crypto::profile_from_name(name);
  if (!profile) return fields.refuse("profile", profile.error().message);
  bundle.credential.profile = *profile;
  fields.hex("digest", bundle.credential.digest);
  fields.hex("salt", bundle.credential.salt);
}

void read_batch(const nlohmann::json& value, Bundle& bundle, Status& status) {
  JsonFields fields(value, "batch", status, {"issuer", "entry", "index", "path"});
  bundle.batch.issuer = fields.text("issuer", kMaxIssuerSize);
  bundle.batch.entry = fields.base64("entry", kMaxEntrySize);
  bundle.batch.index = fields.integer("index");
  bundle.batch.path = fields.hashes("path", kMaxBatchPath);
}

void read_log(const nlohmann::json& value, Bundle& bundle, Status& status) {
  JsonFields fields(value, "log", status, {"index", "path", "checkpoint"});
  bundle.log.index = fields.integer("index");
  bundle.log.path = fields.hashes("path", kMaxLogPath);
  bundle.log.checkpoint = fields.text("checkpoint", kMaxNoteInBundle);
}

}  // namespace

void append_bundle_json(std::string& out, const Bundle& bundle) {
  out.reserve(out.size() + expected_size(bundle));
  append_credential(out, bundle.credential);
  append_before_index(out, bundle);
  append_integer(out, bundle.batch.index);
  out += ",\"path\":";
  append_hashes(out, bundle.batch.path);
  append_after_path(out, bundle);
}

BundleText bundle_text(const Bundle& bundle) {
  BundleText text;
  append_before_index(text.before_index, bundle);
  append_after_path(text.after_path, bundle);
  return text;
}

void append_bundle_json(std::string& out, const LeafEntry& credential, std::uint64_t index,
                        std::span<const Hash> path, const BundleText& text) {
  out.reserve(out.size() + kNamesAndDigits + text.before_index.size() + text.after_path.size() +
              kHashInPath * path.size());
  append_credential(out, credential);
  out += text.before_index;
  append_integer(out, index);
  out += ",\"path\":";
  append_hashes(out, path);
  out += text.after_path;
}

std::string bundle_to_json(const Bundle& bundle) {
  std::string out;
  append_bundle_json(out, bundle);
  return out;
}

Result<Bundle> bundle_from_json(std::string_view text) {
  const auto value =
      crypto::parse_json(text, {.max_bytes = kMaxBundleSize, .max_depth = kMaxBundleDepth});
  // What is not JSON has no fields; the message says where.
  if (!value) return invalid_argument(value.error().message);
  if (value->is_object()) {
    // Before anything else, because another version may have other fields.
    const auto format = value->find("format");
    if (format != value->end() && *format != kBundleFormat) {
      return invalid_argument("expected \"" + std::string(kBundleFormat) + "\"", "format");
    }
  }
  Status status;
  JsonFields fields(*value, "", status, {"format", "credential", "batch", "log", "anchors"},
                    {"status"});
  if (!status) return status.error();
  Bundle bundle;
  read_credential(fields.raw("credential"), bundle, status);
  read_batch(fields.raw("batch"), bundle, status);
  read_log(fields.raw("log"), bundle, status);
  bundle.anchors = read_anchors(fields.raw("anchors"), "anchors", status);
  if (status && fields.has("status")) {
    Result<std::string> carried = carried_object(fields.raw("status"), "status");
    if (!carried) return carried.error();
    bundle.status = std::move(*carried);
  }
  if (!status) return status.error();
  return bundle;
}

}  // namespace kedge::node
