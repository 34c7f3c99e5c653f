// SPDX-License-Identifier: Apache-2.0
#include "rpc/client.hpp"

#include <algorithm>

#include "rpc/envelope.hpp"
#include "rpc/http_connection.hpp"

namespace kedge::rpc {

struct Client::Impl {
  HttpConnection connection;
  ClientOptions options;
  std::string path;
  std::uint64_t next_id = 1;
  std::optional<ServerError> server_error;

  Result<HttpResponse> send(std::string_view method, std::string_view target,
                            const HeaderList& headers, std::string_view body) {
    if (connection.is_open()) {
      Exchange kept = connection.exchange(method, target, headers, body, options.request_timeout);
      if (!kept.stale) return std::move(kept.response);
    }
    if (const Status opened = connection.open(); !opened) return opened.error();
    return connection.exchange(method, target, headers, body, options.request_timeout).response;
  }

  [[nodiscard]] Error not_json_rpc(const HttpResponse& response) const {
    return {Errc::unavailable, connection.url().authority() + " answered with HTTP status " +
                                   std::to_string(response.status) + " and no JSON-RPC answer"};
  }
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::connect(std::string_view url, ClientOptions options) {
  Result<Url> parsed = parse_url(url);
  if (!parsed) return std::move(parsed).error();
  std::string path = parsed->path == "/" ? "/rpc" : parsed->path;
  auto connection =
      HttpConnection::create(*std::move(parsed), {.connect_timeout = options.connect_timeout,
                                                  .max_response_bytes = options.max_response_bytes,
                                                  .ca_file = options.ca_file,
                                                  .pinned_certificate = options.pinned_certificate,
                                                  .token = options.token,
                                                  .headers = options.headers});
  if (!connection) return std::move(connection).error();
  if (const Status opened = connection->open(); !opened) return opened.error();
  return Client(std::make_unique<Impl>(
      Impl{*std::move(connection), std::move(options), std::move(path), 1, std::nullopt}));
}

Result<std::string> Client::call(std::string_view method, std::string_view params_json) {
  impl_->server_error.reset();
  const std::uint64_t id = impl_->next_id++;
  const std::string body = format_call(id, method, params_json);
  const Result<HttpResponse> response = impl_->send("POST", impl_->path, {}, body);
  if (!response) return response.error();
  auto answer = parse_answer(response->body, id, impl_->options.max_json_depth);
  if (!answer) return impl_->not_json_rpc(*response);
  impl_->server_error = answer->error;
  if (answer->error) return to_error(*answer->error);
  return std::move(answer->result);
}

const std::optional<ServerError>& Client::server_error() const {
  return impl_->server_error;
}

Result<HttpResponse> Client::get(std::string_view path, const HeaderList& headers) {
  if (!path.starts_with('/') ||
      std::ranges::any_of(path, [](char c) { return c <= ' ' || c > '~'; })) {
    return invalid_argument("expected a path of printable ASCII that begins with '/'", "path");
  }
  return impl_->send("GET", path, headers, {});
}

}  // namespace kedge::rpc
