// SPDX-License-Identifier: Apache-2.0
#include "rpc/request_reader.hpp"

#include <array>
#include <optional>
#include <tuple>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "rpc/request_parser.hpp"
#include "rpc/request_tag.hpp"

namespace kedge::rpc {
namespace {

/// No chunked body ends in less; the parser asserts that it never sees a part of it twice.
constexpr std::string_view kLastChunk = "0\r\n\r\n";

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::size_t count_fields(const Parser::value_type& message) {
  return static_cast<std::size_t>(std::distance(message.begin(), message.end()));
}

unsigned status_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::bad_version) return 505;
  return 400;
}

}  // namespace

struct RequestReader::Impl {
  std::array<std::byte, kOwnFieldBytes> field_memory;
  std::pmr::monotonic_buffer_resource fields_in{field_memory.data(), field_memory.size()};
  std::optional<Parser> parser;
  bool head_done = false;
  /// Of the head.
  std::size_t fields = 0;
  /// Octets that have been looked at for the end of the head.
  std::size_t scanned = 0;
  /// Octets of empty lines before the request.
  std::size_t skipped = 0;
  /// Octets consumed since the header fields: data and framing.
  std::uint64_t body_octets = 0;
  /// Of the head, without a name or a trace that is not one.
  Framing framing;

  [[nodiscard]] const Parser::value_type& message() const { return parser->get(); }
};

RequestReader::RequestReader(const Limits& limits, ByteBudget& budget)
    : limits_(limits), budget_(budget), impl_(std::make_unique<Impl>()) {
  reset();
}

RequestReader::~RequestReader() {
  impl_->parser->get().body().release();
}

void RequestReader::reset() {
  if (impl_->parser) impl_->parser->get().body().release();
  impl_->parser.reset();
  impl_->fields_in.release();
  impl_->parser.emplace(std::piecewise_construct, std::make_tuple(),
                        std::make_tuple(FieldAllocator(&impl_->fields_in)));
  impl_->head_done = false;
  impl_->scanned = 0;
  impl_->skipped = 0;
  impl_->body_octets = 0;
  impl_->framing = {};
  impl_->parser->header_limit(static_cast<std::uint32_t>(limits_.max_header_bytes));
  // The bound is BodySink's, which can go on after it.
  impl_->parser->body_limit(boost::none);
  impl_->parser->get().body().max = limits_.max_body_bytes;
  impl_->parser->get().body().free = limits_.small_body_bytes;
  impl_->parser->get().body().budget = &budget_;
}

RequestReader::Step RequestReader::refuse(unsigned status, std::string reason) {
  refusal_ = {status, std::move(reason)};
  return Step::refused;
}

RequestReader::Step RequestReader::feed(std::string_view input, std::size_t& consumed) {
  consumed = 0;
  Impl& impl = *impl_;
  while (!impl.parser->is_done()) {
    const std::string_view rest = input.substr(consumed);
    if (!impl.head_done && rest.starts_with("\r\n") && impl.skipped < 4) {
      // RFC 9112 section 2.2: an empty line before a request is ignored.
      impl.skipped += 2;
      consumed += 2;
      continue;
    }
    if (rest.empty() || (!impl.head_done && rest == "\r")) return Step::more;
    if (!impl.head_done && !is_letter(rest.front())) return refuse(400, "not an HTTP request");
    const std::size_t size = impl.head_done ? rest.size() : head_size(rest);
    if (size == 0) return rest.size() > limits_.max_header_bytes ? refuse_head() : Step::more;
    if (impl.head_done && impl.parser->chunked() && rest.size() < kLastChunk.size()) {
      return Step::more;
    }
    beast::error_code error;
    const std::size_t used = impl.parser->put(boost::asio::buffer(rest.data(), size), error);
    consumed += used;
    impl.body_octets += used;
    if (error == http::error::need_more && !impl.head_done) error = http::error::bad_version;
    if (error == http::error::need_more) {
      return rest.size() - used > limits_.max_header_bytes ? refuse_head() : Step::more;
    }
    if (error) return refuse(status_of(error), "not an HTTP request: " + error.message());
    if (!impl.head_done && impl.parser->is_header_done()) {
      impl.head_done = true;
      impl.body_octets = 0;
      impl.parser->eager(true);
      return check_head(rest.substr(0, used));
    }
    // Chunks of a few octets each could make the framing much longer than the body.
    if (impl.body_octets > limits_.max_body_bytes + limits_.max_discard_bytes) {
      return refuse(
          413, "expected a body of at most " + std::to_string(limits_.max_body_bytes) + " octets");
    }
  }
  if (impl.parser->chunked() && count_fields(impl.message()) != impl.fields) {
    return refuse(400, "expected no trailer fields");
  }
  return Step::done;
}

/// The parser gets a head only when it is there as a whole: so that what is refused does not depend
/// on how it arrived, and half a head takes no more memory than its octets. 0 if it is not.
std::size_t RequestReader::head_size(std::string_view input) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t& scanned = impl_->scanned;
  const std::size_t from = scanned < kEnd.size() ? 0 : scanned - (kEnd.size() - 1);
  scanned = input.size();
  const std::size_t end = input.find(kEnd, from);
  return end == std::string_view::npos ? 0 : end + kEnd.size();
}

RequestReader::Step RequestReader::refuse_head() {
  return refuse(431, "expected header fields of at most " +
                         std::to_string(limits_.max_header_bytes) + " octets");
}

RequestReader::Step RequestReader::check_head(std::string_view head) {
  const auto& message = impl_->message();
  impl_->fields = count_fields(message);
  if (impl_->fields > limits_.max_header_fields) {
    return refuse(431, "expected at most " + std::to_string(limits_.max_header_fields) + " fields");
  }
  // RFC 9112 section 5.2.
  if (head.find("\r\n ") != head.npos || head.find("\r\n\t") != head.npos) {
    return refuse(400, "expected no folded fields");
  }
  Framing& framing = impl_->framing;
  framing = framing_of(message);
  if (framing.request_ids != 1 || !is_request_id(framing.request_id)) framing.request_id = {};
  if (framing.traces != 1 || !is_traceparent(framing.trace)) framing.trace = {};
  if (framing.lengths > 1 || framing.length.find(',') != std::string_view::npos) {
    return refuse(400, "expected one Content-Length");
  }
  if (framing.codings > 1 ||
      (framing.codings == 1 && !beast::iequals(beast_view(framing.coding), "chunked"))) {
    return refuse(501, "expected no transfer coding but chunked");
  }
  if (framing.hosts > 1 || (framing.hosts == 0 && version() >= 11)) {
    return refuse(400, "expected one Host");
  }
  if (framing.authorizations > 1) return refuse(400, "expected one Authorization");
  if (!framing.expect.empty() && !beast::iequals(beast_view(framing.expect), "100-continue")) {
    return refuse(417, "expected no Expect but 100-continue");
  }
  const auto length = impl_->parser->content_length();
  if (length && *length > limits_.max_body_bytes &&
      (expects_continue() || *length - limits_.max_body_bytes > limits_.max_discard_bytes)) {
    return refuse(
        413, "expected a body of at most " + std::to_string(limits_.max_body_bytes) + " octets");
  }
  return Step::head;
}

bool RequestReader::head_complete() const {
  return impl_->head_done;
}

std::string_view RequestReader::method() const {
  return std_view(impl_->message().method_string());
}

std::string_view RequestReader::target() const {
  return std_view(impl_->message().target());
}

std::string_view RequestReader::authorization() const {
  return impl_->framing.authorization;
}

HeaderList RequestReader::headers() const {
  HeaderList list;
  for (const auto& field : impl_->message()) {
    list.emplace_back(std_view(field.name_string()), std_view(field.value()));
  }
  return list;
}

std::string_view RequestReader::request_id() const {
  return impl_->framing.request_id;
}

std::string_view RequestReader::traceparent() const {
  return impl_->framing.trace;
}

bool RequestReader::keep_alive() const {
  return impl_->message().keep_alive();
}

unsigned RequestReader::version() const {
  return impl_->message().version();
}

bool RequestReader::expects_continue() const {
  return version() >= 11 && !impl_->framing.expect.empty();
}

std::string_view RequestReader::body() const {
  return impl_->message().body().text;
}

unsigned RequestReader::body_refusal() const {
  switch (impl_->message().body().fate) {
    case Fate::kept:
      return 0;
    case Fate::too_large:
      return 413;
    case Fate::no_room:
      break;
  }
  return 503;
}

}  // namespace kedge::rpc
