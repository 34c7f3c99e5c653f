// SPDX-License-Identifier: Apache-2.0
#include "rpc/io_thread.hpp"

#include <ctime>

#include <boost/asio/post.hpp>

namespace kedge::rpc {
namespace {

/// A thread keeps no larger buffer than this for the bodies of its answers.
constexpr std::size_t kKeptBuffer = std::size_t{1} << 20;

/// IMF-fixdate; strftime would follow the locale.
std::string http_date() {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[utc.tm_wday],
                utc.tm_mday, kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  return text;
}

}  // namespace

ServerCore::ServerCore(ServerOptions options, const MethodTable& methods,
                       std::vector<Route> routes_in, const Authorizer& authorizer_in,
                       Observer& observer_in)
    : limits(options.limits),
      name(std::move(options.name)),
      routes(std::move(routes_in)),
      authorizer(authorizer_in),
      observer(observer_in),
      bodies(limits.max_bodies_bytes),
      answers(limits.max_answers_bytes),
      addresses(limits.max_connections_per_address),
      tls(std::move(options.tls)),
      limiter(std::move(options.rates)),
      hub(options.hub),
      events_path(std::move(options.events_path)),
      events_scope(options.events_scope),
      allowed_origins(std::move(options.allowed_origins)),
      workers(options.worker_threads, limits.max_queued_jobs),
      dispatcher(methods, authorizer, limits, workers, observer, &limiter) {}

IoThread::IoThread(std::shared_ptr<ServerCore> core, std::uint32_t series)
    : core_(std::move(core)),
      series_(series),
      work_(context_.get_executor()),
      timer_(context_),
      audience_([this](std::function<void()> job) { boost::asio::post(context_, std::move(job)); }),
      date_(http_date()),
      now_(std::chrono::steady_clock::now()) {}

void IoThread::start() {
  tick();
  if (core_->hub != nullptr) {
    hub_place_ = core_->hub->attach([this](const std::string& topic, const SharedEvent& event) {
      post([this, topic, event] { audience_.tell(topic, event); });
    });
  }
  thread_ = std::thread([this] { run(); });
}

/// Whether `job` has come to its end. If not, it was out of memory, most likely: the connection
/// that it hit is closed at its deadline.
template <class Job>
bool IoThread::guarded(Job job) {
  try {
    job();
    return true;
  } catch (const std::exception& error) {
    core_->observer.on_fault({}, {Errc::internal, error.what()}, {});
    return false;
  }
}

void IoThread::run() {
  for (;;) {
    if (guarded([this] { context_.run(); })) return;
  }
}

void IoThread::tick() {
  now_ = std::chrono::steady_clock::now();
  date_ = http_date();
  // When one closes, the last one takes its place in the list: go from the end.
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const std::shared_ptr<Connection> connection = connections_[i];
    connection->check(now_);
  }
  timer_.expires_after(core_->limits.tick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopping_) tick();
  });
}

void IoThread::deliver(std::shared_ptr<AnswerTaker> taker,
                       std::shared_ptr<Dispatcher::Answers> answers) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    wake = mail_.empty();
    mail_.emplace_back(std::move(taker), std::move(answers));
  }
  if (wake) boost::asio::post(context_, [this] { take_mail(); });
}

void IoThread::take_mail() {
  {
    const std::lock_guard lock(mutex_);
    taken_.swap(mail_);
  }
  // One that fails must not keep the others' answers, or the next mail would wake nobody.
  for (auto& each : taken_) guarded([&] { each.first->deliver(*each.second); });
  taken_.clear();
}

void IoThread::send_later(std::shared_ptr<Sending> who) {
  unsent_.push_back(std::move(who));
  if (unsent_.size() == 1) boost::asio::post(context_, [this] { send_gathered(); });
}

void IoThread::send_gathered() {
  sending_.swap(unsent_);
  for (const std::shared_ptr<Sending>& each : sending_) guarded([&] { each->send_gathered(); });
  sending_.clear();
}

void IoThread::give_buffer(std::string buffer) {
  if (buffer.capacity() <= kKeptBuffer) buffer_ = std::move(buffer);
}

void IoThread::post(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (!closed_) boost::asio::post(context_, std::move(job));
}

void IoThread::drain() {
  post([this] {
    draining_ = true;
    for (std::size_t i = connections_.size(); i-- > 0;) {
      const std::shared_ptr<Connection> connection = connections_[i];
      connection->drain();
    }
  });
}

void IoThread::stop() {
  if (hub_place_) core_->hub->detach(*hub_place_);
  hub_place_.reset();
  post([this] {
    stopping_ = true;
    timer_.cancel();
    while (!connections_.empty()) {
      const std::shared_ptr<Connection> connection = connections_.back();
      connection->close();
    }
  });
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  work_.reset();
  if (thread_.joinable()) thread_.join();
}

void IoThread::add(const std::shared_ptr<Connection>& connection) {
  connection->slot = connections_.size();
  connections_.push_back(connection);
}

void IoThread::remove(Connection& connection) {
  const std::size_t slot = connection.slot;
  std::swap(connections_[slot], connections_.back());
  connections_[slot]->slot = slot;
  connections_.pop_back();
}

}  // namespace kedge::rpc
