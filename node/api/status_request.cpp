// SPDX-License-Identifier: Apache-2.0
#include "node/api/status_request.hpp"

#include <optional>

#include "crypto/hex.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kDigestForm = "64 lower-case hex characters";
constexpr std::size_t kMaxReason = 64;

std::string path_of(std::size_t number) {
  return "targets[" + std::to_string(number) + "]";
}

std::optional<StatusValue> read_value(rpc::Params& params) {
  const auto choice = params.optional_choice("value", {"valid", "revoked", "suspended"});
  if (!choice) return std::nullopt;
  return static_cast<StatusValue>(*choice);
}

/// A digest as it stands: without escapes, as everybody writes it.
Result<Hash> read_digest(std::string_view element, std::size_t number) {
  std::string_view text = rpc::trim_json(element);
  Hash digest{};
  if (text.size() == 2 * sizeof(Hash) + 2 &&
      crypto::decode_hex(text.substr(1, 2 * sizeof(Hash)), digest)) {
    return digest;
  }
  const Result<Hash> decoded = crypto::hash_from_hex(rpc::string_value(element));
  if (decoded) return decoded;
  return invalid_argument("expected " + std::string(kDigestForm), path_of(number));
}

/// The error of a nested object, with the path to it.
Error in_target(const Error& error, std::size_t number) {
  Error out = error;
  out.field = path_of(number) + (error.field.empty() ? "" : "." + error.field);
  return out;
}

Result<SetStatusTarget> read_object(std::string_view element, std::size_t number,
                                    std::optional<StatusValue> common) {
  rpc::Params params(element);
  SetStatusTarget target;
  const auto digest = params.optional_hash("digest");
  if (digest) {
    if (params.has("list") || params.has("index")) {
      params.fail("digest", "either digest, or list and index");
    }
    params.optional_text("list");
    params.optional_text("index");
    target.which = *digest;
  } else {
    StatusTarget entry;
    entry.list = static_cast<std::uint32_t>(params.integer("list", 0, 0xffff'ffff));
    entry.index = params.integer("index", 0, kMaxListSize - 1);
    target.which = entry;
  }
  const auto own = read_value(params);
  if (!own && !common) params.fail("value", R"(one of "valid", "revoked", "suspended")");
  if (const Status status = params.finish(); !status) return in_target(status.error(), number);
  target.value = own ? *own : *common;
  return target;
}

Result<SetStatusTarget> read_target(std::string_view element, std::size_t number,
                                    std::optional<StatusValue> common) {
  switch (rpc::kind_of(element)) {
    case rpc::JsonKind::string: {
      const Result<Hash> digest = read_digest(element, number);
      if (!digest) return digest.error();
      if (common) return SetStatusTarget{*digest, *common};
      return invalid_argument(R"(expected one of "valid", "revoked", "suspended")", "value");
    }
    case rpc::JsonKind::object:
      return read_object(element, number, common);
    default:
      return invalid_argument("expected a digest, or an object of digest or list and index",
                              path_of(number));
  }
}

}  // namespace

Result<SetStatusRequest> parse_status_set(std::string_view text) {
  rpc::Params params(text);
  SetStatusRequest request;
  const auto elements = params.array("targets", kMaxStatusTargets);
  if (elements.empty()) {
    params.fail("targets", "an array of 1 to " + std::to_string(kMaxStatusTargets) + " targets");
  }
  const auto value = read_value(params);
  const auto reason = params.optional_string("reason", kMaxReason);
  request.actor = params.optional_string("actor", kMaxActor).value_or(std::string());
  if (Status status = params.finish(); !status) return status.error();
  if (reason) {
    const Result<StatusReason> named = reason_from_name(*reason);
    if (!named) return invalid_argument(named.error().message, "reason");
    request.reason = *named;
  }
  request.targets.reserve(elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    Result<SetStatusTarget> target = read_target(elements[i], i, value);
    if (!target) return target.error();
    request.targets.push_back(*target);
  }
  return request;
}

Result<AllocateStatusRequest> parse_status_allocate(std::string_view text) {
  rpc::Params params(text);
  AllocateStatusRequest request;
  request.count = static_cast<std::uint32_t>(params.integer("count", 1, kMaxAllocated));
  request.request_key = params.string("key", kMaxRequestKey);
  if (params.has("purposes")) {
    request.purposes = 0;
    for (const std::string_view element : params.array("purposes", 2)) {
      const std::string name = rpc::kind_of(element) == rpc::JsonKind::string
                                   ? rpc::string_value(element)
                                   : std::string();
      if (name == "revocation") {
        request.purposes |= kPurposeRevocation;
      } else if (name == "suspension") {
        request.purposes |= kPurposeSuspension;
      } else {
        params.fail("purposes", R"(some of "revocation", "suspension")");
      }
    }
    if (request.purposes == 0) params.fail("purposes", R"(some of "revocation", "suspension")");
  }
  if (Status status = params.finish(); !status) return status.error();
  if (request.request_key.empty()) {
    return invalid_argument("expected 1 to " + std::to_string(kMaxRequestKey) + " octets", "key");
  }
  return request;
}

}  // namespace kedge::node::api
