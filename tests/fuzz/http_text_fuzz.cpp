// SPDX-License-Identifier: Apache-2.0
// The short texts of HTTP: queries, Accept, URLs.
#include <array>

#include "node/api/accept.hpp"
#include "rpc/http.hpp"
#include "rpc/stream_request.hpp"
#include "rpc/url.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using fuzz::check;

namespace {

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : text) {
    const auto octet = static_cast<std::uint8_t>(c);
    out.append({'%', kDigits[octet >> 4], kDigits[octet & 15]});
  }
}

void check_query(std::string_view text) {
  const auto query = rpc::parse_query(text);
  if (!query) return check(!query.error().message.empty(), "every refusal has a reason");
  std::string escaped;
  for (const auto& [name, value] : *query) {
    if (!escaped.empty()) escaped.push_back('&');
    append_escaped(escaped, name);
    escaped.push_back('=');
    append_escaped(escaped, value);
  }
  const auto again = rpc::parse_query(escaped);
  check(again && *again == *query, "what is decoded can be written with escapes only");
}

void check_accept(std::string_view text) {
  constexpr std::array<std::string_view, 4> kOffered = {"application/vnd.kedge.proof+json",
                                                        "application/vnd.kedge.proof+cbor",
                                                        "application/json", "text/plain"};
  const auto chosen = node::api::negotiate(text, kOffered);
  bool any = false;
  for (std::size_t i = 0; i < kOffered.size(); ++i) {
    const bool alone = node::api::negotiate(text, std::array{kOffered[i]}).has_value();
    check(alone || chosen != i, "what is chosen would be taken alone");
    any = any || alone;
  }
  check(any == chosen.has_value(), "something is chosen if any would be taken");
}

void check_url(std::string_view text) {
  const auto url = rpc::parse_url(text);
  if (!url) return check(!url.error().message.empty(), "every refusal has a reason");
  check(!url->host.empty() && url->path.starts_with('/'), "a URL has a host and a path");
  const auto again = rpc::parse_url(url->scheme + "://" + url->authority() + url->path);
  check(again && again->host == url->host && again->port == url->port && again->path == url->path,
        "a URL can be put together again");
}

/// As the query of an event stream, and as fields of a request for a WebSocket.
void check_stream_request(std::string_view text) {
  rpc::Hub hub;
  hub.add({.name = "plain"});
  hub.add({.name = "keyed", .key = "what"});
  const rpc::HeaderList headers = {{"Last-Event-ID", std::string(text)},
                                   {"Origin", std::string(text)},
                                   {"Connection", "upgrade"},
                                   {"Upgrade", std::string(text)},
                                   {"Host", "anchor.example"},
                                   {"Sec-WebSocket-Version", "13"},
                                   {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  const auto request = rpc::read_stream_request(hub, text, headers, 2);
  if (request) {
    check(!request->topics.empty() && request->topics.size() <= 2, "at least one topic, and few");
  } else {
    check(!request.error().field.empty(), "every refusal names the parameter");
  }
  const auto refusal = rpc::web_socket_refusal(headers, {});
  check(refusal || text.ends_with("://anchor.example") || text.find("://") != text.npos,
        "only pages of the host itself are let in");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_query(text);
  check_accept(text);
  check_url(text);
  check_stream_request(text);
  return 0;
}
