// SPDX-License-Identifier: Apache-2.0
#include "rpc/event_stream.hpp"

#include <algorithm>

#include "rpc/json_text.hpp"

namespace kedge::rpc {
namespace {

/// What the client has to take the reason.
constexpr std::chrono::seconds kFarewell{5};
/// A client has nothing to say.
constexpr std::size_t kMaxIgnored = std::size_t{16} << 10;
/// A stream that rests keeps no larger buffer.
constexpr std::size_t kKept = std::size_t{4} << 10;

void append_event(std::string& out, const Event& event) {
  out.append("event: ").append(event.kind).append("\n");
  if (event.id) out.append("id: ").append(std::to_string(*event.id)).append("\n");
  out.append("data: ").append(event.data).append("\n\n");
}

}  // namespace

EventStream::EventStream(std::shared_ptr<IoThread> io, ServerStream stream, Seat seat)
    : io_(std::move(io)),
      core_(io_->core()),
      stream_(std::move(stream)),
      seat_(std::move(seat)),
      told_(Clock::now()) {
  core_.streams.fetch_add(1);
}

EventStream::~EventStream() {
  core_.streams.fetch_sub(1);
}

void EventStream::start(std::string head, StreamRequest request) {
  io_->add(shared_from_this());
  topics_ = std::move(request.topics);
  last_ = request.last;
  send(head);
  if (closed_ || !join_all()) return;
  if (last_) ask_for_past();
  read();
}

bool EventStream::join_all() {
  for (std::size_t i = 0; i < topics_.size(); ++i) {
    const Topic& topic = topics_[i];
    if (topic.kind->opened) {
      if (const Status opened = topic.kind->opened(topic.key); !opened) {
        const std::string why = opened.error().message;
        topics_.resize(i);
        drop(why);
        return false;
      }
    }
    io_->audience().join(topic.name(), shared_from_this());
  }
  return true;
}

void EventStream::leave_all() {
  for (const Topic& topic : topics_) {
    io_->audience().leave(topic.name(), *this);
    if (topic.kind->closed) topic.kind->closed(topic.key);
  }
  topics_.clear();
}

/// Storage is read on a worker; what happens meanwhile waits until that has been told.
void EventStream::ask_for_past() {
  const auto remembers = [](const Topic& topic) { return static_cast<bool>(topic.kind->since); };
  const auto found = std::find_if(topics_.begin(), topics_.end(), remembers);
  if (found == topics_.end()) return;
  remembering_ = core_.workers.try_post([self = shared_from_this(), kind = found->kind] {
    auto past = std::make_shared<std::vector<SharedEvent>>();
    try {
      *past = kind->since(*self->last_);
    } catch (const std::exception& error) {
      self->core_.observer.on_fault(self->core_.events_path, {Errc::internal, error.what()}, {});
    }
    self->io_->post([self, past] { self->tell_past(*past); });
  });
  if (!remembering_) drop("too many requests are waiting; retry later");
}

void EventStream::tell_past(const std::vector<SharedEvent>& past) {
  remembering_ = false;
  if (closed_ || dropped_) return;
  for (const SharedEvent& event : past) {
    tell(*event);
    if (event->id) last_ = std::max(*last_, *event->id);
  }
  for (const SharedEvent& event : std::exchange(held_, {})) {
    if (!event->id || *event->id > *last_) tell(*event);
  }
}

void EventStream::hear(const std::string&, const SharedEvent& event) {
  if (closed_ || dropped_) return;
  const std::size_t waiting = waiting_events_ + held_.size();
  if (waiting >= core_.limits.max_waiting_events ||
      waiting_.size() > core_.limits.max_waiting_bytes) {
    return lose();
  }
  if (remembering_) {
    held_.push_back(event);
  } else {
    tell(*event);
  }
}

void EventStream::lose() {
  drop("too slow a reader: events were lost");
}

void EventStream::tell(const Event& event) {
  std::string text;
  append_event(text, event);
  ++waiting_events_;
  send(text);
}

/// At once if nothing waits, else behind that.
void EventStream::send(std::string_view text) {
  told_ = Clock::now();
  if (!writing_ && waiting_.empty()) {
    boost::system::error_code error;
    const std::size_t written = stream_.write_now(text, error);
    if (error) return close();
    text.remove_prefix(written);
  }
  waiting_.append(text);
  write();
}

void EventStream::write() {
  if (writing_ || closed_) return;
  if (waiting_.empty()) {
    waiting_events_ = 0;
    if (dropped_) close();
    return;
  }
  flying_.clear();
  if (flying_.capacity() > kKept) flying_.shrink_to_fit();
  flying_.swap(waiting_);
  waiting_events_ = 0;
  writing_ = true;
  writing_since_ = Clock::now();
  stream_.async_write(
      flying_, [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        self->writing_ = false;
        if (self->closed_) return;
        if (error) return self->close();
        self->write();
      });
}

/// Reads only to learn that the client has gone.
void EventStream::read() {
  stream_.async_read_some(
      boost::asio::buffer(ignored_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
        if (self->closed_) return;
        self->ignored_octets_ += size;
        if (error || self->ignored_octets_ > kMaxIgnored) return self->close();
        self->read();
      });
}

void EventStream::check(Clock::time_point now) {
  if (now >= deadline_ || (writing_ && now - writing_since_ > core_.limits.write_timeout)) {
    stream_.abort();
    return close();
  }
  if (!dropped_ && !writing_ && now - told_ > core_.limits.heartbeat) send(":\n\n");
}

void EventStream::drain() {
  drop("the node is stopping");
}

/// Says why, if the client still listens, and closes.
void EventStream::drop(std::string_view reason) {
  if (closed_ || dropped_) return;
  dropped_ = true;
  leave_all();
  held_.clear();
  // What is being written must be whole; the rest nobody has begun to read.
  waiting_.assign("event: dropped\ndata: {\"reason\":");
  append_json_string(waiting_, reason);
  waiting_.append("}\n\n");
  deadline_ = Clock::now() + kFarewell;
  write();
}

void EventStream::close() {
  if (std::exchange(closed_, true)) return;
  leave_all();
  stream_.close();
  seat_.reset();
  io_->remove(*this);
}

}  // namespace kedge::rpc
