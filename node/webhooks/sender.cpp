// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/sender.hpp"

#include <charconv>
#include <utility>

namespace kedge::node {
namespace {

constexpr unsigned kGone = 410;

/// Seconds alone; a date would have to be believed about the time of now.
std::optional<std::chrono::seconds> retry_after(const rpc::HeaderList& headers) {
  const auto text = rpc::find_header(headers, "Retry-After");
  if (!text) return std::nullopt;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

SendOutcome failed(std::string text) {
  return {.arrived = false, .gone = false, .text = std::move(text)};
}

}  // namespace

SendOutcome WebhookSender::send(const rpc::Url& url, const SendOptions& options,
                                const rpc::HeaderList& headers, std::string_view body) {
  auto connection = rpc::HttpConnection::create(url, {.connect_timeout = options.timeout,
                                                      .max_response_bytes = kMaxWebhookAnswer,
                                                      .ca_file = options.ca_file,
                                                      .targets = options.targets});
  if (!connection) return failed(connection.error().message);
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return failed("the node stops");
    current_ = &*connection;
  }
  SendOutcome outcome = exchange(*connection, options, headers, body);
  const std::lock_guard lock(mutex_);
  current_ = nullptr;
  return outcome;
}

SendOutcome WebhookSender::exchange(rpc::HttpConnection& connection, const SendOptions& options,
                                    const rpc::HeaderList& headers, std::string_view body) {
  if (const Status opened = connection.open(); !opened) return failed(opened.error().message);
  const std::string path = connection.url().path;
  const rpc::Exchange done = connection.exchange("POST", path, headers, body, options.timeout);
  if (!done.response) return failed(done.response.error().message);
  SendOutcome outcome;
  const unsigned status = done.response->status;
  outcome.arrived = status >= 200 && status < 300;
  outcome.gone = status == kGone;
  outcome.text = std::to_string(status);
  if (status >= 300 && status < 400) outcome.text += ", a redirect, which is not followed";
  outcome.retry_after = retry_after(done.response->headers);
  return outcome;
}

void WebhookSender::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  if (current_ != nullptr) current_->stop();
}

}  // namespace kedge::node
