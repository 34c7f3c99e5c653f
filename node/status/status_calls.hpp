// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node/status/status_reason.hpp"
#include "node/store/store.hpp"

/// What the calls about status carry in and out, between their methods and the sequencer.
namespace kedge::node {

/// No call of `status_set` has more targets, none of `status_allocate` asks for more indexes.
inline constexpr std::size_t kMaxStatusTargets = kMaxRunChanges;
inline constexpr std::uint32_t kMaxAllocated = 10'000;
inline constexpr std::uint8_t kBothPurposes = kPurposeRevocation | kPurposeSuspension;

/// One item of a call: the digest of a credential, which is an entry of the issuer's register, or
/// an entry of one of its lists.
struct SetStatusTarget {
  std::variant<Hash, StatusTarget> which;
  StatusValue value = StatusValue::valid;
};

/// One call of `status_set`: all of it is accepted, or nothing.
struct SetStatusRequest {
  /// The name of the issuer. It reaches only what is its own.
  std::string issuer;
  /// 1 to kMaxStatusTargets.
  std::vector<SetStatusTarget> targets;
  StatusReason reason = StatusReason::unspecified;
  /// Who has asked for it, for the issuer's own records; at most kMaxActor octets.
  std::string actor;
};

/// How one target stands after the call.
struct TargetResult {
  StatusTarget target;
  StatusValue value = StatusValue::valid;
  /// When it got this value; 0 for what has always been valid.
  std::uint64_t time_ms = 0;
  /// The call has changed it; false if it had the value already, or stands earlier in the call.
  bool changed = false;
  /// The number of the newest change, and whether it is in the log; none for what has never been
  /// changed.
  std::optional<std::uint64_t> change = {};
  bool sealed = false;
};

struct SetStatusResult {
  IssuerId issuer = 0;
  /// In the order of the request.
  std::vector<TargetResult> targets;
};

/// One call of `status_allocate`.
struct AllocateStatusRequest {
  /// The name of the issuer.
  std::string issuer;
  /// 1 to kMaxAllocated.
  std::uint32_t count = 1;
  /// What the lists must be able to say; a set of bits, not empty.
  std::uint8_t purposes = kBothPurposes;
  /// 1 to kMaxRequestKey octets: the same key gets the same indexes for ever.
  std::string request_key;
};

struct AllocateStatusResult {
  IssuerId issuer = 0;
  std::uint8_t purposes = kBothPurposes;
  /// In order of allocation. An index of a list is `StatusTarget::index`.
  std::vector<StatusTarget> entries;
  /// An earlier call with this key has got them.
  bool repeated = false;
};

/// invalid_argument, naming the field, for a call out of its bounds.
Status check_request(const SetStatusRequest& request);
Status check_request(const AllocateStatusRequest& request);

using SetStatusCallback = std::function<void(Result<SetStatusResult>)>;
using AllocateStatusCallback = std::function<void(Result<AllocateStatusResult>)>;

}  // namespace kedge::node
