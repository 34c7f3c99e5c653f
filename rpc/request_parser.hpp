// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>

#include "rpc/body_sink.hpp"

/// Beast's parser as RequestReader uses it, and what it reads of a head at once. Only for
/// request_reader.cpp: Beast takes long to compile.
namespace kedge::rpc {

namespace beast = boost::beast;
namespace http = boost::beast::http;

/// A Beast Body (named requirement) over BodySink.
struct SinkBody {
  using value_type = BodySink;

  class reader {
   public:
    template <bool isRequest, class Fields>
    explicit reader(http::header<isRequest, Fields>&, value_type& sink) : sink_(sink) {}

    void init(const boost::optional<std::uint64_t>& size, beast::error_code& error) {
      const std::uint64_t trusted = sink_.free;
      if (size) sink_.text.reserve(static_cast<std::size_t>(std::min(*size, trusted)));
      error = {};
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, beast::error_code& error) {
      std::size_t size = 0;
      for (const boost::asio::const_buffer buffer : beast::buffers_range_ref(buffers)) {
        sink_.add(std::string_view(static_cast<const char*>(buffer.data()), buffer.size()));
        size += buffer.size();
      }
      error = {};
      return size;
    }

    void finish(beast::error_code& error) { error = {}; }

   private:
    value_type& sink_;
  };
};

/// Fields lie one behind the other in the reader's own memory, where a head has few.
using FieldAllocator = std::pmr::polymorphic_allocator<char>;
using Parser = http::request_parser<SinkBody, FieldAllocator>;
constexpr std::size_t kOwnFieldBytes = 1'024;

inline beast::string_view beast_view(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view std_view(beast::string_view text) {
  return {text.data(), text.size()};
}

/// How often the fields come that must come once, and what they are. One pass: this is done for
/// every request.
struct Framing {
  std::size_t lengths = 0;
  std::size_t codings = 0;
  std::size_t hosts = 0;
  std::size_t authorizations = 0;
  std::size_t request_ids = 0;
  std::size_t traces = 0;
  std::string_view length = {};
  std::string_view coding = {};
  std::string_view authorization = {};
  std::string_view expect = {};
  std::string_view request_id = {};
  std::string_view trace = {};
};

/// Of the few fields that the parser has no number for.
inline void note_tag(Framing& framing, beast::string_view name, std::string_view value) {
  if (beast::iequals(name, "X-Request-Id")) {
    ++framing.request_ids;
    framing.request_id = value;
  } else if (beast::iequals(name, "traceparent")) {
    ++framing.traces;
    framing.trace = value;
  }
}

inline Framing framing_of(const Parser::value_type& message) {
  Framing framing;
  for (const auto& field : message) {
    const std::string_view value = std_view(field.value());
    switch (field.name()) {
      case http::field::content_length:
        ++framing.lengths;
        framing.length = value;
        break;
      case http::field::transfer_encoding:
        ++framing.codings;
        framing.coding = value;
        break;
      case http::field::host:
        ++framing.hosts;
        break;
      case http::field::authorization:
        ++framing.authorizations;
        framing.authorization = value;
        break;
      case http::field::expect:
        if (framing.expect.empty()) framing.expect = value;
        break;
      case http::field::unknown:
        note_tag(framing, field.name_string(), value);
        break;
      default:
        break;
    }
  }
  return framing;
}

}  // namespace kedge::rpc
