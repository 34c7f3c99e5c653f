// SPDX-License-Identifier: Apache-2.0
#include "rpc/route_run.hpp"

#include "rpc/representation.hpp"
#include "rpc/response_head.hpp"

namespace kedge::rpc {
namespace {

/// Larger answers are put into words by workers.
constexpr std::size_t kLargeAnswer = std::size_t{64} << 10;

/// An answer that is in words already.
class Written final : public Dispatcher::Answers {
 public:
  Written(HttpResponse response, const Charge& charge)
      : response_(std::move(response)), charge_(charge) {}
  HttpResponse write(std::string) override { return std::move(response_); }
  [[nodiscard]] Charge charge() const override { return charge_; }

 private:
  HttpResponse response_;
  const Charge charge_;
};

/// An answer that is put into words where it is sent.
class Unwritten final : public Dispatcher::Answers {
 public:
  Unwritten(std::shared_ptr<RouteRun> run, std::shared_ptr<Dispatcher::Answers> outcomes)
      : run_(std::move(run)), outcomes_(std::move(outcomes)) {}
  HttpResponse write(std::string) override { return run_->respond(*outcomes_, false); }
  [[nodiscard]] Charge charge() const override { return run_->charge(*outcomes_); }

 private:
  const std::shared_ptr<RouteRun> run_;
  const std::shared_ptr<Dispatcher::Answers> outcomes_;
};

}  // namespace

void RouteRun::start() {
  const bool large = request_.body.size() > core_.limits.max_inline_body_bytes;
  if (route_.dispatch == Dispatch::inline_ && !large) return run();
  if (core_.workers.try_post([self = shared_from_this()] { self->run(); })) return;
  finish(plain_error(503, "too many requests are waiting; retry later"));
}

void RouteRun::run() {
  try {
    if (route_.handler) return finish(route_.handler(request_));
    auto planned = route_.plan(request_);
    if (auto* response = std::get_if<HttpResponse>(&planned)) return finish(std::move(*response));
    auto& plan = std::get<RoutePlan>(planned);
    answer_ = std::move(plan.answer);
    core_.dispatcher.run(std::move(plan.calls), sender_, shared_from_this());
  } catch (const std::exception& error) {
    finish(refuse({Errc::internal, error.what()}));
  }
}

void RouteRun::answered(std::shared_ptr<Dispatcher::Answers> answers) {
  const std::size_t octets = answers->size_hint();
  const auto write_now = [self = shared_from_this(), answers] {
    self->client_->answered(
        std::make_shared<Written>(self->respond(*answers, true), self->charge(*answers)));
  };
  if (WorkerPool::is_here()) return write_now();
  const bool for_workers = octets > kLargeAnswer || wants_gzip(route_, request_, octets);
  // What is done is told, also where the workers are busy.
  if (for_workers && core_.workers.try_post(write_now)) return;
  client_->answered(std::make_shared<Unwritten>(shared_from_this(), std::move(answers)));
}

HttpResponse RouteRun::respond(Dispatcher::Answers& outcomes, bool may_compress) noexcept {
  try {
    HttpResponse response = answer_(request_, outcomes.take());
    if (response.fault) core_.observer.on_fault(route_.path, *response.fault, sender_.tag);
    finish_response(route_, request_, may_compress, response);
    return response;
  } catch (const std::exception& error) {
    return refuse({Errc::internal, error.what()});
  }
}

Charge RouteRun::charge(const Dispatcher::Answers& outcomes) const {
  return request_.method == "POST" ? outcomes.charge() : charge_;
}

void RouteRun::finish(HttpResponse response) {
  if (response.fault) core_.observer.on_fault(route_.path, *response.fault, sender_.tag);
  const bool on_worker = WorkerPool::is_here();
  if (!on_worker && wants_gzip(route_, request_, response.body.size())) {
    auto shared = std::make_shared<HttpResponse>(std::move(response));
    const bool posted = core_.workers.try_post([self = shared_from_this(), shared] {
      finish_response(self->route_, self->request_, true, *shared);
      self->client_->answered(std::make_shared<Written>(std::move(*shared), self->charge_));
    });
    if (posted) return;
    response = std::move(*shared);
  }
  finish_response(route_, request_, on_worker, response);
  client_->answered(std::make_shared<Written>(std::move(response), charge_));
}

HttpResponse RouteRun::refuse(Error error) noexcept {
  core_.observer.on_fault(route_.path, error, sender_.tag);
  HttpResponse response = error_response({Errc::internal, {}});
  response.fault.reset();
  return response;
}

}  // namespace kedge::rpc
