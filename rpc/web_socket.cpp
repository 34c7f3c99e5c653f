// SPDX-License-Identifier: Apache-2.0
#include "rpc/web_socket.hpp"

#include <array>

#include <boost/asio/post.hpp>

#include "rpc/envelope.hpp"
#include "rpc/web_socket_wire.hpp"

namespace kedge::rpc {
namespace {

/// What the client has to answer a closing handshake.
constexpr std::chrono::seconds kFarewell{5};

}  // namespace

/// A message that is being answered.
class WebSocket::PendingCall final : public Dispatcher::Client,
                                     public AnswerTaker,
                                     public std::enable_shared_from_this<PendingCall> {
 public:
  PendingCall(std::shared_ptr<WebSocket> owner, std::string body, std::size_t held)
      : owner_(std::move(owner)),
        body_(std::move(body)),
        held_(held),
        tag_(owner_->io_->next_tag()) {
    tag_.trace = owner_->opener_.trace;
  }
  PendingCall(const PendingCall&) = delete;
  PendingCall& operator=(const PendingCall&) = delete;
  ~PendingCall() override { owner_->core_.bodies.give(held_); }

  void run() {
    Sender sender;
    sender.authorization = owner_->opener_.authorization;
    sender.payer = owner_->opener_.payer;
    sender.operators = owner_->opener_.operators;
    sender.subscriptions = owner_.get();
    sender.tag = tag_;
    owner_->core_.dispatcher.run(body_, sender, shared_from_this());
  }

  void answered(std::shared_ptr<Dispatcher::Answers> answers) override {
    if (owner_->io_->in_this_thread()) return deliver(*answers);
    owner_->io_->deliver(shared_from_this(), std::move(answers));
  }

  void deliver(Dispatcher::Answers& answers) override {
    std::string text;
    try {
      text = answers.write({}).body;
    } catch (const std::exception& error) {
      owner_->core_.observer.on_fault({}, {Errc::internal, error.what()}, tag_);
      append_error(text, "null", to_wire({Errc::internal, {}}));
    }
    owner_->on_answer(std::move(text));
  }

 private:
  const std::shared_ptr<WebSocket> owner_;
  const std::string body_;
  const std::size_t held_;
  RequestTag tag_;
};

WebSocket::WebSocket(std::shared_ptr<IoThread> io, ServerStream stream, Seat seat, Opener opener)
    : io_(std::move(io)),
      core_(io_->core()),
      stream_(std::move(stream)),
      seat_(std::move(seat)),
      opener_(std::move(opener)),
      heard_(Clock::now()) {
  core_.streams.fetch_add(1);
}

WebSocket::~WebSocket() {
  core_.streams.fetch_sub(1);
  core_.bodies.give(held_message_);
  core_.answers.give(held_answers_);
}

void WebSocket::start(const std::string& target, const HeaderList& headers) {
  io_->add(shared_from_this());
  deadline_ = Clock::now() + core_.limits.header_timeout;
  wire_ = std::make_unique<Wire>(stream_);
  wire_->set_up(core_.limits.max_body_bytes, core_.name, [this] { heard_ = Clock::now(); });
  wire_->request = Wire::make_request(target, headers);
  wire_->visit([&](auto& socket) {
    socket.async_accept(wire_->request, [self = shared_from_this()](const Wire::Error& error) {
      if (error || self->closed_) return self->close();
      self->core_.observer.on_response(101, {});
      self->accepted_ = true;
      self->deadline_ = Clock::time_point::max();
      self->heard_ = Clock::now();
      if (self->draining_) return self->end_if_drained();
      self->write();
      self->read();
    });
  });
}

std::optional<Standing> WebSocket::standing(Clock::time_point) const {
  const std::lock_guard lock(mutex_);
  if (!accepted_ || closing_ || in_flight_ != 0 || !out_.empty() || !topics_.empty()) return {};
  return Standing{EvictionRank::quiet, heard_};
}

void WebSocket::check(Clock::time_point now) {
  const Limits& limits = core_.limits;
  if (now >= deadline_) return close();
  if (writing_ && now - writing_since_ > limits.write_timeout) {
    stream_.abort();
    return close();
  }
  if (!accepted_ || closing_) return;
  if (now > message_since_ && now - message_since_ > limits.body_timeout) {
    return drop(1008, "a message took too long");
  }
  // While nothing is read, answers to pings are not either.
  if (!reading_ || now - heard_ < limits.idle_timeout / 2) return;
  if (now - heard_ > limits.idle_timeout) return close();
  if (pinging_) return;
  pinging_ = true;
  wire_->visit([&](auto& socket) {
    socket.async_ping({},
                      [self = shared_from_this()](const Wire::Error&) { self->pinging_ = false; });
  });
}

void WebSocket::drain() {
  draining_ = true;
  end_if_drained();
}

void WebSocket::end_if_drained() {
  if (draining_ && in_flight_ == 0 && out_.empty()) drop(1001, "the node is stopping");
}

void WebSocket::close() {
  if (std::exchange(closed_, true)) return;
  leave_all();
  stream_.close();
  seat_.reset();
  io_->remove(*this);
}

/// Says why, if the client still listens, and closes.
void WebSocket::drop(std::uint16_t code, std::string_view reason) {
  if (closed_ || closing_) return;
  if (!accepted_) return close();
  closing_ = true;
  leave_all();
  // What is on its way must be whole; the rest nobody has begun to read.
  while (out_.size() > (writing_ ? 1U : 0U)) out_.pop_back();
  deadline_ = Clock::now() + kFarewell;
  wire_->visit([&](auto& socket) {
    socket.async_close(Wire::reason(code, reason),
                       [self = shared_from_this()](const Wire::Error&) { self->hang_up(); });
  });
}

/// After the closing handshake, or what has taken its place.
void WebSocket::hang_up() {
  if (closed_) return;
  closing_ = true;
  leave_all();
  deadline_ = Clock::now() + kHangUpTime;
  stream_.async_hang_up(core_.limits.max_late_bytes,
                        [self = shared_from_this()] { self->close(); });
}

/// Whether calls have to be answered, and answers taken, before the next one is read.
bool WebSocket::crowded() const {
  return in_flight_ + answers_ >= core_.limits.max_pipelined;
}

void WebSocket::read() {
  if (reading_ || closed_ || closing_ || draining_ || crowded()) return;
  reading_ = true;
  wire_->visit([&](auto& socket) {
    socket.async_read_some(wire_->input, Wire::kReadSize,
                           [self = shared_from_this()](const Wire::Error& error, std::size_t) {
                             self->reading_ = false;
                             if (self->closing_ || self->closed_) return;
                             if (error) return self->hang_up();
                             self->on_read();
                           });
  });
}

void WebSocket::on_read() {
  heard_ = Clock::now();
  if (!wire_->is_text()) return drop(1003, "expected text messages");
  if (!hold_message()) return drop(1013, "too many messages are being read; retry later");
  if (wire_->is_done()) {
    message_since_ = Clock::time_point::max();
    on_message();
  } else if (message_since_ == Clock::time_point::max()) {
    message_since_ = heard_;
  }
  read();
}

/// Takes what the message has beyond a small one of the budget that all share. All calls of a
/// connection together may be as small as one on a connection of HTTP.
bool WebSocket::hold_message() {
  const std::size_t size = wire_->input.size();
  const std::size_t small = core_.limits.small_body_bytes / core_.limits.max_pipelined;
  const std::size_t wanted = size > small ? size - small : 0;
  if (wanted <= held_message_) return true;
  if (!core_.bodies.take(wanted - held_message_)) return false;
  held_message_ = wanted;
  return true;
}

void WebSocket::on_message() {
  const auto call = std::make_shared<PendingCall>(shared_from_this(), wire_->take_message(),
                                                  std::exchange(held_message_, 0));
  ++in_flight_;
  call->run();
}

std::size_t WebSocket::small_answer() const {
  return core_.limits.small_answer_bytes / core_.limits.max_pipelined;
}

void WebSocket::on_answer(std::string text) {
  --in_flight_;
  if (closed_ || closing_) return;
  if (!text.empty()) {
    const std::size_t size = text.size();
    if (size > small_answer()) {
      if (core_.answers.take(size)) {
        held_answers_ += size;
      } else {
        text.clear();
        append_error(text, "null",
                     to_wire({Errc::too_busy, "too many answers wait to be read; retry later"}));
      }
    }
    ++answers_;
    push({std::move(text), nullptr});
  }
  read();
  end_if_drained();
}

void WebSocket::hear(const std::string& topic, const SharedEvent& event) {
  if (closed_ || closing_) return;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = numbers_.find(topic);
    if (found == numbers_.end()) return;
    number = found->second;
  }
  if (events_ >= core_.limits.max_waiting_events) return lose();
  ++events_;
  push({R"({"jsonrpc":"2.0","method":"subscription","params":{"subscription":)" +
            std::to_string(number) + R"(,"result":)",
        event});
}

void WebSocket::lose() {
  drop(1008, "too slow a reader: notifications were lost");
}

void WebSocket::push(Outgoing message) {
  out_.push_back(std::move(message));
  write();
}

void WebSocket::write() {
  if (!accepted_ || writing_ || closing_ || closed_ || out_.empty()) return;
  writing_ = true;
  writing_since_ = Clock::now();
  const Outgoing& next = out_.front();
  const std::string_view data = next.event ? std::string_view(next.event->data) : "";
  const std::string_view tail = next.event ? "}}" : "";
  const std::array<boost::asio::const_buffer, 3> parts = {
      boost::asio::buffer(next.text), boost::asio::buffer(data), boost::asio::buffer(tail)};
  wire_->visit([&](auto& socket) {
    socket.async_write(parts, [self = shared_from_this()](const Wire::Error& error, std::size_t) {
      self->writing_ = false;
      if (self->closed_) return;
      if (error) return self->closing_ ? void() : self->close();
      const Outgoing& written = self->out_.front();
      if (written.event) {
        --self->events_;
      } else {
        --self->answers_;
        if (written.text.size() > self->small_answer()) {
          self->core_.answers.give(written.text.size());
          self->held_answers_ -= written.text.size();
        }
      }
      self->out_.pop_front();
      self->write();
      self->read();
      self->end_if_drained();
    });
  });
}

}  // namespace kedge::rpc
