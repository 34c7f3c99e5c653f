// SPDX-License-Identifier: Apache-2.0
// A connection without its socket: octets, requests, calls, answers. However the octets are cut,
// the answers are the same. The first octets of the input say where it is cut.

#include "rpc/dispatcher.hpp"
#include "rpc/request_reader.hpp"
#include "rpc/response_head.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/waiting_client.hpp"

using namespace kedge;
using namespace kedge::rpc;
using fuzz::check;

namespace {

constexpr std::size_t kCuts = 4;

struct OneToken final : Authorizer {
  [[nodiscard]] Result<Caller> authorize(std::string_view authorization) const override {
    if (authorization == "Bearer x") return Caller{Access::issuer, "did:example:a"};
    return Error{Errc::unauthorized, {}};
  }
};

MethodTable make_methods() {
  MethodTable methods;
  const Handler echo = [](std::string_view params, const Caller&, std::string& out) {
    out.append(params);
    return Status();
  };
  methods.add(
      {.name = "echo", .access = Access::open, .dispatch = Dispatch::inline_, .handler = echo});
  methods.add(
      {.name = "work", .access = Access::issuer, .dispatch = Dispatch::worker, .handler = echo});
  methods.add({.name = "later",
               .access = Access::open,
               .dispatch = Dispatch::deferred,
               .deferred = [](std::string_view params, const Caller&, Reply reply) {
                 reply.ok(std::string(params));
               }});
  return methods;
}

Limits make_limits() {
  Limits limits;
  limits.max_body_bytes = 1500;
  limits.max_discard_bytes = 1000;
  limits.max_bodies_bytes = 4000;
  limits.small_body_bytes = 100;
  limits.max_batch_entries = 8;
  limits.max_json_depth = 12;
  limits.max_header_fields = 20;
  return limits;
}

/// What all inputs share, as all connections of a server do.
struct World {
  Limits limits = make_limits();
  MethodTable methods = make_methods();
  OneToken authorizer;
  Observer observer;
  WorkerPool workers{1, 16};
  Dispatcher dispatcher{methods, authorizer, limits, workers, observer};
  ByteBudget budget{limits.max_bodies_bytes};
};

void append_answer(std::string& out, const RequestReader& reader, const HttpResponse& response) {
  check(reader.request_id().empty() || is_request_id(reader.request_id()), "a sane name or none");
  check(reader.traceparent().empty() || is_traceparent(reader.traceparent()), "a trace or none");
  append_head(out, response,
              {.server = "kedge",
               .date = "",
               .version = reader.version(),
               .close = !reader.keep_alive(),
               .tag = {.number = 1, .given = reader.request_id(), .trace = reader.traceparent()}});
  if (reader.method() != "HEAD") out.append(response.body);
}

HttpResponse answer_of(World& world, const RequestReader& reader) {
  if (reader.body_refusal() != 0) return plain_error(reader.body_refusal(), "refused");
  if (reader.target() != "/rpc") return plain_error(404, reader.request_id());
  return kedge::test::WaitingClient::send(world.dispatcher, std::string(reader.body()),
                                          std::string(reader.authorization()))
      .get();
}

/// What a connection answers to octets that come in these pieces.
std::string serve(World& world, std::string_view octets, const std::vector<std::size_t>& cuts) {
  RequestReader reader(world.limits, world.budget);
  std::string out;
  std::string pending;
  std::size_t from = 0;
  for (std::size_t piece = 0; piece <= cuts.size(); ++piece) {
    const std::size_t to = piece < cuts.size() ? cuts[piece] : octets.size();
    pending.append(octets.substr(from, to - from));
    from = to;
    for (bool fed = true; fed;) {
      std::size_t consumed = 0;
      const auto step = reader.feed(pending, consumed);
      check(consumed <= pending.size(), "no more is consumed than there is");
      pending.erase(0, consumed);
      if (step == RequestReader::Step::refused) {
        check(reader.refusal().status >= 400 && !reader.refusal().reason.empty(), "a reason");
        return out + "refused " + std::to_string(reader.refusal().status);
      }
      fed = step != RequestReader::Step::more;
      if (step != RequestReader::Step::done) continue;
      append_answer(out, reader, answer_of(world, reader));
      if (!reader.keep_alive()) return out + "closed";
      reader.reset();
    }
  }
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size < kCuts) return 0;
  const std::string_view octets = fuzz::text_of(data + kCuts, size - kCuts);
  std::vector<std::size_t> cuts;
  std::size_t at = 0;
  for (std::size_t i = 0; i < kCuts; ++i) {
    at = std::min(at + data[i], octets.size());
    cuts.push_back(at);
  }
  const std::string whole = serve(world, octets, {});
  std::string lower(octets);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  // Fewer octets than a last chunk has are not judged before there are more, so that a broken chunk
  // may still be waited for where it was refused when it came in one piece.
  const bool may_wait = lower.find("chunked") != std::string::npos;
  const auto same = [&](const std::string& answers) {
    return answers == whole || (may_wait && whole.starts_with(answers));
  };
  check(same(serve(world, octets, cuts)), "answers do not depend on where octets are cut");
  if (octets.size() <= 600) {
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < octets.size(); ++i) each.push_back(i);
    check(same(serve(world, octets, each)), "nor on their coming one by one");
  }
  check(world.budget.take(world.limits.max_bodies_bytes), "every body has been given back");
  world.budget.give(world.limits.max_bodies_bytes);
  return 0;
}
