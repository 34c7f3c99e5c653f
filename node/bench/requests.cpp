// SPDX-License-Identifier: Apache-2.0
#include "node/bench/requests.hpp"

#include <array>

namespace kedge::node::bench {
namespace {

constexpr std::size_t kHexDigits = 64;

/// The finaliser of SplitMix64: one to one on 64 bits.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

constexpr auto kHexPairs = [] {
  std::array<std::array<char, 2>, 256> pairs{};
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {kDigits[i >> 4U], kDigits[i & 15U]};
  return pairs;
}();

void write_digest(char* out, std::uint64_t number) {
  for (const std::uint8_t octet : digest_of(number)) {
    *out++ = kHexPairs[octet][0];
    *out++ = kHexPairs[octet][1];
  }
}

std::string post(const std::string& token, const std::string& body) {
  std::string text = "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (!token.empty()) text += "Authorization: Bearer " + token + "\r\n";
  return text + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string call(std::string_view method, const std::string& params) {
  return R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) + R"(","params":)" + params +
         "}";
}

constexpr std::string_view kDigestStart = R"({"digest":")";
constexpr std::string_view kItemStart = R"({"profile":"jws","digest":")";
constexpr std::string_view kItemEnd = R"("})";
/// From one item's digest to the next one's.
constexpr std::size_t kItemStep = kItemStart.size() + kHexDigits + kItemEnd.size() + 1;

/// Calls of `method` about one digest each.
rpc::RequestMaker questions(std::string_view method, std::uint64_t stored, std::uint64_t round,
                            const std::string& token = {}) {
  const std::string form = post(token, call(method, digest_params(0)));
  const std::size_t at = form.find(kDigestStart) + kDigestStart.size();
  return [=](std::size_t, std::uint64_t number, std::string& text) {
    if (text.empty()) text = form;
    write_digest(text.data() + at, scattered(mixed(round) + number, stored));
  };
}

}  // namespace

Hash digest_of(std::uint64_t number) {
  Hash digest{};
  for (std::size_t word = 0; word < 4; ++word) {
    const std::uint64_t value = mixed(number * 4 + word);
    for (std::size_t i = 0; i < 8; ++i) {
      digest[word * 8 + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
  return digest;
}

std::string submit_params(std::uint64_t first, std::uint64_t count) {
  std::string params = R"({"items":[)";
  params.reserve(params.size() + count * kItemStep + 2);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) params += ',';
    params += kItemStart;
    params.append(kHexDigits, '0');
    write_digest(params.data() + params.size() - kHexDigits, first + i);
    params += kItemEnd;
  }
  return params + "]}";
}

rpc::RequestMaker submit_requests(std::string token, std::uint64_t first, std::uint64_t per_call) {
  const std::string form = post(token, call("anchor_submit", submit_params(0, per_call)));
  const std::size_t at = form.find(kItemStart) + kItemStart.size();
  return [=](std::size_t, std::uint64_t number, std::string& text) {
    if (text.empty()) text = form;
    for (std::uint64_t i = 0; i < per_call; ++i) {
      write_digest(text.data() + at + i * kItemStep, first + number * per_call + i);
    }
  };
}

std::string digest_params(std::uint64_t number) {
  std::string params(kDigestStart);
  params.append(kHexDigits, '0');
  write_digest(params.data() + kDigestStart.size(), number);
  return params + R"("})";
}

rpc::RequestMaker proof_requests(std::uint64_t stored, std::uint64_t round,
                                 const std::string& token) {
  return questions("proof_get", stored, round, token);
}

rpc::RequestMaker status_requests(std::uint64_t stored, std::uint64_t round) {
  return questions("status_get", stored, round);
}

std::string suspend_params(std::uint64_t stored, std::uint64_t count) {
  std::string params = R"({"value":"suspended","targets":[)";
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) params += ',';
    params.append("\"").append(kHexDigits, '0').append("\"");
    write_digest(params.data() + params.size() - kHexDigits - 1, i * (stored / count));
  }
  return params + "]}";
}

std::uint64_t scattered(std::uint64_t number, std::uint64_t stored) {
  return mixed(number) % stored;
}

}  // namespace kedge::node::bench
