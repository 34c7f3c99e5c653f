// SPDX-License-Identifier: Apache-2.0
#include "rpc/session.hpp"

#include <cstring>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace kedge::rpc {
namespace {

constexpr std::size_t kSmallRead = std::size_t{8} << 10;
constexpr std::size_t kLargeRead = std::size_t{64} << 10;
/// A connection keeps no larger buffer than this for its next answers.
constexpr std::size_t kKeptOutput = std::size_t{64} << 10;
/// Connections that are told at one time that there is no room; others are closed without a word.
constexpr std::size_t kRefusedAtOnce = 64;

}  // namespace

Session::Session(std::shared_ptr<IoThread> io, ServerStream stream,
                 const boost::asio::ip::address& peer, Seat seat, bool operators)
    : io_(std::move(io)),
      core_(io_->core()),
      stream_(std::move(stream)),
      reader_(core_.limits, core_.bodies),
      seat_(std::move(seat)),
      operators_(operators),
      peer_(peer),
      proxied_(core_.limiter.trusts(peer)),
      payer_(core_.limiter.payer(peer, {})) {}

void Session::start() {
  io_->add(shared_from_this());
  enter(stream_.secure() ? Phase::handshake : Phase::idle);
  if (io_->draining()) return close();
  if (!stream_.secure()) return read();
  stream_.async_handshake([self = shared_from_this()](const boost::system::error_code& error) {
    if (error || self->phase_ != Phase::handshake) return self->close();
    self->enter(Phase::idle);
    self->read();
  });
}

void Session::start_refused() {
  io_->add(shared_from_this());
  refused_ = true;
  // A handshake would cost more than the answer is worth.
  if (core_.refused.fetch_add(1) >= kRefusedAtOnce || stream_.secure()) return close();
  refuse(503, "too many connections");
}

void Session::enter(Phase phase) {
  phase_ = phase;
  // Who has rested for longest is told finer than by ticks.
  since_ = phase == Phase::idle ? Clock::now() : io_->now();
  const Limits& limits = core_.limits;
  switch (phase) {
    case Phase::idle:
      deadline_ = since_ + limits.idle_timeout;
      break;
    case Phase::handshake:
    case Phase::head:
      deadline_ = since_ + limits.header_timeout;
      break;
    case Phase::body:
      deadline_ = since_ + limits.body_timeout;
      window_ = since_;
      window_octets_ = 0;
      break;
    case Phase::writing:
      deadline_ = since_ + limits.write_timeout;
      break;
    case Phase::lingering:
      deadline_ = since_ + kHangUpTime;
      break;
    case Phase::running:
    case Phase::closed:
      deadline_ = Clock::time_point::max();
      break;
  }
}

std::optional<Standing> Session::standing(Clock::time_point now) const {
  // Its answer is still here.
  if (!out_.empty()) return {};
  const bool settled = now - since_ >= core_.limits.eviction_grace;
  if (phase_ == Phase::idle) {
    return Standing{served_ || !settled ? EvictionRank::quiet : EvictionRank::silent, since_};
  }
  const bool asking = phase_ == Phase::handshake || phase_ == Phase::head || phase_ == Phase::body;
  if (served_ || !settled || !asking) return {};
  return Standing{EvictionRank::slow, since_};
}

/// Whether the body has not gone on as it must; looked at once a window.
bool Session::too_slow(Clock::time_point now) {
  const Limits& limits = core_.limits;
  if (phase_ != Phase::body || now - window_ < limits.body_window) return false;
  const auto seconds = std::chrono::duration<double>(now - window_).count();
  const auto wanted = static_cast<std::size_t>(seconds * static_cast<double>(limits.min_body_rate));
  window_ = now;
  return std::exchange(window_octets_, 0) < wanted;
}

void Session::check(Clock::time_point now) {
  if (now < deadline_ && !too_slow(now)) return;
  if (phase_ == Phase::head || phase_ == Phase::body) {
    return refuse(408, "the request took too long");
  }
  // Else the kernel would go on to hold the answer for a client that does not read.
  if (phase_ == Phase::writing) stream_.abort();
  close();
}

void Session::drain() {
  draining_ = true;
  if (phase_ == Phase::handshake) return close();
  if (phase_ != Phase::idle || begin_ != end_ || !out_.empty() || !reading_) return;
  if (stream_.secure()) return come_to_rest();
  // What the kernel has handed over already still comes to on_read: only waiting for more ends.
  boost::system::error_code ignored;
  stream_.tcp().cancel(ignored);
}

/// Ends a connection on which nothing is being asked, unless a request has come that was not read
/// yet.
void Session::come_to_rest() {
  boost::system::error_code ignored;
  if (stream_.tcp().available(ignored) != 0) return read();
  // What is on its way to us would reset the connection, and with it answers that were not read.
  if (pipelines_) return linger();
  close();
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  enter(Phase::closed);
  stream_.close();
  release_answer();
  if (refused_) core_.refused.fetch_sub(1);
  seat_.reset();
  io_->remove(*this);
}

void Session::read() {
  if (reading_) return;
  const std::size_t want = phase_ == Phase::body ? kLargeRead : kSmallRead;
  if (begin_ == end_) begin_ = end_ = 0;
  if (phase_ == Phase::idle && end_ == 0 && in_.size() > kSmallRead) {
    // An idle connection should not hold the memory of its largest request.
    in_ = std::vector<char>(kSmallRead);
  }
  if (in_.size() - end_ < want) {
    if (begin_ != 0) std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    in_.resize(std::max(in_.size(), end_ + want));
  }
  reading_ = true;
  stream_.async_read_some(
      boost::asio::buffer(in_.data() + end_, in_.size() - end_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
        self->reading_ = false;
        const bool told_to_rest = error == boost::asio::error::operation_aborted &&
                                  self->draining_ && self->phase_ == Phase::idle;
        if (told_to_rest) return self->come_to_rest();
        if (error) return self->close();
        self->on_read(size);
      });
}

void Session::on_read(std::size_t size) {
  if (phase_ == Phase::lingering) return;
  end_ += size;
  window_octets_ += size;
  if (phase_ == Phase::idle) enter(Phase::head);
  process();
}

/// After as many requests as share a write it is another connection's turn.
void Session::process() {
  processing_ = true;
  turn_ = 0;
  bool more = true;
  while (more && turn_ < core_.limits.max_pipelined) more = step();
  processing_ = false;
  if (more) {
    boost::asio::post(io_->context(), [self = shared_from_this()] { self->process(); });
  }
}

/// One step of reading and answering; false when something has to happen first.
bool Session::step() {
  if (phase_ != Phase::idle && phase_ != Phase::head && phase_ != Phase::body) return false;
  std::size_t consumed = 0;
  const auto step = reader_.feed({in_.data() + begin_, end_ - begin_}, consumed);
  begin_ += consumed;
  switch (step) {
    case RequestReader::Step::more:
      if (phase_ == Phase::idle && begin_ != end_) enter(Phase::head);
      if (!out_.empty()) {
        send_later();
        return false;
      }
      if (draining_ && phase_ == Phase::idle) {
        come_to_rest();
      } else {
        read();
      }
      return false;
    case RequestReader::Step::head:
      enter(Phase::body);
      if (reader_.expects_continue() && begin_ == end_)
        out_.append("HTTP/1.1 100 Continue\r\n\r\n");
      return true;
    case RequestReader::Step::done:
      served_ = true;
      ++turn_;
      pipelines_ |= begin_ != end_;
      enter(Phase::running);
      on_request();
      return true;
    case RequestReader::Step::refused:
      break;
  }
  refuse(reader_.refusal().status, reader_.refusal().reason);
  return false;
}

void Session::send_later() {
  if (std::exchange(sending_, true)) return;
  io_->send_later(shared_from_this());
}

void Session::send_gathered() {
  sending_ = false;
  const bool reading = phase_ == Phase::idle || phase_ == Phase::head || phase_ == Phase::body;
  if (reading && !out_.empty() && flush()) process();
}

bool Session::flush() {
  gathered_ = 0;
  const Phase resume = phase_;
  boost::system::error_code error;
  const std::size_t written = stream_.write_now(out_, error);
  if (error) {
    close();
    return false;
  }
  if (written == out_.size()) return after_write();
  enter(Phase::writing);
  write_rest(resume, written);
  return false;
}

void Session::write_rest(Phase resume, std::size_t written) {
  stream_.async_write(
      std::string_view(out_).substr(written),
      [self = shared_from_this(), resume](const boost::system::error_code& error, std::size_t) {
        if (self->phase_ != Phase::writing) return;
        if (error) return self->close();
        self->enter(resume);
        if (self->after_write()) self->process();
      });
}

bool Session::after_write() {
  release_answer();
  if (out_.capacity() > kKeptOutput) {
    std::string().swap(out_);
  } else {
    out_.clear();
  }
  if (!close_after_write_) return true;
  linger();
  return false;
}

void Session::linger() {
  enter(Phase::lingering);
  begin_ = end_ = 0;
  stream_.async_hang_up(core_.limits.max_late_bytes,
                        [self = shared_from_this()] { self->close(); });
}

}  // namespace kedge::rpc
