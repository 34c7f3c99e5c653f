// SPDX-License-Identifier: Apache-2.0
#include "node/store/checks.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "crypto/utf8.hpp"

namespace kedge::node {
namespace {

Error contradiction(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

}  // namespace

Status check_issuer_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxIssuerName) {
    return invalid_argument("an issuer's name has 1 to " + text(kMaxIssuerName) + " octets",
                            "name");
  }
  if (!crypto::is_utf8(name)) return invalid_argument("an issuer's name is UTF-8", "name");
  return {};
}

Status check_runs(std::span<const Run> runs, std::span<const std::uint64_t> next_positions) {
  std::map<IssuerId, std::uint64_t> next;
  for (const Run& run : runs) {
    if (run.leaves.empty() || run.leaves.size() % LeafEntry::kSize != 0) {
      return invalid_argument("a run is one leaf entry or more of 49 octets each", "leaves");
    }
    const auto& calls = run.call_sizes;
    const auto sum = std::accumulate(calls.begin(), calls.end(), std::uint64_t{0});
    if (sum != run.count() || std::find(calls.begin(), calls.end(), 0u) != calls.end()) {
      return invalid_argument("the calls of a run hold " + text(sum) + " entries, the run " +
                                  text(run.count()) + "; none may be empty",
                              "call_sizes");
    }
    if (run.issuer >= next_positions.size()) {
      return Error{Errc::not_found, "there is no issuer " + text(run.issuer)};
    }
    auto& position = next.try_emplace(run.issuer, next_positions[run.issuer]).first->second;
    if (run.first_position != position) {
      return contradiction("a run of issuer " + text(run.issuer) + " begins at position " +
                           text(run.first_position) + ", but " + text(position) + " is next");
    }
    position += run.count();
    if (position > kMaxPositions) {
      return Error{Errc::too_busy, "issuer " + text(run.issuer) + " has no positions left"};
    }
  }
  return {};
}

Status check_intent(const AnchorRow& row, const StoreReader& before) {
  if (row.ledger.empty() || row.ledger.size() > kMaxLedgerName) {
    return invalid_argument("a ledger's name has 1 to 255 octets", "ledger");
  }
  if (row.state != AnchorState::intended || !row.record.empty()) {
    return invalid_argument("an intent has the state `intended` and no record", "state");
  }
  auto checkpoint = before.checkpoint(row.epoch);
  if (!checkpoint) return checkpoint.error();
  if (checkpoint->size != row.size || checkpoint->root != row.root) {
    return contradiction("the intent is not of the checkpoint of epoch " + text(row.epoch));
  }
  return {};
}

Result<AnchorRow> with_attempt(AnchorRow row, const AnchorAttempt& attempt) {
  if (row.state == AnchorState::final) {
    return invalid_argument("the anchor of epoch " + text(row.epoch) + " is final", "epoch");
  }
  row.attempts.push_back(attempt);
  return row;
}

Result<AnchorRow> with_state(AnchorRow row, AnchorState state, std::string_view record,
                             std::uint64_t time_ms) {
  if (row.state == AnchorState::final) {
    return invalid_argument("the anchor of epoch " + text(row.epoch) + " is final", "epoch");
  }
  if (state == AnchorState::intended && row.state != AnchorState::mined) {
    return invalid_argument("only a mined anchor can go back to `intended`", "state");
  }
  if (record.empty() != (state == AnchorState::intended)) {
    return invalid_argument("an anchor has a record once it is mined, and only then", "record");
  }
  row.state = state;
  row.record = record;
  row.time_ms = time_ms;
  return row;
}

Hash leaf_digest(ByteView leaves, std::size_t index) {
  Hash digest{};
  std::memcpy(digest.data(), leaves.data() + index * LeafEntry::kSize + kLeafDigestOffset,
              digest.size());
  return digest;
}

}  // namespace kedge::node
