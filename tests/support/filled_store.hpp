// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crypto/signed_note.hpp"
#include "node/log/right_edge.hpp"
#include "node/store/store.hpp"

namespace kedge::test {

/// A store with a real log in it, written straight through the Store interface: real leaves, trees,
/// tiles and signed checkpoints, but no sequencer. Everything is a function of the calls made, so
/// that two runs give the same octets. Any failure throws std::runtime_error.
class FilledStore {
 public:
  static constexpr std::uint64_t kFirstTimeMs = 1'767'225'600'000;

  /// A log that begins with its genesis entry and epoch 0. `store` is empty; by default a memory
  /// store of that origin is made. The log's key is made from `key_seed`.
  explicit FilledStore(std::string origin = "log.example/kedge",
                       std::unique_ptr<node::Store> store = nullptr, std::uint8_t key_seed = 7);

  node::IssuerId add_issuer(std::string_view name);
  /// Accepts `count` credentials as one call. Digest and salt follow from issuer and position.
  void accept(node::IssuerId issuer, std::uint32_t count,
              crypto::DigestProfile profile = crypto::DigestProfile::jws);
  /// Accepts one credential with this digest.
  void accept_digest(node::IssuerId issuer, crypto::DigestProfile profile, const Hash& digest);
  /// Hands out the next `count` slots of the issuer's list, which is opened with this size if it is
  /// the next one.
  void allocate(node::IssuerId issuer, std::uint32_t list, std::uint64_t size, std::uint64_t count);
  /// Changes these targets to `value` as one call.
  void change_status(node::IssuerId issuer, const std::vector<node::StatusTarget>& targets,
                     node::StatusValue value, std::string actor = "registrar");
  /// Publishes a document as a list in an encoding, as of the newest epoch.
  void publish(node::IssuerId issuer, std::uint32_t list, std::uint8_t encoding,
               std::string_view document);
  /// Puts everything that is accepted into one batch an issuer, and what has changed into one
  /// status entry an issuer, and signs a checkpoint.
  node::CheckpointRow seal();
  /// Records the newest checkpoint on the embedded ledger of this name.
  void anchor(node::AnchorState state = node::AnchorState::final,
              const std::string& ledger = "embedded");
  /// Records an anchor of the newest checkpoint with any record.
  void anchor_with(const std::string& ledger, node::AnchorState state, const std::string& record);

  [[nodiscard]] node::Store& store() { return *store_; }
  [[nodiscard]] std::unique_ptr<node::StoreReader> snapshot() const { return store_->snapshot(); }
  [[nodiscard]] const crypto::NoteSigner& signer() const { return signer_; }
  [[nodiscard]] crypto::NoteVerifier verifier() const;
  /// The digest that `accept` gives the credential of this position.
  [[nodiscard]] static Hash digest(node::IssuerId issuer, std::uint64_t position);

 private:
  void accept_leaves(node::IssuerId issuer, Bytes leaves, std::uint32_t count);
  /// Both append the entry and lead the issuer's row on.
  void seal_batch(node::IssuerRow& row, std::uint64_t count, node::Seal& seal);
  void seal_status(node::IssuerRow& row, node::Seal& seal);
  void finish_seal(node::Seal& seal);

  std::string origin_;
  std::unique_ptr<node::Store> store_;
  crypto::NoteSigner signer_;
  node::RightEdge edge_;
  std::uint64_t epoch_ = 0;
  std::uint64_t time_ms_ = kFirstTimeMs;
  /// Head and number of the anchors of each ledger.
  std::map<std::string, std::pair<Hash, std::uint64_t>> chains_;
};

}  // namespace kedge::test
