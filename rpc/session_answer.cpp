// SPDX-License-Identifier: Apache-2.0
#include "rpc/envelope.hpp"
#include "rpc/response_head.hpp"
#include "rpc/session.hpp"

namespace kedge::rpc {
namespace {

constexpr std::string_view kRpcPath = "/rpc";
/// Gathered answers beyond this are written before the next request is looked at.
constexpr std::size_t kGatherBytes = std::size_t{64} << 10;

/// The target in origin form (RFC 9112 section 3.2.2 wants the absolute form accepted as well).
std::string_view origin_form(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (!target.starts_with(kScheme)) return target;
  target.remove_prefix(kScheme.size());
  const std::size_t slash = target.find('/');
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

HttpResponse method_not_allowed(std::string allowed) {
  HttpResponse response = plain_error(405, "expected " + allowed);
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

/// Resources are open to everybody, so the scripts of any web page may read them too (Fetch
/// section 3.3, "CORS protocol"): no cookie or token changes an answer.
void allow_any_origin(HttpResponse& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
}

HttpResponse preflight() {
  HttpResponse response;
  response.status = 204;
  allow_any_origin(response);
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
  response.headers.emplace_back("Access-Control-Allow-Headers", "Accept, If-None-Match");
  response.headers.emplace_back("Access-Control-Max-Age", "86400");
  response.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
  return response;
}

HttpResponse run_handler(const Route& route, const HttpRequest& request, Observer& observer) {
  try {
    HttpResponse response = route.handler(request);
    if (response.fault) observer.on_fault(route.path, *response.fault);
    return response;
  } catch (const std::exception& error) {
    observer.on_fault(route.path, {Errc::internal, error.what()});
    return error_response({Errc::internal, {}});
  }
}

HttpResponse call_route(const Route& route, const HttpRequest& request, Observer& observer) {
  HttpResponse response = run_handler(route, request, observer);
  allow_any_origin(response);
  return response;
}

/// The answer of a route, which is in words already.
class RouteAnswer final : public Dispatcher::Answers {
 public:
  explicit RouteAnswer(HttpResponse response) : response_(std::move(response)) {}
  HttpResponse write(std::string) override { return std::move(response_); }

 private:
  HttpResponse response_;
};

}  // namespace

void Session::on_request() {
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
  if (path == kRpcPath) {
    if (method != "POST") return answer(method_not_allowed("POST"));
    return run_rpc();
  }
  const Route* route = core_.route(path);
  if (route == nullptr) return answer(plain_error(404, "no such resource"));
  if (method == "OPTIONS") return answer(preflight());
  if (method != "GET" && method != "HEAD") return answer(method_not_allowed("GET, HEAD, OPTIONS"));
  HttpRequest request;
  request.method = method;
  request.path = path;
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  request.headers = reader_.headers();
  run_route(*route, std::move(request));
}

void Session::run_rpc() {
  core_.dispatcher.run(reader_.body(), reader_.header("Authorization"), shared_from_this());
}

void Session::answered(std::shared_ptr<Dispatcher::Answers> answers) {
  if (io_->in_this_thread()) return deliver(*answers);
  io_->deliver(shared_from_this(), std::move(answers));
}

void Session::run_route(const Route& route, HttpRequest request) {
  if (route.dispatch == Dispatch::inline_) {
    return answer(call_route(route, request, core_.observer));
  }
  const bool posted =
      core_.workers.try_post([self = shared_from_this(), &route, request = std::move(request)] {
        self->io_->deliver(
            self, std::make_shared<RouteAnswer>(call_route(route, request, self->core_.observer)));
      });
  if (!posted) answer(plain_error(503, "too many requests are waiting; retry later"));
}

void Session::deliver(Dispatcher::Answers& answers) {
  if (phase_ != Phase::running) return;
  HttpResponse response;
  try {
    response = answers.write(io_->take_buffer());
  } catch (const std::exception& error) {
    core_.observer.on_fault({}, {Errc::internal, error.what()});
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
  core_.observer.on_response(response.status);
  append_head(out_, response,
              {.server = core_.name,
               .date = io_->date(),
               .version = reader_.head_complete() ? reader_.version() : 11,
               .close = close_after_write_});
  if (!head_only) out_.append(response.body);
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
  if (!rpc || (status != 413 && status != 503)) return answer(plain_error(status, message));
  HttpResponse response = plain_error(status, message);
  response.body.clear();
  append_error(response.body, "null",
               status == 413 ? invalid_request("body", std::move(message))
                             : to_wire({Errc::too_busy, std::move(message)}));
  answer(response);
}

/// Answers and closes: after this the stream cannot be read any further.
void Session::refuse(unsigned status, std::string message) {
  close_after_write_ = true;
  answer_error(status, std::move(message));
}

}  // namespace kedge::rpc
