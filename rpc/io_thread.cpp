// SPDX-License-Identifier: Apache-2.0
#include "rpc/io_thread.hpp"

#include <algorithm>
#include <ctime>

#include <boost/asio/post.hpp>

#include "rpc/session.hpp"

namespace kedge::rpc {
namespace {

/// A thread keeps no larger buffer than this for the bodies of its answers.
constexpr std::size_t kKeptBuffer = std::size_t{1} << 20;

std::vector<Route> longest_first(std::vector<Route> routes) {
  std::ranges::stable_sort(routes, std::ranges::greater(),
                           [](const Route& route) { return route.path.size(); });
  return routes;
}

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

ServerCore::ServerCore(Limits limits_in, std::string name_in, const MethodTable& methods,
                       std::vector<Route> routes_in, const Authorizer& authorizer,
                       Observer& observer_in, unsigned worker_threads)
    : limits(limits_in),
      name(std::move(name_in)),
      routes(longest_first(std::move(routes_in))),
      observer(observer_in),
      bodies(limits.max_bodies_bytes),
      answers(limits.max_answers_bytes),
      addresses(limits.max_connections_per_address),
      workers(worker_threads, limits.max_queued_jobs),
      dispatcher(methods, authorizer, limits, workers, observer) {}

const Route* ServerCore::route(std::string_view path) const {
  for (const Route& route : routes) {
    const bool below = route.path.ends_with('/') && path.starts_with(route.path);
    if (below || path == route.path) return &route;
  }
  return nullptr;
}

IoThread::IoThread(std::shared_ptr<ServerCore> core)
    : core_(std::move(core)),
      work_(context_.get_executor()),
      timer_(context_),
      date_(http_date()),
      now_(std::chrono::steady_clock::now()) {}

void IoThread::start() {
  tick();
  thread_ = std::thread([this] { run(); });
}

void IoThread::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& error) {
      // Out of memory, most likely: the session that it hit is closed at its deadline.
      core_->observer.on_fault({}, {Errc::internal, error.what()});
    }
  }
}

void IoThread::tick() {
  now_ = std::chrono::steady_clock::now();
  date_ = http_date();
  // A session that closes takes the last one's place in the list: go from the end.
  for (std::size_t i = sessions_.size(); i-- > 0;) {
    const std::shared_ptr<Session> session = sessions_[i];
    session->check(now_);
  }
  timer_.expires_after(core_->limits.tick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error && !stopping_) tick();
  });
}

void IoThread::deliver(std::shared_ptr<Session> session,
                       std::shared_ptr<Dispatcher::Answers> answers) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    wake = mail_.empty();
    mail_.emplace_back(std::move(session), std::move(answers));
  }
  if (wake) boost::asio::post(context_, [this] { take_mail(); });
}

void IoThread::take_mail() {
  {
    const std::lock_guard lock(mutex_);
    taken_.swap(mail_);
  }
  for (auto& [session, answers] : taken_) session->deliver(*answers);
  taken_.clear();
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
    for (std::size_t i = sessions_.size(); i-- > 0;) {
      const std::shared_ptr<Session> session = sessions_[i];
      session->drain();
    }
  });
}

void IoThread::stop() {
  post([this] {
    stopping_ = true;
    timer_.cancel();
    while (!sessions_.empty()) {
      const std::shared_ptr<Session> session = sessions_.back();
      session->close();
    }
  });
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  work_.reset();
  if (thread_.joinable()) thread_.join();
}

void IoThread::add(const std::shared_ptr<Session>& session) {
  session->slot = sessions_.size();
  sessions_.push_back(session);
}

void IoThread::remove(Session& session) {
  const std::size_t slot = session.slot;
  std::swap(sessions_[slot], sessions_.back());
  sessions_[slot]->slot = slot;
  sessions_.pop_back();
}

}  // namespace kedge::rpc
