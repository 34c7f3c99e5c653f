// SPDX-License-Identifier: Apache-2.0
#include "test_table.hpp"

#include <stdexcept>

namespace kedge::rpc::test {
namespace {

Status echo(std::string_view params, const Caller&, std::string& out) {
  out.append(params);
  return {};
}

Status who(std::string_view, const Caller& caller, std::string& out) {
  out.append("\"" + caller.issuer + "\"");
  return {};
}

Status refuse(std::string_view, const Caller&, std::string& out) {
  out.append("half an answer");
  return invalid_argument("expected something else", "items[3].digest");
}

class Written final : public LateResult {
 public:
  explicit Written(std::string_view text) : text_(text) {}
  [[nodiscard]] std::size_t size_hint() const override { return text_.size(); }
  void write(std::string& out) const override {
    if (text_.find("throw") != std::string::npos) throw std::runtime_error("a secret exception");
    out.append(text_);
  }

 private:
  std::string text_;
};

}  // namespace

TestTable::TestTable() {
  add("echo", Access::open, Dispatch::inline_, echo);
  add("echo_worker", Access::open, Dispatch::worker, echo);
  add("who", Access::issuer, Dispatch::inline_, who);
  add("admin", Access::admin, Dispatch::worker, who);
  add("refuse", Access::open, Dispatch::inline_, refuse);
  add("missing", Access::open, Dispatch::inline_,
      [](std::string_view, const Caller&, std::string&) -> Status {
        return Error{Errc::not_found, "no such thing"};
      });
  add("broken", Access::open, Dispatch::worker,
      [](std::string_view, const Caller&, std::string&) -> Status {
        return Error{Errc::corrupt, "row 7 of a secret file"};
      });
  add("throws", Access::open, Dispatch::inline_,
      [](std::string_view, const Caller&, std::string&) -> Status {
        throw std::runtime_error("a secret exception");
      });
  add("large", Access::open, Dispatch::inline_,
      [](std::string_view, const Caller&, std::string& out) -> Status {
        out.append("\"" + std::string(1 << 20, 'x') + "\"");
        return {};
      });
  add("slow", Access::open, Dispatch::worker,
      [](std::string_view, const Caller&, std::string& out) -> Status {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        out.append("\"slow\"");
        return {};
      });
  const auto deferred = [&](std::string name, DeferredHandler handler) {
    methods.add({.name = std::move(name),
                 .access = Access::open,
                 .dispatch = Dispatch::deferred,
                 .handler = {},
                 .deferred = std::move(handler)});
  };
  deferred("later", [this](std::string_view params, const Caller&, Reply reply) {
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([text = std::string(params), reply = std::move(reply)]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      reply.ok(std::move(text));
    });
  });
  deferred("written_later", [this](std::string_view params, const Caller&, Reply reply) {
    const std::lock_guard lock(mutex_);
    auto result = std::make_shared<const Written>(params);
    threads_.emplace_back([result = std::move(result), reply = std::move(reply)]() mutable {
      reply.ok(std::move(result));
    });
  });
  deferred("now_written", [](std::string_view params, const Caller&, Reply reply) {
    reply.ok(std::make_shared<const Written>(params));
  });
  deferred("now", [](std::string_view params, const Caller&, Reply reply) {
    reply.ok(std::string(params));
  });
  deferred("held", [this](std::string_view, const Caller&, Reply reply) {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(reply));
  });
  deferred("dropped", [](std::string_view, const Caller&, Reply) {});
  deferred("deferred_throws", [](std::string_view, const Caller&, Reply) {
    throw std::runtime_error("a secret exception");
  });
  deferred("busy", [](std::string_view, const Caller&, Reply reply) {
    reply.fail({Errc::too_busy, "the queue is full"});
  });
}

TestTable::~TestTable() {
  release();
}

void TestTable::add(std::string name, Access access, Dispatch dispatch, Handler handler) {
  methods.add({.name = std::move(name),
               .access = access,
               .dispatch = dispatch,
               .handler = std::move(handler),
               .deferred = {}});
}

void TestTable::release() {
  std::vector<Reply> held;
  {
    const std::lock_guard lock(mutex_);
    held.swap(held_);
  }
  for (Reply& reply : held) reply.ok("\"released\"");
}

std::size_t TestTable::held() {
  const std::lock_guard lock(mutex_);
  return held_.size();
}

}  // namespace kedge::rpc::test
