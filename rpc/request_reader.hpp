// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "rpc/byte_budget.hpp"
#include "rpc/http.hpp"
#include "rpc/limits.hpp"

namespace kedge::rpc {

/// Reads one HTTP/1 request from octets as they come (RFC 9112). No sockets, no time. Refuses what
/// two readers could frame differently: Content-Length together with Transfer-Encoding, more than
/// one Content-Length, any coding but `chunked`, folded fields, a missing or second Host; and
/// trailer fields, which would be taken for header fields (RFC 9110 section 6.5.1).
class RequestReader {
 public:
  enum class Step {
    /// Feed more, with what was not consumed at the front.
    more,
    /// The header fields are complete; feed the rest. Comes once a request.
    head,
    /// The request is complete; what was not consumed belongs to the next one.
    done,
    /// Refused by `refusal()`; the connection cannot go on.
    refused,
  };

  struct Refusal {
    unsigned status = 400;
    std::string reason;
  };

  RequestReader(const Limits& limits, ByteBudget& budget);
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;
  ~RequestReader();

  /// Forgets the request; ready for the next one.
  void reset();

  /// `input` begins with what the call before did not consume.
  Step feed(std::string_view input, std::size_t& consumed);

  /// Whether the header fields have been read; until then the next group must not be asked.
  [[nodiscard]] bool head_complete() const;
  [[nodiscard]] std::string_view method() const;
  [[nodiscard]] std::string_view target() const;
  /// Of the field Authorization; empty without.
  [[nodiscard]] std::string_view authorization() const;
  [[nodiscard]] HeaderList headers() const;
  /// What the caller has named the request, and its trace (rpc/request_tag.hpp); empty without, and
  /// where the value is not one or there are several.
  [[nodiscard]] std::string_view request_id() const;
  [[nodiscard]] std::string_view traceparent() const;
  /// Whether the client wants to send another request on this connection.
  [[nodiscard]] bool keep_alive() const;
  /// 10 or 11.
  [[nodiscard]] unsigned version() const;
  /// The client waits for `100 Continue` before it sends its body.
  [[nodiscard]] bool expects_continue() const;

  /// After `done`. Empty if the body was refused.
  [[nodiscard]] std::string_view body() const;
  /// After `done`: 0, or 413 or 503 if the body was read but not kept; the connection can go on.
  [[nodiscard]] unsigned body_refusal() const;

  [[nodiscard]] const Refusal& refusal() const { return refusal_; }

 private:
  struct Impl;

  Step refuse(unsigned status, std::string reason);
  Step refuse_head();
  std::size_t head_size(std::string_view input);
  Step check_head(std::string_view head);

  const Limits& limits_;
  ByteBudget& budget_;
  std::unique_ptr<Impl> impl_;
  Refusal refusal_;
};

}  // namespace kedge::rpc
