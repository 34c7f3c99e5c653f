// SPDX-License-Identifier: Apache-2.0
#include "rpc/dispatcher.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

#include <boost/container/small_vector.hpp>

#include "rpc/access.hpp"
#include "rpc/call_result.hpp"
#include "rpc/envelope.hpp"
#include "rpc/json_text.hpp"
#include "rpc/spare_text.hpp"

namespace kedge::rpc {
namespace {

Error queue_full() {
  return {Errc::too_busy, "too many requests are waiting; retry later"};
}

}  // namespace

/// One body on its way. Kept alive by whatever still has to answer.
class Dispatcher::Job final : public Answers,
                              public Reply::Sink,
                              public std::enable_shared_from_this<Job> {
 public:
  Job(const Dispatcher& owner, std::string_view body, const Sender& sender,
      std::shared_ptr<Client> client)
      : owner_(owner), body_(body), sender_(sender), client_(std::move(client)) {}

  void parse(bool on_worker) {
    std::variant<Envelope, BadCall> parsed;
    try {
      parsed =
          parse_envelope(body_, owner_.limits_.max_json_depth, owner_.limits_.max_batch_entries);
    } catch (const std::exception& error) {
      owner_.observer_.on_fault({}, {Errc::internal, error.what()}, sender_.tag);
      return refuse({Errc::internal, {}});
    }
    if (const auto* bad = std::get_if<BadCall>(&parsed)) {
      const WireError error = pay(1) ? bad->error : rate_limited(charge_.retry_after);
      owner_.observer_.on_call({}, error.code, elapsed(), sender_.tag);
      return refuse(bad->id, error);
    }
    envelope_ = std::move(std::get<Envelope>(parsed));
    open_ = envelope_.entries.size();
    answers_.resize(envelope_.entries.size());
    // A batch is as long as its caller likes to make it: not on the I/O thread.
    if (envelope_.batch && !on_worker)
      return post([self = shared_from_this()] { self->run_all(); });
    run_all_from(0, on_worker);
  }

  void begin(RouteCalls calls, bool on_worker) {
    calls_ = std::move(calls);
    envelope_.batch = calls_.size() > 1;
    envelope_.entries.reserve(calls_.size());
    for (RouteCall& call : calls_) {
      if (auto error = check_params(call.params)) {
        envelope_.entries.emplace_back(BadCall{*std::move(error), kRouteId});
      } else {
        envelope_.entries.emplace_back(Call{std::move(call.method), call.params, kRouteId});
      }
    }
    open_ = envelope_.entries.size();
    answers_.resize(envelope_.entries.size());
    if (envelope_.batch && !on_worker)
      return post([self = shared_from_this()] { self->run_all(); });
    run_all_from(0, on_worker);
  }

  void refuse(const Error& error) { refuse("null", to_wire(error)); }

  void settle(std::size_t index, Result<CallResult> result) override {
    const Call& call = std::get<Call>(envelope_.entries[index]);
    if (!result) {
      const WireError wire = to_wire(result.error());
      if (wire.code == kInternalError) {
        owner_.observer_.on_fault(call.method, result.error(), sender_.tag);
      }
      return settle_error(index, call.method, wire);
    }
    owner_.observer_.on_call(call.method, 0, elapsed(), sender_.tag);
    if (!call.notification()) {
      answer_bytes_ += size_of(*result);
      answers_[index] = *std::move(result);
    }
    finish_one();
  }

  [[nodiscard]] Charge charge() const override { return charge_; }
  std::vector<CallOutcome> take() override {
    std::vector<CallOutcome> outcomes;
    // What was refused as a whole is so for every call.
    if (single_error_) outcomes.assign(std::max<std::size_t>(calls_.size(), 1), *single_error_);
    if (single_error_) return outcomes;
    outcomes.reserve(answers_.size());
    for (auto& answer : answers_) outcomes.push_back(outcome_of(std::move(answer)));
    return outcomes;
  }

  [[nodiscard]] std::size_t size_hint() const override { return answer_bytes_; }

  HttpResponse write(std::string buffer) override {
    HttpResponse response{.content_type = {}, .body = std::move(buffer), .headers = {}};
    std::string& out = response.body;
    out.clear();
    out.reserve(answer_bytes_ + answers_.size() * kFrameBytes + 2);
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      const std::string_view id = id_of(i);
      if (id.empty()) continue;
      if (envelope_.batch) out.push_back(out.empty() ? '[' : ',');
      if (const auto* error = std::get_if<WireError>(&answers_[i])) {
        append_error(out, id, *error);
      } else {
        append_answer(out, id, std::get<CallResult>(std::move(answers_[i])));
      }
      answers_[i] = CallResult();
    }
    if (envelope_.batch && !out.empty()) out.push_back(']');
    if (single_error_) {
      response.status = single_error_->http_status;
      if (single_error_->retry_after != 0) {
        response.headers.emplace_back("Retry-After", std::to_string(single_error_->retry_after));
      }
      if (!single_error_->challenge.empty()) {
        response.headers.emplace_back("WWW-Authenticate", single_error_->challenge);
      }
    }
    if (out.empty() && response.status == 200) response.status = 204;
    return response;
  }

 private:
  /// Calls of routes have no id of their own; without any they would be notifications.
  static constexpr std::string_view kRouteId = "0";
  /// What stands around a result.
  static constexpr std::size_t kFrameBytes = 64;

  /// Answers the whole body with one error.
  void refuse(std::string_view id, const WireError& error) {
    envelope_.batch = false;
    envelope_.entries = {BadCall{error, id}};
    answers_.assign(1, error);
    single_error_ = error;
    client_->answered(shared_from_this());
  }

  [[nodiscard]] std::optional<WireError> check_params(std::string_view params) const {
    if (const Status checked = check_json(params, owner_.limits_.max_json_depth); !checked) {
      return parse_error(checked.error());
    }
    if (kind_of(params) == JsonKind::object) return std::nullopt;
    return invalid_request("body", "expected an object");
  }

  [[nodiscard]] std::string_view id_of(std::size_t index) const {
    const Entry& entry = envelope_.entries[index];
    if (const auto* bad = std::get_if<BadCall>(&entry)) return bad->id;
    return std::get<Call>(entry).id;
  }

  void run_all() { run_all_from(0, true); }

  void run_all_from(std::size_t first, bool on_worker) {
    // The last settle() may finish the job: the count is taken before.
    const std::size_t count = envelope_.entries.size();
    for (std::size_t i = first; i < count; ++i) start(i, on_worker);
  }

  void post(std::function<void()> job) {
    if (!owner_.workers_.try_post(std::move(job))) refuse(queue_full());
  }

  void start(std::size_t index, bool on_worker) {
    const auto* bad = std::get_if<BadCall>(&envelope_.entries[index]);
    const Call* named = std::get_if<Call>(&envelope_.entries[index]);
    const Method* method = named == nullptr ? nullptr : find(named->method);
    std::uint64_t items = 1;
    try {
      if (limited() && method != nullptr && method->cost) items = method->cost(named->params);
    } catch (const std::exception& error) {
      return settle(index, Error{Errc::internal, error.what()});
    }
    if (!pay(items)) {
      const std::string_view name = method == nullptr ? std::string_view() : method->name;
      return settle_error(index, name, rate_limited(charge_.retry_after));
    }
    if (bad != nullptr) return settle_error(index, {}, bad->error);
    const Call& call = *named;
    if (method == nullptr) {
      return settle_error(index, {}, method_not_found(call.method));
    }
    const bool restricted = is_restricted(*method);
    if (restricted || method->knows_callers) identify();
    if (restricted) {
      if (const auto refusal = refuse_call(owner_.authorizer_, *method, *identity_)) {
        return settle_error(index, call.method, *refusal);
      }
    }
    if (answer_bytes_ > owner_.limits_.max_batch_answer_bytes) {
      return settle(index, Error{Errc::too_busy, "the answer to this batch is too large"});
    }
    if (method->dispatch == Dispatch::deferred) return start_deferred(index, *method, call);
    if (method->dispatch == Dispatch::connection && sender_.subscriptions == nullptr) {
      return settle_error(index, call.method,
                          invalid_request("method", "expected over a WebSocket: GET /rpc"));
    }
    if (method->dispatch == Dispatch::connection) return execute(index, *method);
    if (method->dispatch == Dispatch::inline_ || on_worker) return execute(index, *method);
    if (method->attempt && try_now(index, *method)) return;
    const bool posted = owner_.workers_.try_post(
        [self = shared_from_this(), index, method] { self->execute(index, *method); });
    if (!posted) settle(index, queue_full());
  }

  [[nodiscard]] const Method* find(std::string_view name) const {
    const Method* method = owner_.methods_.find(name);
    const bool hidden = method != nullptr && method->access == Access::admin && !sender_.operators;
    return hidden ? nullptr : method;
  }

  [[nodiscard]] bool limited() const { return owner_.limiter_ != nullptr && !sender_.payer.exempt; }

  /// Takes from the bucket of whoever holds a good token; without one, from the client's.
  bool pay(std::uint64_t items) {
    if (!limited()) return true;
    if (!sender_.authorization.empty()) identify();
    const std::string& actor = caller().actor;
    charge_ = actor.empty() ? owner_.limiter_->charge(sender_.payer, items)
                            : owner_.limiter_->charge_token(actor, items);
    return charge_.passed;
  }

  void identify() {
    if (!identity_) identity_ = owner_.authorizer_.authorize(sender_.authorization);
  }

  [[nodiscard]] const Caller& caller() const {
    static const Caller nobody;
    return identity_ && *identity_ ? **identity_ : nobody;
  }

  void execute(std::size_t index, const Method& method) {
    std::string result = take_spare_text();
    Status status;
    try {
      const std::string_view params = std::get<Call>(envelope_.entries[index]).params;
      status = method.dispatch == Dispatch::connection
                   ? method.connected(params, *sender_.subscriptions, result)
                   : method.handler(params, caller(), result);
    } catch (const std::exception& error) {
      status = Error{Errc::internal, error.what()};
    }
    if (!status) return settle(index, std::move(status).error());
    settle(index, CallResult(std::move(result)));
  }

  /// False if a worker has to do it.
  bool try_now(std::size_t index, const Method& method) {
    std::string result = take_spare_text();
    Result<bool> done = false;
    try {
      done = method.attempt(std::get<Call>(envelope_.entries[index]).params, caller(), result);
    } catch (const std::exception& error) {
      done = Error{Errc::internal, error.what()};
    }
    if (done && !*done) {
      give_spare_text(std::move(result));
      return false;
    }
    if (done) {
      settle(index, CallResult(std::move(result)));
    } else {
      settle(index, std::move(done).error());
    }
    return true;
  }

  void start_deferred(std::size_t index, const Method& method, const Call& call) {
    const RequestTag tag = sender_.tag.without_words();
    try {
      method.deferred(call.params, caller(), Reply(shared_from_this(), index));
    } catch (const std::exception& error) {
      // The reply has answered when the handler let go of it, so the request may be gone.
      owner_.observer_.on_fault(method.name, {Errc::internal, error.what()}, tag);
    }
  }

  void settle_error(std::size_t index, std::string_view method, const WireError& error) {
    owner_.observer_.on_call(method, error.code, elapsed(), sender_.tag);
    if (!envelope_.batch) single_error_ = error;
    answers_[index] = error;
    answer_bytes_ += error.message.size();
    finish_one();
  }

  void finish_one() {
    if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) client_->answered(shared_from_this());
  }

  [[nodiscard]] std::chrono::nanoseconds elapsed() const {
    return std::chrono::steady_clock::now() - started_;
  }

  const Dispatcher& owner_;
  const std::string_view body_;
  const Sender sender_;
  const std::shared_ptr<Client> client_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

  /// Of a route; the envelope points into them.
  RouteCalls calls_;
  Envelope envelope_;
  /// Written by the one thread that starts the calls, before it starts the first that needs it.
  std::optional<Result<Caller>> identity_;
  /// The same.
  Charge charge_;
  boost::container::small_vector<std::variant<CallResult, WireError>, 1> answers_;
  std::optional<WireError> single_error_;
  std::atomic<std::size_t> answer_bytes_ = 0;
  std::atomic<std::size_t> open_ = 0;
};

Dispatcher::Dispatcher(const MethodTable& methods, const Authorizer& authorizer,
                       const Limits& limits, WorkerPool& workers, Observer& observer,
                       RateLimiter* limiter)
    : methods_(methods),
      authorizer_(authorizer),
      limits_(limits),
      workers_(workers),
      observer_(observer),
      limiter_(limiter) {}

void Dispatcher::run(std::string_view body, const Sender& sender,
                     std::shared_ptr<Client> client) const {
  const auto job = std::make_shared<Job>(*this, body, sender, std::move(client));
  if (body.size() <= limits_.max_inline_body_bytes) return job->parse(false);
  if (!workers_.try_post([job] { job->parse(true); })) job->refuse(queue_full());
}

void Dispatcher::run(RouteCalls calls, const Sender& sender, std::shared_ptr<Client> client) const {
  const auto job = std::make_shared<Job>(*this, std::string_view(), sender, std::move(client));
  job->begin(std::move(calls), WorkerPool::is_here());
}

}  // namespace kedge::rpc
