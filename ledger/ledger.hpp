// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// The ledgers that anchors go to.
namespace kedge::ledger {

/// The exact bytes of one try, durable before they are sent and sent again as they are.
struct Attempt {
  Bytes payload;
  /// The ledger's name for it, such as a transaction hash; unique among a ledger's attempts.
  std::string reference;
  /// When it became durable, Unix milliseconds.
  std::uint64_t time_ms = 0;
};

/// What is to be written: the checkpoint that ends an epoch.
struct AnchorIntent {
  std::uint64_t epoch = 0;
  std::uint64_t size = 0;
  Hash root{};
  /// The signed note, verbatim.
  std::string note;
  /// The record that is stored for it, while it is mined and not final; else empty.
  std::string record = {};
  /// The attempts of this ledger's anchor before this one, which is final; empty at the first. What
  /// a ledger counts on (a nonce, a head) follows from them and from nothing that a server says.
  std::vector<Attempt> previous = {};
};

enum class AnchorPhase : std::uint8_t { unknown, pending, mined, final };

/// How far a mined anchor is from being final.
struct Confirmations {
  /// The block that has it.
  std::uint64_t block = 0;
  /// Blocks that have it or build on it, and how many are wanted; 0 where it is not a matter of
  /// counting.
  std::uint64_t have = 0;
  std::uint64_t wanted = 0;
  /// An estimate, Unix milliseconds; 0 where there is none.
  std::uint64_t final_at_ms = 0;
};

/// Where an intent stands on the ledger.
struct AnchorProgress {
  AnchorPhase phase = AnchorPhase::unknown;
  /// The element of a bundle's `anchors`, JSON in RFC 8785 form, once mined.
  std::string record = {};
  /// None of the attempts will be mined as things stand: prepare another one.
  bool replace = false;
  std::optional<Confirmations> confirmations = {};
};

/// The newest anchor that a ledger knows for this log.
struct LedgerHead {
  /// Number of anchors so far.
  std::uint64_t count = 0;
  std::uint64_t size = 0;
  Hash root{};
};

/// One anchor as replayed from the ledger, in the ledger's order.
struct ReplayedAnchor {
  std::uint64_t seq = 0;
  std::uint64_t size = 0;
  Hash root{};
  std::string record;
};

struct Capabilities {
  /// The ledger refuses an anchor that does not follow the newest one (compare-and-swap).
  bool enforces_prev = false;
  /// A bundle can carry a proof that is checked without talking to the ledger.
  bool offline_proof = false;
  /// Proves something even against a dishonest node.
  bool independent = false;
};

/// A server that a ledger asks, as it has been of late.
struct LedgerEndpoint {
  /// Host and port: fit for logs.
  std::string name;
  /// Failures since its last answer.
  std::uint32_t failures = 0;
  /// Since the start.
  std::uint64_t answered_total = 0;
  std::uint64_t failed_total = 0;
};

/// Whether an error of a ledger needs an operator (no funds, another writer, a wrong chain):
/// nothing is sent until the cause is gone. All other errors pass by themselves.
inline bool needs_operator(const Error& error) {
  return error.code == Errc::invalid_argument || error.code == Errc::already_exists ||
         error.code == Errc::unauthorized;
}

/// One place where checkpoints are written. Implementations are blocking and used by one anchorer
/// thread; `head` and `capabilities` may also be called before that thread starts. An error of any
/// call never means that nothing was written: only `poll` can say what happened.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// The configured name, unique in the node; stored with every anchor.
  [[nodiscard]] virtual const std::string& name() const = 0;
  /// The value of `ledger` in a bundle: `embedded`, `evm` or `ebsi`.
  [[nodiscard]] virtual std::string_view kind() const = 0;
  [[nodiscard]] virtual Capabilities capabilities() const = 0;

  /// Makes the bytes of a try without sending anything. `earlier` are the attempts already kept
  /// for this intent.
  virtual Result<Attempt> prepare(const AnchorIntent& intent, std::span<const Attempt> earlier) = 0;
  /// Puts an attempt to the ledger. Idempotent: sending the same bytes again changes nothing.
  virtual Status send(const Attempt& attempt) = 0;
  /// What became of the intent.
  virtual Result<AnchorProgress> poll(const AnchorIntent& intent,
                                      std::span<const Attempt> attempts) = 0;
  /// The newest anchor; nullopt before the first.
  virtual Result<std::optional<LedgerHead>> head() = 0;
  /// All anchors from `from_seq` on, in order; stops at the first failure of `visit`.
  virtual Status replay(std::uint64_t from_seq,
                        const std::function<Status(const ReplayedAnchor&)>& visit) = 0;

  /// Calls `hint`, from a thread of its own and until `stop`, when something may have happened to
  /// an anchor. It may be late, too often, or never. Called once, before anything is polled.
  virtual void watch(std::function<void()> /*hint*/) {}

  /// The trace (W3C Trace Context) that what follows belongs to: the servers that are asked are
  /// told in `traceparent`. For the anchorer's thread.
  virtual void set_trace(const std::string& /*traceparent*/) {}

  /// The servers that are asked, in the order of the settings; none where there are none. From any
  /// thread.
  [[nodiscard]] virtual std::vector<LedgerEndpoint> endpoints() const { return {}; }

  /// From any thread: ends the call that is under way and fails all later ones.
  virtual void stop() {}
};

}  // namespace kedge::ledger
