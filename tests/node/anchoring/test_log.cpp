// SPDX-License-Identifier: Apache-2.0
#include "tests/node/anchoring/test_log.hpp"

#include <stdexcept>

#include "crypto/binary.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree_proof.hpp"
#include "node/anchoring/acceptance.hpp"
#include "node/log/log_proof.hpp"
#include "node/status/allocation.hpp"
#include "tests/node/anchoring/test_audit.hpp"

namespace kedge::test {

crypto::NoteSigner make_signer(std::string_view origin) {
  Bytes seed(32, 0x42);
  auto key = crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, seed);
  if (!key) throw std::runtime_error(key.error().message);
  auto signer = crypto::NoteSigner::create(std::string(origin), *std::move(key));
  if (!signer) throw std::runtime_error(signer.error().message);
  return *std::move(signer);
}

node::StoreIdentity make_identity() {
  node::StoreIdentity identity;
  identity.origin = kOrigin;
  identity.locator_key.fill(7);
  return identity;
}

Hash digest_of(std::uint64_t number) {
  Bytes octets;
  BinaryWriter(octets).put(number);
  return crypto::sha256(octets);
}

std::vector<node::SubmitItem> items_of(std::uint64_t first, std::size_t count) {
  std::vector<node::SubmitItem> items(count);
  for (std::size_t i = 0; i < count; ++i) {
    items[i] = {.profile = crypto::DigestProfile::jws, .digest = digest_of(first + i)};
  }
  return items;
}

Result<std::vector<node::SubmittedItem>> submit(node::LogWriter& log, const node::Store& store,
                                                node::IssuerId issuer,
                                                const std::vector<node::SubmitItem>& items,
                                                std::uint64_t now_ms) {
  node::Acceptance call(issuer, items.size());
  call.add_call(items);
  const auto stored = store.locate_many(issuer, call.digests());
  if (!stored) return stored.error();
  call.place(*stored, log.next_position(issuer), now_ms);
  const node::Run run = call.take_run();
  if (run.count() > 0) {
    if (const Status accepted = log.accept({&run, 1}); !accepted) return accepted.error();
  }
  return call.answer(0);
}

Result<std::vector<node::TargetResult>> set_status(node::LogWriter& log, const node::Store& store,
                                                   node::IssuerId issuer,
                                                   const std::vector<node::WantedStatus>& targets,
                                                   std::uint64_t now_ms) {
  const auto reader = store.snapshot();
  node::StatusAcceptance call(*reader, {.id = issuer,
                                        .register_size = log.next_position(issuer),
                                        .next_change = log.next_change(issuer),
                                        .sealed_changes = log.sealed_changes(issuer),
                                        .time_ms = log.change_time(now_ms)});
  auto results = call.add_call(targets, node::StatusReason::superseded, "test");
  if (!results) return results;
  const std::vector<node::ChangeRun> runs = call.take_runs();
  if (!runs.empty()) {
    if (const Status accepted = log.accept_changes(runs); !accepted) return accepted.error();
  }
  return results;
}

Result<node::AllocateStatusResult> allocate(node::LogWriter& log, const node::Store& store,
                                            node::IssuerId issuer, std::uint32_t count,
                                            const std::string& key, std::uint64_t now_ms) {
  const auto reader = store.snapshot();
  node::AllocationPlan plan(*reader, issuer, node::kMinListSize, now_ms);
  auto result = plan.add_call(
      {.issuer = {}, .count = count, .purposes = node::kBothPurposes, .request_key = key});
  if (!result) return result;
  const std::vector<node::StatusAllocation> taken = plan.take();
  if (!taken.empty()) {
    if (const Status stored = log.allocate(taken); !stored) return stored.error();
  }
  return result;
}

void Promises::add(std::string_view issuer, const std::vector<node::SubmitItem>& items,
                   const std::vector<node::SubmittedItem>& answers) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    accepted.push_back({std::string(issuer), items[i].digest, answers.at(i).position});
  }
}

void Promises::add(std::string_view issuer, const std::vector<node::TargetResult>& answers) {
  for (const node::TargetResult& answer : answers) changed.push_back({std::string(issuer), answer});
}

std::string check_promises(const node::Store& store, const Promises& promises) {
  const auto reader = store.snapshot();
  for (const auto& [name, digest, position] : promises.accepted) {
    const auto issuer = reader->issuer_by_name(name);
    if (!issuer) return "issuer " + name + " is gone";
    const auto located = store.locate_many(issuer->id, {&digest, 1});
    if (!located || !located->front()) {
      return "position " + std::to_string(position) + " of " + name + " is not found";
    }
    if (located->front()->position != position) {
      return "position " + std::to_string(position) + " of " + name + " has become " +
             std::to_string(located->front()->position);
    }
    const auto leaf = reader->leaves(issuer->id, position, 1);
    const auto entry = leaf ? node::decode_leaf(*leaf) : Result<node::LeafEntry>(leaf.error());
    if (!entry || entry->digest != digest) {
      return "position " + std::to_string(position) + " of " + name + " holds something else";
    }
  }
  if (std::string status = check_status_promises(*reader, promises); !status.empty()) return status;
  const auto newest = reader->latest_checkpoint();
  const auto tiles = [&](std::uint32_t level, std::uint64_t index) {
    return reader->tile(level, index);
  };
  for (const node::CheckpointRow& seen : promises.checkpoints) {
    if (!newest) return "all checkpoints are gone";
    const auto stored = reader->checkpoint(seen.epoch);
    if (!stored || stored->note != seen.note) {
      return "checkpoint " + std::to_string(seen.epoch) + " is not served byte for byte";
    }
    const auto path = node::log_consistency(seen.size, newest->size, tiles);
    if (!path) return path.error().message;
    if (const Status proven =
            crypto::verify_consistency(seen.size, newest->size, *path, seen.root, newest->root);
        !proven) {
      return "checkpoint " + std::to_string(seen.epoch) + ": " + proven.error().message;
    }
  }
  return {};
}

}  // namespace kedge::test
