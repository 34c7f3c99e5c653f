// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "node/api/handlers.hpp"
#include "node/api/submit_request.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node::api {
namespace {

/// One call on its way through the sequencer and, if it wants, through Progress. At the end it is
/// its own result.
struct Submission final : rpc::LateResult, std::enable_shared_from_this<Submission> {
  Submission(const Services& services_in, CredentialState wait_in, Clock::Monotonic deadline_in,
             rpc::Reply reply_in)
      : services(services_in), wait(wait_in), deadline(deadline_in), reply(std::move(reply_in)) {}

  const Services& services;
  const CredentialState wait;
  const Clock::Monotonic deadline;
  rpc::Reply reply;
  SubmitResult result;

  void answer() { reply.ok(shared_from_this()); }

  void answer_with_states_of_now() {
    std::vector<std::uint64_t> positions;
    positions.reserve(result.items.size());
    for (const SubmittedItem& item : result.items) positions.push_back(item.position);
    const auto states = services.progress.states(result.issuer, positions);
    for (std::size_t i = 0; i < states.size(); ++i) result.items[i].state = states[i];
    answer();
  }

  [[nodiscard]] std::size_t size_hint() const override { return 32 + 150 * result.items.size(); }

  void write(std::string& out) const override {
    rpc::JsonWriter json(out);
    json.begin_object().begin_array("items");
    for (std::size_t i = 0; i < result.items.size(); ++i) {
      const SubmittedItem& item = result.items[i];
      json.begin_object()
          .hash("digest", result.submitted[i].digest)
          .number("position", item.position)
          .string("state", state_name(item.state))
          .boolean("duplicate", item.duplicate)
          .end_object();
    }
    json.end_array().end_object();
  }
};

/// The items are durable. Whatever becomes of the waiting, the answer says that they are.
void on_accepted(const std::shared_ptr<Submission>& submission) {
  std::uint64_t highest = 0;
  bool reached = true;
  for (const SubmittedItem& item : submission->result.items) {
    if (item.state >= submission->wait) continue;
    reached = false;
    highest = std::max(highest, item.position);
  }
  if (reached) return submission->answer();
  const Status waiting = submission->services.progress.wait(
      {.issuer = submission->result.issuer,
       .position = highest,
       .wanted = submission->wait,
       .deadline = submission->deadline,
       .callback = [submission](Result<bool>) { submission->answer_with_states_of_now(); }});
  if (!waiting) submission->answer_with_states_of_now();
}

}  // namespace

void anchor_submit(const Services& services, std::string_view params, const rpc::Caller& caller,
                   rpc::Reply reply) {
  Result<SubmitCall> call = parse_submit_call(params);
  if (!call) return reply.fail(std::move(call).error());

  const auto submission = std::make_shared<Submission>(
      services, call->wait, services.clock.monotonic() + call->timeout, std::move(reply));
  SubmitRequest request{.issuer = caller.issuer, .items = std::move(call->items)};
  services.writes.submit(writer_of(caller), std::move(request),
                         [submission](Result<SubmitResult> result) {
                           if (!result) return submission->reply.fail(std::move(result).error());
                           submission->result = std::move(*result);
                           on_accepted(submission);
                         });
}

}  // namespace kedge::node::api
