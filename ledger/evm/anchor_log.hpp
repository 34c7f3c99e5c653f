// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "ledger/evm/types.hpp"

/// What the contract `AnchorLog` (`ledger/contracts/AnchorLog.sol`) computes, takes, answers, emits
/// and stores, without a chain.
namespace kedge::ledger::evm {

// --- values -------------------------------------------------------------------------------------

/// The name of the log that `controller` opens with `salt`; also its first head.
Hash log_id_of(std::uint64_t chain_id, const Address& contract, const Address& controller,
               const Hash& salt);

/// The head after a checkpoint: it commits to the whole history and its order.
Hash next_head(const Hash& prev_head, std::uint64_t seq, const Hash& root, std::uint64_t size);

/// What the contract keeps of one log.
struct LogState {
  Hash head{};
  /// Zeros: there is no such log.
  Address controller{};
  /// Number of checkpoints so far.
  std::uint64_t seq = 0;
  /// Time of the block of the newest checkpoint (or of `open`), seconds since 1970.
  std::uint64_t time = 0;

  friend bool operator==(const LogState&, const LogState&) = default;
};

// --- calls --------------------------------------------------------------------------------------

struct AnchorCall {
  Hash log_id{};
  Hash prev_head{};
  Hash root{};
  std::uint64_t size = 0;
};

Bytes encode_open(const Hash& salt);
Bytes encode_anchor(const AnchorCall& call);
/// All of them or none, in this order.
Bytes encode_anchor_many(std::span<const AnchorCall> calls);
Bytes encode_set_controller(const Hash& log_id, const Address& to);
Bytes encode_head_of(const Hash& log_id);

/// The answer to `headOf`.
Result<LogState> decode_head_of(ByteView answer);

/// Why the contract refused a call, from the data of the revert.
struct Refusal {
  enum class Reason : std::uint8_t {
    log_exists,
    not_controller,
    stale_head,
    zero_root,
    zero_controller,
  };
  Reason reason{};
  /// Of stale_head: where the log stands instead.
  Hash head{};
  std::uint64_t seq = 0;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// nullopt for the data of any other revert.
std::optional<Refusal> decode_refusal(ByteView revert_data);

// --- events -------------------------------------------------------------------------------------

/// One log entry of a transaction receipt.
struct EventLog {
  Address address{};
  std::vector<Hash> topics;
  Bytes data;

  friend bool operator==(const EventLog&, const EventLog&) = default;
};

struct CheckpointEvent {
  Hash log_id{};
  std::uint64_t seq = 0;
  Hash root{};
  std::uint64_t size = 0;
  Hash head{};

  friend bool operator==(const CheckpointEvent&, const CheckpointEvent&) = default;
};

struct OpenedEvent {
  Hash log_id{};
  Address controller{};

  friend bool operator==(const OpenedEvent&, const OpenedEvent&) = default;
};

/// Topic 0 of `Checkpoint(bytes32,uint64,bytes32,uint64,bytes32)`.
const Hash& checkpoint_topic();
/// Topic 0 of `Opened(bytes32,address)`.
const Hash& opened_topic();

/// The caller checks which contract emitted it; everything else that is not exactly such an event
/// is invalid_argument.
Result<CheckpointEvent> decode_checkpoint(const EventLog& log);
Result<OpenedEvent> decode_opened(const EventLog& log);

// --- storage ------------------------------------------------------------------------------------

/// The two storage slots of a log: the head, and controller, seq and time in one word.
Word head_slot(const Hash& log_id);
Word state_slot(const Hash& log_id);

/// Both words together, as `eth_getProof` proves them.
LogState unpack_state(const Word& head, const Word& state);

}  // namespace kedge::ledger::evm
