// SPDX-License-Identifier: Apache-2.0
#include "rpc/access.hpp"
#include "rpc/event_stream.hpp"
#include "rpc/response_head.hpp"
#include "rpc/session.hpp"
#include "rpc/stream_request.hpp"
#include "rpc/web_socket.hpp"

/// How a connection becomes one that stays open: its socket and its seat go to somebody else.
namespace kedge::rpc {

/// Whether there is room for one more, and nothing in between; else answers.
bool Session::may_stay() {
  if (!out_.empty() || begin_ != end_) {
    answer(plain_error(400, "expected no other request together with this one"));
  } else if (draining_ || core_.streams >= core_.limits.max_streams) {
    answer(plain_error(503, "too many connections stay open; retry later"));
  } else {
    return true;
  }
  return false;
}

void Session::leave() {
  enter(Phase::closed);
  seat_.reset();
  io_->remove(*this);
}

void Session::open_web_socket() {
  const HeaderList headers = reader_.headers();
  if (const auto refusal = web_socket_refusal(headers, core_.allowed_origins)) {
    return answer(*refusal);
  }
  if (!may_stay()) return;
  Opener opener;
  opener.authorization = reader_.authorization();
  opener.payer = payer_;
  opener.operators = operators_;
  opener.trace = reader_.traceparent();
  const auto socket =
      std::make_shared<WebSocket>(io_, std::move(stream_), *std::move(seat_), std::move(opener));
  leave();
  socket->start(std::string(reader_.target()), headers);
}

void Session::open_event_stream(std::string_view method, std::string_view query) {
  if (core_.events_scope.bit != 0) {
    const auto identity = core_.authorizer.authorize(reader_.authorization());
    const auto refusal = refuse_call(core_.authorizer, core_.events_path, Access::open,
                                     core_.events_scope, identity);
    if (refusal) return answer(problem(*refusal));
  }
  // To the scripts of any page (Fetch section 3.3, "CORS protocol").
  HttpResponse head;
  head.headers.emplace_back("Access-Control-Allow-Origin", "*");
  if (method != "GET") {
    head = plain_error(405, "expected GET");
    head.headers.emplace_back("Allow", "GET");
    return answer(head);
  }
  auto request =
      read_stream_request(*core_.hub, query, reader_.headers(), core_.limits.max_subscriptions);
  if (!request) {
    HttpResponse refusal = error_response(request.error());
    refusal.headers.insert(refusal.headers.end(), head.headers.begin(), head.headers.end());
    return answer(refusal);
  }
  if (!may_stay()) return;
  head.content_type = "text/event-stream";
  head.headers.emplace_back("Cache-Control", "no-store");
  // What nginx would gather otherwise.
  head.headers.emplace_back("X-Accel-Buffering", "no");
  core_.observer.on_response(head.status, tag_);
  std::string text;
  append_head(text, head,
              {.server = core_.name,
               .date = io_->date(),
               .version = reader_.version(),
               .close = true,
               .until_close = true,
               .charge = charge_,
               .tag = tag_});
  const auto stream = std::make_shared<EventStream>(io_, std::move(stream_), *std::move(seat_));
  leave();
  stream->start(std::move(text), *std::move(request));
}

}  // namespace kedge::rpc
