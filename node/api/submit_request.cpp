// SPDX-License-Identifier: Apache-2.0
#include "node/api/submit_request.hpp"

#include <simdjson.h>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

namespace ondemand = simdjson::ondemand;
using crypto::DigestProfile;

/// Beyond this the thread gives its parser's memory back after the call.
constexpr std::size_t kKeptCapacity = std::size_t{1} << 20;

/// The parser keeps views into the padded text.
struct Scratch {
  ondemand::parser parser;
  std::string padded;
};

struct Text {
  std::string_view value;
  bool given = false;
};

/// The members of an item as they came.
struct RawItem {
  Text profile;
  Text digest;
  Text content;
  Text credential;
  bool credential_is_object = false;
  /// The digest, where it could be decoded as it stood.
  Hash hash{};
  bool has_hash = false;
};

std::string path_of(std::size_t index, std::string_view field) {
  std::string path = "items[" + std::to_string(index) + "]";
  if (!field.empty()) path.append(".").append(field);
  return path;
}

Error refused(std::size_t index, std::string_view field, std::string expected) {
  return invalid_argument("expected " + std::move(expected), path_of(index, field));
}

/// The type of a checked text's value cannot fail to be known.
ondemand::json_type type_of(ondemand::value& value) {
  return value.type().value_unsafe();
}

/// Reads a string; null counts as absent. False for any other type.
bool read_text(ondemand::value& value, Text& text) {
  const ondemand::json_type type = type_of(value);
  if (type == ondemand::json_type::null) return true;
  if (type != ondemand::json_type::string) return false;
  text.given = true;
  return value.get_string().get(text.value) == simdjson::SUCCESS;
}

bool read_credential(ondemand::value& value, RawItem& item) {
  if (type_of(value) != ondemand::json_type::object) return read_text(value, item.credential);
  item.credential.given = true;
  item.credential_is_object = true;
  ondemand::object object;
  return value.get_object().get(object) == simdjson::SUCCESS &&
         object.raw_json().get(item.credential.value) == simdjson::SUCCESS;
}

/// Decodes a digest from the received text, which has no escapes then. False for anything else.
bool read_plain_digest(ondemand::value& value, RawItem& item) {
  constexpr std::size_t kDigits = 2 * sizeof(Hash);
  const std::string_view token = value.raw_json_token();
  item.has_hash = token.size() >= kDigits + 2 && token.front() == '"' &&
                  token[kDigits + 1] == '"' &&
                  crypto::decode_hex(token.substr(1, kDigits), item.hash).has_value();
  return item.has_hash;
}

Status read_members(ondemand::object object, std::size_t index, RawItem& item) {
  for (auto field : object) {
    std::string_view name;
    ondemand::value value;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
        field.value().get(value) != simdjson::SUCCESS) {
      return refused(index, {}, "an object");
    }
    if (name == "digest") {
      if (!read_plain_digest(value, item) && !read_text(value, item.digest)) {
        return refused(index, name, "64 lower-case hex characters");
      }
    } else if (name == "profile") {
      if (!read_text(value, item.profile)) return refused(index, name, "a string");
    } else if (name == "credential") {
      if (!read_credential(value, item)) return refused(index, name, "a string or an object");
    } else if (name == "content") {
      if (!read_text(value, item.content)) return refused(index, name, "a string");
    } else {
      return invalid_argument("unknown field; known: profile, digest, credential, content",
                              path_of(index, rpc::shown_name(name)));
    }
  }
  return {};
}

Status hash_content(const RawItem& raw, std::size_t index, SubmitItem& item) {
  if (item.profile != DigestProfile::bytes) {
    return refused(index, "content", "credential or digest: content is for the profile bytes");
  }
  const Result<Bytes> content = crypto::base64_decode(raw.content.value);
  if (!content) return refused(index, "content", "standard base64 with padding");
  const Result<Hash> digest = crypto::credential_digest(item.profile, *content);
  if (!digest) return digest.error();
  item.digest = *digest;
  return {};
}

Status hash_credential(const RawItem& raw, std::size_t index, SubmitItem& item) {
  if (item.profile == DigestProfile::bytes) {
    return refused(index, "credential", "content or digest with the profile bytes");
  }
  if (item.profile == DigestProfile::external) {
    return refused(index, "credential", "a digest with the profile external");
  }
  if (item.profile == DigestProfile::jws && raw.credential_is_object) {
    return refused(index, "credential", "a string with the profile jws");
  }
  const Result<Hash> digest =
      crypto::credential_digest(item.profile, as_bytes(raw.credential.value));
  if (!digest && digest.error().code == Errc::invalid_argument) {
    return invalid_argument(digest.error().message, path_of(index, "credential"));
  }
  if (!digest) return digest.error();
  item.digest = *digest;
  return {};
}

Status convert(const RawItem& raw, std::size_t index, SubmitItem& item) {
  if (!raw.profile.given) return refused(index, "profile", "a string");
  const Result<DigestProfile> profile = crypto::profile_from_name(raw.profile.value);
  if (!profile) {
    return refused(index, "profile", R"(one of "bytes", "jws", "jcs", "jades", "external")");
  }
  item.profile = *profile;
  const int given =
      int{raw.has_hash || raw.digest.given} + int{raw.credential.given} + int{raw.content.given};
  if (given != 1) return refused(index, {}, "exactly one of digest, credential and content");
  if (raw.content.given) return hash_content(raw, index, item);
  if (raw.credential.given) return hash_credential(raw, index, item);
  if (raw.has_hash) {
    item.digest = raw.hash;
    return {};
  }
  if (!crypto::decode_hex(raw.digest.value, item.digest)) {
    return refused(index, "digest", "64 lower-case hex characters");
  }
  return {};
}

Status read_items(ondemand::value& value, std::vector<SubmitItem>& items) {
  const Error expected = invalid_argument(
      "expected an array of 1 to " + std::to_string(kMaxSubmitItems) + " items", "items");
  ondemand::array array;
  if (type_of(value) != ondemand::json_type::array ||
      value.get_array().get(array) != simdjson::SUCCESS) {
    return expected;
  }
  for (auto element : array) {
    if (items.size() == kMaxSubmitItems) return expected;
    const std::size_t index = items.size();
    ondemand::value member;
    ondemand::object object;
    if (element.get(member) != simdjson::SUCCESS ||
        type_of(member) != ondemand::json_type::object ||
        member.get_object().get(object) != simdjson::SUCCESS) {
      return refused(index, {}, "an object");
    }
    RawItem raw;
    if (Status status = read_members(object, index, raw); !status) return status;
    if (Status status = convert(raw, index, items.emplace_back()); !status) return status;
  }
  return items.empty() ? Status(expected) : Status();
}

Status read_wait(ondemand::value& value, CredentialState& wait) {
  const Error expected =
      invalid_argument(R"(expected one of "accepted", "sealed", "anchored", "final")", "wait");
  Text text;
  if (!read_text(value, text)) return expected;
  if (!text.given) return {};
  const Result<CredentialState> state = state_from_name(text.value);
  if (!state) return expected;
  wait = *state;
  return {};
}

Status read_timeout(ondemand::value& value, std::chrono::milliseconds& timeout) {
  if (type_of(value) == ondemand::json_type::null) return {};
  std::uint64_t number = 0;
  if (type_of(value) != ondemand::json_type::number ||
      value.get_uint64().get(number) != simdjson::SUCCESS ||
      number > static_cast<std::uint64_t>(kMaxWait.count())) {
    return invalid_argument("expected a whole number from 0 to " + std::to_string(kMaxWait.count()),
                            "timeout_ms");
  }
  timeout = std::chrono::milliseconds(number);
  return {};
}

Status read_call(ondemand::object object, SubmitCall& call) {
  bool has_items = false;
  for (auto field : object) {
    std::string_view name;
    ondemand::value value;
    if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
        field.value().get(value) != simdjson::SUCCESS) {
      return invalid_argument("expected an object of named fields", "params");
    }
    Status status;
    if (name == "items") {
      has_items = true;
      status = read_items(value, call.items);
    } else if (name == "wait") {
      status = read_wait(value, call.wait);
    } else if (name == "timeout_ms") {
      status = read_timeout(value, call.timeout);
    } else {
      status =
          invalid_argument("unknown field; known: items, wait, timeout_ms", rpc::shown_name(name));
    }
    if (!status) return status;
  }
  if (has_items) return {};
  return invalid_argument("expected an array of 1 to " + std::to_string(kMaxSubmitItems) + " items",
                          "items");
}

}  // namespace

Result<SubmitCall> parse_submit_call(std::string_view params) {
  thread_local Scratch kept;
  Scratch large;
  Scratch& scratch = params.size() > kKeptCapacity ? large : kept;
  scratch.padded.reserve(params.size() + simdjson::SIMDJSON_PADDING);
  scratch.padded.assign(params);
  ondemand::document document;
  ondemand::object object;
  const auto error = scratch.parser
                         .iterate(scratch.padded.data(), scratch.padded.size(),
                                  scratch.padded.size() + simdjson::SIMDJSON_PADDING)
                         .get(document);
  if (error != simdjson::SUCCESS || document.get_object().get(object) != simdjson::SUCCESS) {
    return invalid_argument("expected an object of named fields", "params");
  }
  SubmitCall call;
  if (Status status = read_call(object, call); !status) return status.error();
  return call;
}

}  // namespace kedge::node::api
