// SPDX-License-Identifier: Apache-2.0
#include "rpc/load_client.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "rpc/load_answer.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 256 << 10;
constexpr std::chrono::milliseconds kPauseAfterRefusal{20};
/// For answers to what was sent before the end.
constexpr std::chrono::seconds kPatience{60};

struct Connection {
  Connection(net::io_context& context, std::size_t index_in)
      : index(index_in), socket(context), timer(context), buffer(kReadBytes) {}

  const std::size_t index;
  tcp::socket socket;
  net::steady_timer timer;
  std::string text;
  std::vector<char> buffer;
  /// Octets of the answer's beginning that are in the buffer; set to 0 for the next answer.
  std::size_t filled = 0;
  std::optional<LoadAnswerHead> head;
  /// Of the body, once its beginning was looked at.
  std::size_t missing = 0;
  bool checked = false;
  Clock::time_point begun;
};

class Load {
 public:
  Load(const LoadOptions& options, const RequestMaker& maker) : options_(options), maker_(maker) {}

  Result<LoadResult> run() {
    if (Status connected = connect(); !connected) return std::move(connected).error();
    const auto span = [](double seconds) {
      return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    };
    start_ = Clock::now();
    counted_from_ = start_ + span(options_.warm_up_seconds);
    end_ = counted_from_ + span(options_.seconds);
    last_answer_ = counted_from_;
    for (auto& connection : connections_) idle_.push_back(connection.get());
    feed(start_);
    context_.run_until(end_ + kPatience);
    if (!failure_ && open_ > 0) fail("no answer for " + std::to_string(kPatience.count()) + " s");
    for (auto& connection : connections_) {
      error_code ignored;
      connection->socket.close(ignored);
    }
    if (failure_) return *std::move(failure_);
    const bool early = options_.max_requests > 0 && result_.requests >= options_.max_requests;
    const auto until = early ? std::min(last_answer_, end_) : end_;
    result_.seconds = std::chrono::duration<double>(until - counted_from_).count();
    if (!early) note_gap(end_);
    return std::move(result_);
  }

 private:
  Status connect() {
    error_code error;
    const auto address = net::ip::make_address(options_.address, error);
    if (error) return invalid_argument("expected a numeric address", "address");
    for (std::size_t i = 0; i < options_.connections; ++i) {
      auto connection = std::make_unique<Connection>(context_, i);
      connection->socket.connect({address, options_.port}, error);
      if (!error) connection->socket.set_option(tcp::no_delay(true), error);
      if (!error) connection->socket.non_blocking(true, error);
      if (error) {
        return Error{Errc::unavailable, "cannot connect to " + options_.address + ":" +
                                            std::to_string(options_.port) + ": " + error.message()};
      }
      connections_.push_back(std::move(connection));
    }
    return {};
  }

  [[nodiscard]] bool over(Clock::time_point now) const {
    return failure_ || now >= end_ ||
           (options_.max_requests > 0 && result_.requests >= options_.max_requests);
  }

  /// Gives work to idle connections: all of it that is due.
  void feed(Clock::time_point now) {
    while (!idle_.empty() && !over(now)) {
      const Clock::time_point due = options_.rate > 0 ? due_at(result_.requests) : now;
      if (due > now) return wait_until(due);
      Connection* connection = idle_.back();
      idle_.pop_back();
      connection->begun = due;
      maker_(connection->index, result_.requests++, connection->text);
      ++open_;
      send(*connection);
    }
  }

  [[nodiscard]] Clock::time_point due_at(std::uint64_t number) const {
    return start_ + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double>(static_cast<double>(number) / options_.rate));
  }

  void wait_until(Clock::time_point due) {
    if (waiting_) return;
    waiting_ = true;
    pace_.expires_at(std::min(due, end_));
    pace_.async_wait([this](const error_code&) {
      waiting_ = false;
      feed(Clock::now());
    });
  }

  void send(Connection& connection) {
    connection.filled = 0;
    connection.head.reset();
    connection.checked = false;
    error_code error;
    const std::size_t sent = connection.socket.write_some(net::buffer(connection.text), error);
    if (error && error != net::error::would_block) return fail(error.message());
    if (sent == connection.text.size()) return read(connection);
    net::async_write(connection.socket, net::buffer(connection.text) + sent,
                     [this, &connection](const error_code& failed, std::size_t) {
                       if (failed) return fail(failed.message());
                       read(connection);
                     });
  }

  void read(Connection& connection) {
    auto space = net::buffer(connection.buffer);
    if (!connection.checked) space += connection.filled;
    connection.socket.async_read_some(
        space, [this, &connection](const error_code& error, std::size_t octets) {
          if (error) return fail(error.message());
          take(connection, octets);
        });
  }

  void take(Connection& connection, std::size_t octets) {
    if (connection.checked) {
      if (octets > connection.missing) return fail("more than Content-Length says");
      connection.missing -= octets;
    } else {
      connection.filled += octets;
      if (!look_at_beginning(connection)) return;
    }
    if (!connection.checked || connection.missing > 0) return read(connection);
    finish(connection);
  }

  /// False if the load has failed.
  bool look_at_beginning(Connection& connection) {
    const std::string_view text(connection.buffer.data(), connection.filled);
    bool broken = false;
    if (!connection.head) connection.head = read_load_answer_head(text, broken);
    if (broken) fail("no HTTP/1.1 answer with a Content-Length: " + shortened(text));
    if (!connection.head) return !broken;
    const LoadAnswerHead& head = *connection.head;
    const std::string_view body = text.substr(head.size);
    if (body.size() > head.content_length) {
      fail("more than Content-Length says: " + shortened(text));
      return false;
    }
    if (body.size() < std::min(head.content_length, options_.body_start.size())) return true;
    if (head.status != 503 && (head.status != 200 || !body.starts_with(options_.body_start))) {
      fail("unexpected answer: " + shortened(text));
      return false;
    }
    connection.checked = true;
    connection.missing = head.content_length - body.size();
    return true;
  }

  static std::string shortened(std::string_view text) { return std::string(text.substr(0, 600)); }

  void finish(Connection& connection) {
    if (failure_) return;
    if (connection.head->status == 503) return send_again_later(connection);
    const auto now = Clock::now();
    --open_;
    if (now >= counted_from_ && now <= end_) {
      ++result_.answers;
      result_.body_bytes += connection.head->content_length;
      result_.latencies.add(now - connection.begun);
      note_gap(now);
    }
    idle_.push_back(&connection);
    feed(now);
  }

  void send_again_later(Connection& connection) {
    ++result_.refused;
    connection.timer.expires_after(kPauseAfterRefusal);
    connection.timer.async_wait([this, &connection](const error_code& error) {
      if (!error && !failure_) send(connection);
    });
  }

  void note_gap(Clock::time_point now) {
    const std::chrono::duration<double, std::milli> gap = now - last_answer_;
    result_.longest_gap_ms = std::max(result_.longest_gap_ms, gap.count());
    last_answer_ = now;
  }

  void fail(std::string why) {
    if (!failure_) failure_ = Error{Errc::unavailable, "the load has failed: " + std::move(why)};
    context_.stop();
  }

  const LoadOptions& options_;
  const RequestMaker& maker_;
  net::io_context context_{1};
  net::steady_timer pace_{context_};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> idle_;
  std::size_t open_ = 0;
  bool waiting_ = false;
  Clock::time_point start_;
  Clock::time_point counted_from_;
  Clock::time_point end_;
  Clock::time_point last_answer_;
  std::optional<Error> failure_;
  LoadResult result_;
};

}  // namespace

Result<LoadResult> run_load(const LoadOptions& options, const RequestMaker& maker) {
  return Load(options, maker).run();
}

}  // namespace kedge::rpc
