// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/access/recorder.hpp"
#include "node/access/writer.hpp"
#include "node/anchoring/sequencer.hpp"

namespace kedge::node {

/// The one way from the interface to what the node writes. Whoever asks comes with a Writer, and is
/// held to it here, whatever the caller's own checks have let through: an issuer reaches what is
/// its own, with the scope for it, and nothing else. Every write and every refusal is recorded
/// before it is answered. Thread-safe; callbacks run as the Sequencer's.
class Writes {
 public:
  /// `recorder` may be nullptr: nothing is recorded. Both must outlive it.
  Writes(Sequencer& sequencer, Recorder* recorder) : sequencer_(sequencer), recorder_(recorder) {}

  /// As the functions of the Sequencer of the same names. unauthorized (field `issuer` if the
  /// request names another one than the writer's) for a writer that may not:
  /// submit and seal need `anchor:write`, the next two `status:write`, add_issuer `admin`.
  void submit(const Writer& writer, SubmitRequest request, SubmitCallback callback);
  void seal(const Writer& writer, SealCallback callback);
  void set_status(const Writer& writer, SetStatusRequest request, SetStatusCallback callback);
  void allocate_status(const Writer& writer, AllocateStatusRequest request,
                       AllocateStatusCallback callback);
  /// Also invalid_argument (field `issuer`) for a name that check_issuer_uri refuses.
  void add_issuer(const Writer& writer, std::string name, IssuerCallback callback);

  /// What an operator has done elsewhere, such as giving out a token: `issuer` is whom it was for,
  /// `what` the method and what it was done to.
  void note_operation(const Writer& writer, std::string what, std::string issuer,
                      const Status& outcome);

 private:
  /// Answers true and records it where the check has failed.
  bool refused(const Writer& writer, std::string_view action, std::string_view issuer,
               const Status& check);
  template <class Outcome, class Callback>
  Callback recorded(const Writer& writer, std::string_view action, std::string issuer,
                    std::uint64_t items, Callback callback);

  Sequencer& sequencer_;
  Recorder* const recorder_;
};

/// What the record says of an outcome: `done`, or the kind of the error. Its message stays out: it
/// may tell of what was written.
std::string_view outcome_word(const Status& outcome);

}  // namespace kedge::node
