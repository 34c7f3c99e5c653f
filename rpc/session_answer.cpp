// SPDX-License-Identifier: Apache-2.0
#include "rpc/envelope.hpp"
#include "rpc/response_head.hpp"
#include "rpc/route_run.hpp"
#include "rpc/session.hpp"
#include "rpc/stream_request.hpp"

namespace kedge::rpc {
namespace {

constexpr std::string_view kRpcPath = "/rpc";
/// Gathered answers beyond this are written before the next request is looked at.
constexpr std::size_t kGatherBytes = std::size_t{64} << 10;

/// The target in origin form (RFC 9112 section 3.2.2 wants the absolute form accepted as well).
std::string_view origin_form(std::string_view target) {
  const bool plain = target.starts_with("http://");
  if (!plain && !target.starts_with("https://")) return target;
  target.remove_prefix(plain ? 7 : 8);
  const std::size_t slash = target.find('/');
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

HttpResponse method_not_allowed(std::string allowed) {
  HttpResponse response = plain_error(405, "expected " + allowed);
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

/// The same in the words of JSON-RPC.
WireError wire_error(unsigned status, const Charge& charge, std::string message) {
  if (status == 413) return invalid_request("body", std::move(message));
  if (status == 429) return rate_limited(charge.retry_after);
  return to_wire({Errc::too_busy, std::move(message)});
}

}  // namespace

/// Whether the client may have so many items more; with 0, whether it may have any.
bool Session::admit(std::uint64_t items) {
  if (payer_.exempt) return true;
  charge_ = core_.limiter.charge(payer_, items);
  return charge_.passed;
}

void Session::on_request() {
  charge_ = {};
  tag_ = io_->next_tag();
  tag_.given = reader_.request_id();
  tag_.trace = reader_.traceparent();
  if (proxied_) payer_ = core_.limiter.payer(peer_, reader_.headers());
  // Calls are charged by the dispatcher, which knows what they are about and who holds a token.
  const bool calls = reader_.body_refusal() == 0 && reader_.method() == "POST";
  const bool known = calls && !reader_.authorization().empty();
  if (!known && !admit(calls ? 0 : 1)) return answer_error(429, "too many requests; retry later");
  if (const unsigned status = reader_.body_refusal(); status == 413) {
    return answer_error(413, "expected a body of at most " +
                                 std::to_string(core_.limits.max_body_bytes) + " octets");
  } else if (status != 0) {
    return answer_error(status, "too many requests are being read; retry later");
  }
  const std::string_view target = origin_form(reader_.target());
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  const std::string_view method = reader_.method();
  if (core_.hub != nullptr && path == core_.events_path) {
    return open_event_stream(
        method, mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1));
  }
  if (path == kRpcPath) {
    if (method == "GET" && asks_for_web_socket(reader_.headers())) return open_web_socket();
    if (method != "POST") return answer(method_not_allowed("POST"));
    return run_rpc();
  }
  const RouteTable::Found found = core_.routes.find(path, method, operators_);
  if (found.allowed.empty()) return answer(plain_error(404, "no such resource"));
  if (method == "OPTIONS") return answer(preflight(found));
  if (found.route == nullptr) return answer(method_not_allowed(found.allowed));
  HttpRequest request;
  request.method = method;
  request.path = path;
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  request.headers = reader_.headers();
  request.body = reader_.body();
  Sender sender = this->sender();
  // A read has paid for itself above.
  sender.payer.exempt |= method != "POST";
  std::make_shared<RouteRun>(core_, *found.route, std::move(request), sender, charge_,
                             shared_from_this())
      ->start();
}

Sender Session::sender() const {
  Sender sender;
  sender.authorization = reader_.authorization();
  sender.payer = payer_;
  sender.operators = operators_;
  sender.tag = tag_;
  return sender;
}

void Session::run_rpc() {
  core_.dispatcher.run(reader_.body(), sender(), shared_from_this());
}

void Session::answered(std::shared_ptr<Dispatcher::Answers> answers) {
  if (io_->in_this_thread()) return deliver(*answers);
  io_->deliver(shared_from_this(), std::move(answers));
}

void Session::deliver(Dispatcher::Answers& answers) {
  if (phase_ != Phase::running) return;
  HttpResponse response;
  try {
    charge_ = answers.charge();
    response = answers.write(io_->take_buffer());
  } catch (const std::exception& error) {
    core_.observer.on_fault({}, {Errc::internal, error.what()}, tag_);
    response = error_response({Errc::internal, {}});
  }
  answer(response);
  io_->give_buffer(std::move(response.body));
  if (!processing_) process();
}

bool Session::hold_answer(std::size_t octets) {
  if (octets <= core_.limits.small_answer_bytes) return true;
  if (!core_.answers.take(octets)) return false;
  held_ += octets;
  return true;
}

void Session::release_answer() {
  core_.answers.give(std::exchange(held_, 0));
}

void Session::answer(const HttpResponse& response) {
  const bool head_only = reader_.head_complete() && reader_.method() == "HEAD";
  if (!head_only && !hold_answer(response.body.size())) {
    return answer_error(503, "too many answers wait to be read; retry later");
  }
  close_after_write_ |= !reader_.head_complete() || !reader_.keep_alive() || draining_;
  if (tag_.number == 0) tag_ = io_->next_tag();
  core_.observer.on_response(response.status, tag_);
  append_head(out_, response,
              {.server = core_.name,
               .date = io_->date(),
               .version = reader_.head_complete() ? reader_.version() : 11,
               .close = close_after_write_,
               .charge = charge_,
               .tag = tag_});
  if (!head_only) out_.append(response.body);
  // It points into the request.
  tag_ = {};
  reader_.reset();
  enter(Phase::idle);
  ++gathered_;
  if (close_after_write_ || gathered_ >= core_.limits.max_pipelined || out_.size() > kGatherBytes) {
    flush();
  }
}

/// An answer below JSON-RPC: in its form where the client has asked for that.
void Session::answer_error(unsigned status, std::string message) {
  const bool rpc = reader_.head_complete() && origin_form(reader_.target()) == kRpcPath;
  HttpResponse response = plain_error(status, message);
  if (status == 429) {
    response.headers.emplace_back("Retry-After", std::to_string(charge_.retry_after));
  }
  if (rpc && (status == 413 || status == 429 || status == 503)) {
    response.content_type.clear();
    response.body.clear();
    append_error(response.body, "null", wire_error(status, charge_, std::move(message)));
  }
  answer(response);
}

/// Answers and closes: after this the stream cannot be read any further.
void Session::refuse(unsigned status, std::string message) {
  close_after_write_ = true;
  answer_error(status, std::move(message));
}

}  // namespace kedge::rpc
