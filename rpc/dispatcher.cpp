// SPDX-License-Identifier: Apache-2.0
#include "rpc/dispatcher.hpp"

#include <atomic>
#include <optional>

#include "rpc/envelope.hpp"

namespace kedge::rpc {
namespace {

Error queue_full() {
  return {Errc::too_busy, "too many requests are waiting; retry later"};
}

std::size_t size_of(const CallResult& result) {
  if (const auto* text = std::get_if<std::string>(&result)) return text->size();
  return std::get<std::shared_ptr<const LateResult>>(result)->size_hint();
}

void append_answer(std::string& out, std::string_view id, const CallResult& result) {
  if (const auto* text = std::get_if<std::string>(&result)) return append_result(out, id, *text);
  begin_result(out, id);
  std::get<std::shared_ptr<const LateResult>>(result)->write(out);
  out.push_back('}');
}

}  // namespace

/// One body on its way. Kept alive by whatever still has to answer.
class Dispatcher::Job final : public Answers,
                              public Reply::Sink,
                              public std::enable_shared_from_this<Job> {
 public:
  Job(const Dispatcher& owner, std::string_view body, std::string_view authorization,
      std::shared_ptr<Client> client)
      : owner_(owner), body_(body), authorization_(authorization), client_(std::move(client)) {}

  void parse(bool on_worker) {
    std::variant<Envelope, BadCall> parsed;
    try {
      parsed =
          parse_envelope(body_, owner_.limits_.max_json_depth, owner_.limits_.max_batch_entries);
    } catch (const std::exception& error) {
      owner_.observer_.on_fault({}, {Errc::internal, error.what()});
      return refuse({Errc::internal, {}});
    }
    if (const auto* bad = std::get_if<BadCall>(&parsed)) {
      owner_.observer_.on_call({}, bad->error.code, elapsed());
      return refuse(bad->id, bad->error);
    }
    envelope_ = std::move(std::get<Envelope>(parsed));
    open_ = envelope_.entries.size();
    answers_.resize(envelope_.entries.size());
    // A batch is as long as its caller likes to make it: not on the I/O thread.
    if (envelope_.batch && !on_worker)
      return post([self = shared_from_this()] { self->run_all(); });
    run_all_from(0, on_worker);
  }

  void refuse(const Error& error) { refuse("null", to_wire(error)); }

  void settle(std::size_t index, Result<CallResult> result) override {
    const Call& call = std::get<Call>(envelope_.entries[index]);
    if (!result) {
      const WireError wire = to_wire(result.error());
      if (wire.code == kInternalError) owner_.observer_.on_fault(call.method, result.error());
      return settle_error(index, call.method, wire);
    }
    owner_.observer_.on_call(call.method, 0, elapsed());
    if (!call.notification()) {
      answer_bytes_ += size_of(*result);
      answers_[index] = *std::move(result);
    }
    finish_one();
  }

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
        append_answer(out, id, std::get<CallResult>(answers_[i]));
      }
      answers_[i] = CallResult();
    }
    if (envelope_.batch && !out.empty()) out.push_back(']');
    if (single_error_) {
      response.status = single_error_->http_status;
      if (single_error_->retry_after != 0) {
        response.headers.emplace_back("Retry-After", std::to_string(single_error_->retry_after));
      }
    }
    if (out.empty() && response.status == 200) response.status = 204;
    return response;
  }

 private:
  /// What stands around a result.
  static constexpr std::size_t kFrameBytes = 64;

  /// Answers the whole body with one error.
  void refuse(std::string_view id, const WireError& error) {
    envelope_.batch = false;
    envelope_.entries.assign(1, BadCall{error, id});
    answers_.assign(1, error);
    single_error_ = error;
    client_->answered(shared_from_this());
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
    if (const auto* bad = std::get_if<BadCall>(&envelope_.entries[index])) {
      return settle_error(index, {}, bad->error);
    }
    const Call& call = std::get<Call>(envelope_.entries[index]);
    const Method* method = owner_.methods_.find(call.method);
    if (method == nullptr) {
      return settle_error(index, {}, method_not_found(call.method));
    }
    if (method->access != Access::open && !authorised(method->access)) {
      return settle(index, Error{Errc::unauthorized, {}});
    }
    if (method->knows_callers) authorised(Access::open);
    if (answer_bytes_ > owner_.limits_.max_batch_answer_bytes) {
      return settle(index, Error{Errc::too_busy, "the answer to this batch is too large"});
    }
    if (method->dispatch == Dispatch::deferred) return start_deferred(index, *method, call);
    if (method->dispatch == Dispatch::inline_ || on_worker) return execute(index, *method);
    if (method->attempt && try_now(index, *method)) return;
    const bool posted = owner_.workers_.try_post(
        [self = shared_from_this(), index, method] { self->execute(index, *method); });
    if (!posted) settle(index, queue_full());
  }

  bool authorised(Access wanted) {
    if (!caller_) {
      Result<Caller> caller = owner_.authorizer_.authorize(authorization_);
      caller_ = caller ? std::move(*caller) : Caller{};
    }
    return caller_->access >= wanted;
  }

  [[nodiscard]] const Caller& caller() const {
    static const Caller nobody;
    return caller_ ? *caller_ : nobody;
  }

  void execute(std::size_t index, const Method& method) {
    std::string result;
    Status status;
    try {
      status = method.handler(std::get<Call>(envelope_.entries[index]).params, caller(), result);
    } catch (const std::exception& error) {
      status = Error{Errc::internal, error.what()};
    }
    if (!status) return settle(index, std::move(status).error());
    settle(index, CallResult(std::move(result)));
  }

  /// False if a worker has to do it.
  bool try_now(std::size_t index, const Method& method) {
    std::string result;
    Result<bool> done = false;
    try {
      done = method.attempt(std::get<Call>(envelope_.entries[index]).params, caller(), result);
    } catch (const std::exception& error) {
      done = Error{Errc::internal, error.what()};
    }
    if (done && !*done) return false;
    if (done) {
      settle(index, CallResult(std::move(result)));
    } else {
      settle(index, std::move(done).error());
    }
    return true;
  }

  void start_deferred(std::size_t index, const Method& method, const Call& call) {
    try {
      method.deferred(call.params, caller(), Reply(shared_from_this(), index));
    } catch (const std::exception& error) {
      // The reply has answered when the handler let go of it.
      owner_.observer_.on_fault(method.name, {Errc::internal, error.what()});
    }
  }

  void settle_error(std::size_t index, std::string_view method, const WireError& error) {
    owner_.observer_.on_call(method, error.code, elapsed());
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
  const std::string_view authorization_;
  const std::shared_ptr<Client> client_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

  Envelope envelope_;
  /// Written by the one thread that starts the calls, before it starts the first that needs it.
  std::optional<Caller> caller_;
  std::vector<std::variant<CallResult, WireError>> answers_;
  std::optional<WireError> single_error_;
  std::atomic<std::size_t> answer_bytes_ = 0;
  std::atomic<std::size_t> open_ = 0;
};

Dispatcher::Dispatcher(const MethodTable& methods, const Authorizer& authorizer,
                       const Limits& limits, WorkerPool& workers, Observer& observer)
    : methods_(methods),
      authorizer_(authorizer),
      limits_(limits),
      workers_(workers),
      observer_(observer) {}

void Dispatcher::run(std::string_view body, std::string_view authorization,
                     std::shared_ptr<Client> client) const {
  const auto job = std::make_shared<Job>(*this, body, authorization, std::move(client));
  if (body.size() <= limits_.max_inline_body_bytes) return job->parse(false);
  if (!workers_.try_post([job] { job->parse(true); })) job->refuse(queue_full());
}

}  // namespace kedge::rpc
