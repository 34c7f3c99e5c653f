// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crypto/digest_profile.hpp"
#include "node/proof/credential_state.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// No call has more items.
inline constexpr std::size_t kMaxSubmitItems = 10'000;

struct SubmitItem {
  crypto::DigestProfile profile = crypto::DigestProfile::bytes;
  Hash digest{};
};

/// One call of `anchor_submit`: all of it is accepted, or none.
struct SubmitRequest {
  /// The name of the issuer.
  std::string issuer;
  /// 1 to kMaxSubmitItems, and no more than `batch_max_size`.
  std::vector<SubmitItem> items;
};

struct SubmittedItem {
  std::uint64_t position = 0;
  /// The issuer had this digest already, or it stands earlier in the same call; the position is
  /// the original one, and the original profile stays.
  bool duplicate = false;
  CredentialState state = CredentialState::accepted;
};

struct SubmitResult {
  IssuerId issuer = 0;
  /// In the order of the request.
  std::vector<SubmittedItem> items;
  /// The items of the request, given back.
  std::vector<SubmitItem> submitted = {};
};

using SubmitCallback = std::function<void(Result<SubmitResult>)>;

/// What `anchor_seal` answers: the newest checkpoint, and whether the call has made it.
struct SealResult {
  std::uint64_t epoch = 0;
  std::uint64_t size = 0;
  bool sealed = false;
};

using SealCallback = std::function<void(Result<SealResult>)>;
using IssuerCallback = std::function<void(Result<IssuerId>)>;

}  // namespace kedge::node
