// SPDX-License-Identifier: Apache-2.0
#include "rpc/http_get.hpp"

#include <algorithm>
#include <utility>

#include "rpc/http_connection.hpp"

namespace kedge::rpc {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Result<std::string> origin_of(const Url& url) {
  if (url.web_socket()) return invalid_argument("expected an http or https URL", "url");
  // Would be sent to the server, and makes a URL look as if it led elsewhere.
  if (!url.user_info.empty()) {
    return invalid_argument("expected a URL without user information", "url");
  }
  return url.scheme + "://" + lower_case(url.authority());
}

Result<HttpResponse> accepted(const std::string& host, HttpResponse response) {
  const std::string status = std::to_string(response.status);
  if (response.status == 404 || response.status == 410) {
    return Error{Errc::not_found, host + " has no such document (" + status + ")"};
  }
  if (response.status >= 300 && response.status < 400) {
    return Error{Errc::unavailable, host + " answers with a redirect, which is not followed"};
  }
  if (response.status != 200) {
    return Error{Errc::unavailable, host + " answers with the status " + status};
  }
  const auto coding = find_header(response.headers, "Content-Encoding");
  if (coding && lower_case(std::string(*coding)) != "identity") {
    return Error{Errc::unavailable,
                 host + " answers with a content coding, which was not asked for"};
  }
  return response;
}

}  // namespace

Result<std::string> url_origin(std::string_view url) {
  const auto parsed = parse_url(url);
  if (!parsed) return parsed.error();
  return origin_of(*parsed);
}

Result<HttpGet> HttpGet::create(GetOptions options) {
  for (std::string& text : options.origins) {
    auto origin = url_origin(text);
    if (!origin) return invalid_argument(text + ": " + origin.error().message, "origins");
    text = *std::move(origin);
  }
  return HttpGet(std::move(options));
}

Result<HttpResponse> HttpGet::get(std::string_view text, std::string_view accept) const {
  using Clock = std::chrono::steady_clock;
  auto url = parse_url(text);
  if (!url) return std::move(url).error();
  const auto origin = origin_of(*url);
  if (!origin) return origin.error();
  if (std::ranges::find(options_.origins, *origin) == options_.origins.end()) {
    return Error{Errc::unauthorized, *origin + " is not in the list of hosts that may be asked"};
  }
  const auto deadline = Clock::now() + options_.timeout;
  const std::string path = url->path;
  const std::string host = url->authority();
  auto connection =
      HttpConnection::create(*std::move(url), {.connect_timeout = options_.timeout,
                                               .max_response_bytes = options_.max_bytes,
                                               .ca_file = options_.ca_file});
  if (!connection) return std::move(connection).error();
  if (const Status opened = connection->open(); !opened) return opened.error();
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0) return Error{Errc::unavailable, "no answer from " + host + " in time"};
  const HeaderList headers = {{"Accept", std::string(accept)}, {"Connection", "close"}};
  Exchange exchange = connection->exchange("GET", path, headers, {}, left);
  if (!exchange.response) return std::move(exchange.response).error();
  return accepted(host, *std::move(exchange.response));
}

}  // namespace kedge::rpc
