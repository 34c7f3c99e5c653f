// SPDX-License-Identifier: Apache-2.0
#include "rpc/response_head.hpp"

#include "rpc/errors.hpp"

namespace kedge::rpc {

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

void append_head(std::string& out, const HttpResponse& response, const HeadContext& context) {
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\nServer: ").append(context.server);
  out.append("\r\nDate: ").append(context.date);
  // RFC 9110 section 8.6: no Content-Length with 204.
  if (response.status != 204 && response.status != 304) {
    out.append("\r\nContent-Type: ");
    out.append(response.content_type.empty() ? std::string_view("application/json")
                                             : std::string_view(response.content_type));
    if (!context.until_close) {
      out.append("\r\nContent-Length: ").append(std::to_string(response.body.size()));
    }
  }
  // RFC 9110 section 11.6.1: every 401 has one.
  if (response.status == 401 && !find_header(response.headers, "WWW-Authenticate")) {
    out.append("\r\nWWW-Authenticate: Bearer");
  }
  for (const auto& [name, value] : response.headers) {
    out.append("\r\n").append(name).append(": ").append(value);
  }
  if (context.tag.number != 0) {
    out.append("\r\nX-Request-Id: ").append(context.tag.given);
    if (context.tag.given.empty()) append_request_id(out, context.tag);
  }
  append_rate_fields(out, context.charge);
  if (context.close) {
    out.append("\r\nConnection: close");
  } else if (context.version < 11) {
    out.append("\r\nConnection: keep-alive");
  }
  out.append("\r\n\r\n");
}

HttpResponse plain_error(unsigned status, std::string_view message) {
  HttpResponse response = problem(status, {}, {}, message);
  if (status == 503) {
    response.headers.emplace_back("Retry-After", std::to_string(kRetryAfterSeconds));
  }
  return response;
}

}  // namespace kedge::rpc
