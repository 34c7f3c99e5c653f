// SPDX-License-Identifier: Apache-2.0
#include "rpc/stream_request.hpp"

#include <algorithm>
#include <charconv>

#include "rpc/field_text.hpp"
#include "rpc/response_head.hpp"

namespace kedge::rpc {
namespace {

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    parts.push_back(trim_ows(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

/// Whether a field that is a list has this member, in whatever case.
bool lists(const HeaderList& headers, std::string_view name, std::string_view member) {
  for (const auto& [field, value] : headers) {
    if (!same_without_case(field, name)) continue;
    for (const std::string_view part : split(value)) {
      if (same_without_case(part, member)) return true;
    }
  }
  return false;
}

/// `scheme://host[:port]` without the scheme.
std::string_view authority_of(std::string_view origin) {
  const std::size_t slashes = origin.find("://");
  return slashes == std::string_view::npos ? std::string_view() : origin.substr(slashes + 3);
}

/// A browser tells which page a script comes from, and no script can change that (Fetch section
/// 3.2). Whether that page was loaded with TLS, a proxy may know better than the node.
bool is_own_or_allowed(const HeaderList& headers, std::span<const std::string> allowed) {
  const auto origin = find_header(headers, "Origin");
  if (!origin) return true;
  const auto host = find_header(headers, "Host");
  if (host && !host->empty() && same_without_case(authority_of(*origin), *host)) return true;
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& good) { return same_without_case(good, *origin); });
}

}  // namespace

bool asks_for_web_socket(const HeaderList& headers) {
  return lists(headers, "Upgrade", "websocket");
}

std::optional<HttpResponse> web_socket_refusal(const HeaderList& headers,
                                               std::span<const std::string> allowed) {
  if (!lists(headers, "Connection", "upgrade")) {
    return plain_error(400, "expected Connection: upgrade");
  }
  const auto version = find_header(headers, "Sec-WebSocket-Version");
  if (!version || *version != "13") {
    HttpResponse refusal = plain_error(426, "expected Sec-WebSocket-Version: 13");
    refusal.headers.emplace_back("Sec-WebSocket-Version", "13");
    return refusal;
  }
  // 16 octets in base64.
  const auto key = find_header(headers, "Sec-WebSocket-Key");
  if (!key || key->size() != 24) return plain_error(400, "expected a Sec-WebSocket-Key");
  if (!is_own_or_allowed(headers, allowed)) {
    return plain_error(403, "scripts of this origin may not open WebSockets here");
  }
  return std::nullopt;
}

Result<StreamRequest> read_stream_request(const Hub& hub, std::string_view query,
                                          const HeaderList& headers, std::size_t max_topics) {
  const auto parameters = parse_query(query);
  if (!parameters) return parameters.error();
  StreamRequest request;
  std::vector<std::string_view> known = {"topics"};
  const auto topics = find_header(*parameters, "topics");
  if (!topics || topics->empty()) {
    return invalid_argument("expected a list of " + hub.kinds(), "topics");
  }
  for (const std::string_view name : split(*topics)) {
    const TopicKind* const kind = hub.kind(name);
    if (kind == nullptr) return invalid_argument("expected a list of " + hub.kinds(), "topics");
    std::optional<std::string> key;
    if (!kind->key.empty()) {
      known.push_back(kind->key);
      if (const auto value = find_header(*parameters, kind->key)) key = std::string(*value);
    }
    Result<Topic> topic = hub.find(name, key);
    if (!topic) return std::move(topic).error();
    const bool twice =
        std::any_of(request.topics.begin(), request.topics.end(),
                    [&](const Topic& other) { return other.name() == topic->name(); });
    if (!twice) request.topics.push_back(*std::move(topic));
  }
  if (request.topics.size() > max_topics) {
    return invalid_argument("expected at most " + std::to_string(max_topics), "topics");
  }
  for (const auto& [name, value] : *parameters) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return invalid_argument("unknown parameter", name.substr(0, 80));
    }
  }
  // What is no number of ours was sent by another server.
  if (const auto last = find_header(headers, "Last-Event-ID")) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(last->data(), last->data() + last->size(), number);
    if (error == std::errc() && end == last->data() + last->size()) request.last = number;
  }
  return request;
}

}  // namespace kedge::rpc
