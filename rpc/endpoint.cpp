// SPDX-License-Identifier: Apache-2.0
#include "rpc/endpoint.hpp"

#include <algorithm>
#include <charconv>

#include "rpc/envelope.hpp"

namespace kedge::rpc {
namespace {

using std::chrono::milliseconds;

/// RFC 9110 section 10.2.3. A date is not worth a calendar: it stands for the longest time.
std::optional<milliseconds> read_retry_after(const HttpResponse& response, milliseconds longest) {
  const auto field = find_header(response.headers, "Retry-After");
  if (!field) return std::nullopt;
  std::uint32_t seconds = 0;
  const char* end = field->data() + field->size();
  const auto [stop, error] = std::from_chars(field->data(), end, seconds);
  if (error != std::errc() || stop != end) return longest;
  return std::min(milliseconds(std::chrono::seconds(seconds)), longest);
}

}  // namespace

Endpoint::Endpoint(HttpConnection connection, EndpointOptions options)
    : connection_(std::move(connection)),
      options_(std::move(options)),
      name_(connection_.url().authority()),
      jitter_(std::random_device{}()),
      backoff_(options_.backoff_first) {}

Result<std::unique_ptr<Endpoint>> Endpoint::create(std::string_view url, EndpointOptions options) {
  auto parsed = parse_url(url);
  if (!parsed) return std::move(parsed).error();
  auto connection = HttpConnection::create(*std::move(parsed), options.connection);
  if (!connection) return std::move(connection).error();
  return std::unique_ptr<Endpoint>(new Endpoint(*std::move(connection), std::move(options)));
}

Health Endpoint::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

void Endpoint::set_trace(const std::string& traceparent) {
  headers_.clear();
  if (!traceparent.empty()) headers_.emplace_back("traceparent", traceparent);
}

Result<std::vector<Answer>> Endpoint::call(std::span<const CallRequest> requests) {
  const auto now = Clock::now();
  if (now < not_before_) {
    const auto left = std::chrono::duration_cast<milliseconds>(not_before_ - now);
    return Error{Errc::too_busy, name_ + " is left alone for another " +
                                     std::to_string(left.count()) + " ms: " + health().trouble};
  }
  retry_after_.reset();
  auto answers = try_call(requests);
  if (answers) {
    note_success();
  } else {
    note_failure(answers.error());
  }
  return answers;
}

Result<std::vector<Answer>> Endpoint::try_call(std::span<const CallRequest> requests) {
  bool stale = false;
  if (connection_.is_open()) {
    auto answers = exchange(requests, stale);
    if (answers || !stale) return answers;
  }
  if (const Status connected = connect(); !connected) return connected.error();
  if (connection_.is_open()) return exchange(requests, stale);
  if (const Status opened = connection_.open(); !opened) return opened.error();
  return exchange_greeting(requests);
}

Status Endpoint::connect() {
  if (Status opened = connection_.open(); !opened || !options_.greeting) return opened;
  bool stale = false;
  const auto answers = exchange(std::span(&options_.greeting->request, 1), stale);
  return answers ? greet(answers->front()) : answers.error();
}

Status Endpoint::greet(const Answer& answer) {
  Status greeted = options_.greeting->check(answer);
  if (greeted) return greeted;
  connection_.close();
  return Error{greeted.error().code, name_ + ": " + greeted.error().message};
}

Result<std::vector<Answer>> Endpoint::exchange_greeting(std::span<const CallRequest> requests) {
  std::vector<CallRequest> all{options_.greeting->request};
  all.insert(all.end(), requests.begin(), requests.end());
  bool stale = false;
  auto answers = exchange(all, stale);
  if (!answers) return answers;
  if (const Status greeted = greet(answers->front()); !greeted) return greeted.error();
  answers->erase(answers->begin());
  return answers;
}

Result<std::vector<Answer>> Endpoint::exchange(std::span<const CallRequest> requests, bool& stale) {
  const std::uint64_t first_id = next_id_;
  std::string body;
  for (const CallRequest& request : requests) {
    if (!body.empty()) body += ',';
    body += format_call(next_id_++, request.method, request.params);
  }
  if (requests.size() > 1) body = "[" + body + "]";
  const Exchange done =
      connection_.exchange("POST", connection_.url().path, headers_, body, options_.call_timeout);
  stale = done.stale;
  if (!done.response) return done.response.error();
  return read(*done.response, first_id, requests.size());
}

Result<std::vector<Answer>> Endpoint::read(const HttpResponse& response, std::uint64_t first_id,
                                           std::size_t count) {
  retry_after_ = read_retry_after(response, options_.max_retry_after);
  const auto refuse = [&](const std::string& why) {
    connection_.close();
    return Error{Errc::unavailable, name_ + ": HTTP status " + std::to_string(response.status) +
                                        (why.empty() ? "" : ", " + why)};
  };
  // Errors of the question itself come as JSON-RPC with 4xx from some; the others are the
  // server's or its gateway's own trouble.
  const bool trouble = response.status >= 500 || response.status == 429 || response.status == 408;
  if (trouble || (response.status >= 300 && response.status < 400)) return refuse({});
  if (count > 1) {
    auto answers = parse_answers(response.body, first_id, count, options_.max_json_depth);
    if (!answers) return refuse(answers.error().message);
    return answers;
  }
  auto answer = parse_answer(response.body, first_id, options_.max_json_depth);
  if (!answer) return refuse(answer.error().message);
  return std::vector<Answer>(1, *std::move(answer));
}

void Endpoint::note_success() {
  backoff_ = options_.backoff_first;
  not_before_ = retry_after_ ? Clock::now() + *retry_after_ : Clock::time_point{};
  const std::lock_guard lock(mutex_);
  health_.failures = 0;
  health_.trouble.clear();
  ++health_.answered_total;
}

void Endpoint::note_failure(const Error& error) {
  std::uniform_int_distribution<std::int64_t> spread(backoff_.count() / 2, backoff_.count());
  not_before_ = Clock::now() + retry_after_.value_or(milliseconds(spread(jitter_)));
  backoff_ = std::min(backoff_ * 2, options_.backoff_last);
  const std::lock_guard lock(mutex_);
  ++health_.failures;
  ++health_.failed_total;
  health_.trouble = error.message;
}

}  // namespace kedge::rpc
