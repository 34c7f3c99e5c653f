// SPDX-License-Identifier: Apache-2.0
#include "node/proof/bundle_cbor.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/cbor.hpp"
#include "node/proof/carried_cbor.hpp"
#include "node/proof/carried_json.hpp"

namespace kedge::node {
namespace {

void write_path(CborWriter& writer, const std::vector<Hash>& path) {
  writer.head(CborType::array, path.size());
  for (const Hash& hash : path) writer.bytes(hash);
}

/// Reads the keys of a map that must all be there, in the order of their encoding.
class CborFields {
 public:
  CborFields(CborReader& reader, std::string path, std::size_t count)
      : reader_(reader), path_(std::move(path)) {
    if (reader_.map(path_) != count) {
      reader_.refuse("expected " + std::to_string(count) + " fields", path_);
    }
  }

  /// Reads the key and answers with the path of its value.
  std::string next(std::string_view name) {
    if (reader_.text(path_) != name) {
      reader_.refuse("expected the field " + std::string(name), path_);
    }
    return path_ + "." + std::string(name);
  }

  template <std::size_t N>
  std::array<std::uint8_t, N> array_of(std::string_view name) {
    const std::string path = next(name);
    return fixed<N>(reader_.bytes(path), path);
  }

  std::uint64_t integer(std::string_view name) {
    const std::string path = next(name);
    const std::uint64_t value = reader_.integer(path);
    if (value > kMaxBundleInteger) reader_.refuse("expected an integer from 0 to 2^53 - 1", path);
    return value;
  }

  std::string text(std::string_view name, std::size_t max_size) {
    const std::string path = next(name);
    const std::string_view text = reader_.text(path);
    check_size(text.size(), max_size, path);
    return std::string(text);
  }

  Bytes bytes(std::string_view name, std::size_t max_size) {
    const std::string path = next(name);
    const ByteView bytes = reader_.bytes(path);
    check_size(bytes.size(), max_size, path);
    return Bytes(bytes.begin(), bytes.end());
  }

  std::vector<Hash> hashes(std::string_view name, std::size_t max_count) {
    const std::string path = next(name);
    const std::size_t count = reader_.array(path);
    if (count > max_count) {
      reader_.refuse("expected at most " + std::to_string(max_count) + " hashes", path);
    }
    std::vector<Hash> hashes;
    for (std::size_t i = 0; i < count && reader_.ok(); ++i) {
      const std::string element = path + "[" + std::to_string(i) + "]";
      hashes.push_back(fixed<32>(reader_.bytes(element), element));
    }
    return hashes;
  }

 private:
  template <std::size_t N>
  std::array<std::uint8_t, N> fixed(ByteView bytes, const std::string& path) {
    std::array<std::uint8_t, N> value{};
    if (bytes.size() != N) {
      reader_.refuse("expected " + std::to_string(N) + " octets", path);
      return value;
    }
    std::copy(bytes.begin(), bytes.end(), value.begin());
    return value;
  }

  void check_size(std::size_t size, std::size_t max_size, const std::string& path) {
    if (size == 0 || size > max_size) {
      reader_.refuse("expected 1 to " + std::to_string(max_size) + " octets", path);
    }
  }

  CborReader& reader_;
  std::string path_;
};

/// The text `format` of a document whose other fields may be of any version; empty if there is
/// none.
std::string_view find_format(ByteView bytes) {
  CborReader reader(bytes);
  const std::size_t count = reader.map("");
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    if (reader.text("") == "format") return reader.text("format");
    reader.skip(kMaxBundleDepth, "");
  }
  return {};
}

LogPart read_log(CborReader& reader) {
  CborFields fields(reader, "log", 3);
  LogPart log;
  log.path = fields.hashes("path", kMaxLogPath);
  log.index = fields.integer("index");
  log.checkpoint = fields.text("checkpoint", kMaxNoteInBundle);
  return log;
}

BatchPart read_batch(CborReader& reader) {
  CborFields fields(reader, "batch", 4);
  BatchPart batch;
  batch.path = fields.hashes("path", kMaxBatchPath);
  batch.entry = fields.bytes("entry", kMaxEntrySize);
  batch.index = fields.integer("index");
  batch.issuer = fields.text("issuer", kMaxIssuerSize);
  return batch;
}

LeafEntry read_credential(CborReader& reader) {
  CborFields fields(reader, "credential", 3);
  LeafEntry leaf;
  leaf.salt = fields.array_of<16>("salt");
  leaf.digest = fields.array_of<32>("digest");
  const auto profile = crypto::profile_from_name(fields.text("profile", 16));
  if (profile) {
    leaf.profile = *profile;
  } else {
    reader.refuse(profile.error().message, "credential.profile");
  }
  return leaf;
}

std::vector<std::string> read_anchors(CborReader& reader) {
  const std::size_t count = reader.array("anchors");
  if (count > kMaxAnchors) {
    reader.refuse("expected at most " + std::to_string(kMaxAnchors) + " objects", "anchors");
  }
  std::vector<std::string> anchors;
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    const std::string path = "anchors[" + std::to_string(i) + "]";
    const nlohmann::json value = read_carried(reader, path);
    if (!reader.ok()) break;
    Result<std::string> anchor = carried_anchor(value, path);
    if (anchor) {
      anchors.push_back(std::move(*anchor));
    } else {
      reader.refuse(anchor.error().message, anchor.error().field);
    }
  }
  return anchors;
}

std::string read_status(CborReader& reader) {
  const nlohmann::json value = read_carried_status(reader, "status");
  if (!reader.ok()) return {};
  Result<std::string> status = carried_object(value, "status");
  if (status) return std::move(*status);
  reader.refuse(status.error().message, status.error().field);
  return {};
}

}  // namespace

Bytes bundle_to_cbor(const Bundle& bundle) {
  Bytes out;
  CborWriter writer(out);
  writer.head(CborType::map, bundle.status.empty() ? 5 : 6);
  writer.text("log");
  writer.head(CborType::map, 3);
  writer.text("path");
  write_path(writer, bundle.log.path);
  writer.text("index");
  writer.integer(bundle.log.index);
  writer.text("checkpoint");
  writer.text(bundle.log.checkpoint);
  writer.text("batch");
  writer.head(CborType::map, 4);
  writer.text("path");
  write_path(writer, bundle.batch.path);
  writer.text("entry");
  writer.bytes(bundle.batch.entry);
  writer.text("index");
  writer.integer(bundle.batch.index);
  writer.text("issuer");
  writer.text(bundle.batch.issuer);
  writer.text("format");
  writer.text(kBundleFormat);
  if (!bundle.status.empty()) {
    writer.text("status");
    write_carried_status(writer, carried_value(bundle.status));
  }
  writer.text("anchors");
  writer.head(CborType::array, bundle.anchors.size());
  for (const std::string& anchor : bundle.anchors) write_carried(writer, carried_value(anchor));
  writer.text("credential");
  writer.head(CborType::map, 3);
  writer.text("salt");
  writer.bytes(bundle.credential.salt);
  writer.text("digest");
  writer.bytes(bundle.credential.digest);
  writer.text("profile");
  writer.text(crypto::profile_name(bundle.credential.profile));
  return out;
}

Result<Bundle> bundle_from_cbor(ByteView bytes) {
  if (bytes.size() > kMaxBundleSize) {
    return invalid_argument("expected at most " + std::to_string(kMaxBundleSize) + " octets");
  }
  if (const std::string_view format = find_format(bytes);
      !format.empty() && format != kBundleFormat) {
    return invalid_argument("expected \"" + std::string(kBundleFormat) + "\"", "format");
  }
  CborReader reader(bytes);
  const std::size_t count = reader.map("");
  if (count != 5 && count != 6) reader.refuse("expected 5 or 6 fields", "");
  const auto field = [&reader](std::string_view name) {
    if (reader.text("") != name) reader.refuse("expected the field " + std::string(name), "");
  };
  Bundle bundle;
  field("log");
  bundle.log = read_log(reader);
  field("batch");
  bundle.batch = read_batch(reader);
  field("format");
  if (reader.text("format") != kBundleFormat) reader.refuse("expected the format's name", "");
  if (count == 6) {
    field("status");
    bundle.status = read_status(reader);
  }
  field("anchors");
  bundle.anchors = read_anchors(reader);
  field("credential");
  bundle.credential = read_credential(reader);
  reader.finish();
  if (!reader.ok()) return reader.status().error();
  return bundle;
}

}  // namespace kedge::node
