// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "crypto/result.hpp"

namespace kedge::rpc {

class Subscriptions;

/// What kind of caller a method is for; `Scope` says what of it.
enum class Access : std::uint8_t {
  /// Everybody.
  open,
  /// Whoever may write for an issuer.
  issuer,
  /// Whoever runs the node.
  admin,
};

/// One thing that credentials may allow, as the program that owns the table names it: its name on
/// the wire, and its bit in a set. The default is none: nothing in particular is needed.
struct Scope {
  std::string_view name = {};
  std::uint32_t bit = 0;
};

/// A set of scopes: their bits.
using Scopes = std::uint32_t;

/// Where a method runs.
enum class Dispatch : std::uint8_t {
  /// To completion on the I/O thread where it arrived: a bounded number of point reads only.
  inline_,
  /// Whole, on the worker pool.
  worker,
  /// Starts on the I/O thread, answers later through its Reply, from any thread; holds no worker.
  deferred,
  /// Where it arrived, and is given the connection: for WebSockets only (rpc/subscriptions.hpp).
  connection,
};

/// Who is calling, as established by the Authorizer.
struct Caller {
  Access access = Access::open;
  /// The issuer that the caller writes for; empty unless access is `issuer` or `admin`.
  std::string issuer = {};
  Scopes scopes = 0;
  /// Whose credentials these are, for records and for counting: the same text for the same
  /// credentials, no secret in it. Empty: nobody's.
  std::string actor = {};
};

/// A result that is put into words where it is sent: large answers should not be written by the
/// thread that knows the outcome when that thread has better to do.
class LateResult {
 public:
  virtual ~LateResult() = default;
  /// About how many octets `write` appends.
  [[nodiscard]] virtual std::size_t size_hint() const = 0;
  /// Appends the JSON text of the result. Called once at most, on any thread, after the Reply.
  virtual void write(std::string& out) const = 0;
};

/// The JSON text of a result, or who writes it.
using CallResult = std::variant<std::string, std::shared_ptr<const LateResult>>;

/// Answers one call, once. Movable, callable from any thread; dropping it unanswered answers with
/// an internal error, so that no caller waits for ever.
class Reply {
 public:
  /// Takes the answers to the calls of one body, by their number. Thread-safe.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void settle(std::size_t call, Result<CallResult> result) = 0;
  };

  Reply(std::shared_ptr<Sink> sink, std::size_t call);
  Reply(Reply&& other) noexcept = default;
  Reply& operator=(Reply&&) noexcept;
  ~Reply();

  /// `result` is the JSON text of the result member.
  void ok(std::string result);
  void ok(std::shared_ptr<const LateResult> result);
  void fail(Error error);

 private:
  void settle(Result<CallResult> result);

  std::shared_ptr<Sink> sink_;
  std::size_t call_;
};

struct MethodDoc;

/// A handler gets the text of `params` (`{}` when the request has none): well-formed JSON, valid
/// UTF-8, within the depth bound, without duplicate keys; whether it is an object of the right
/// fields is the handler's to check. It appends the JSON text of the result to `out`.
using Handler =
    std::function<Status(std::string_view params, const Caller& caller, std::string& out)>;
/// The same, for what may turn out to need more than a bounded number of point reads: answers false
/// and appends nothing where it does.
using Attempt =
    std::function<Result<bool>(std::string_view params, const Caller& caller, std::string& out)>;
using DeferredHandler =
    std::function<void(std::string_view params, const Caller& caller, Reply reply)>;

/// The same for what is about the connection itself. Must be quick.
using ConnectedHandler =
    std::function<Status(std::string_view params, Subscriptions& connection, std::string& out)>;

struct Method {
  std::string name;
  Access access = Access::open;
  /// What the caller needs besides. An open method with a scope is one for known callers.
  Scope scope = {};
  Dispatch dispatch = Dispatch::worker;
  /// Set unless dispatch is `deferred` or `connection`.
  Handler handler = {};
  /// Set if dispatch is deferred.
  DeferredHandler deferred = {};
  /// Set if dispatch is `connection`.
  ConnectedHandler connected = {};
  /// May be set if dispatch is `worker`: is tried on the I/O thread first, and the handler is for
  /// what it leaves.
  Attempt attempt = {};
  /// An open method that says more to those whom it knows: `caller` is who the credentials say, and
  /// nobody if there are none or they are wrong.
  bool knows_callers = false;
  /// How many items a call is about, from its params (checked JSON of any shape), for rate limits;
  /// not set: 1. Must be quick and must not throw.
  std::function<std::uint64_t(std::string_view params)> cost = {};
  /// What it promises (method_doc.hpp); lives as long as the program. nullptr where nobody is told.
  const MethodDoc* doc = nullptr;
};

/// All methods of the node, at a glance. Filled before the server starts, read-only afterwards.
class MethodTable {
 public:
  /// Precondition: the name is new, and exactly the handler that the dispatch wants is set.
  void add(Method method);
  /// nullptr if there is none.
  [[nodiscard]] const Method* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, Method, std::less<>>& all() const { return methods_; }

 private:
  std::map<std::string, Method, std::less<>> methods_;
};

/// Turns the value of an HTTP `Authorization` header (empty if there is none) into a caller, or
/// refuses it. Thread-safe.
class Authorizer {
 public:
  virtual ~Authorizer() = default;
  /// An open caller for an empty value. unauthorized for wrong credentials; too_busy or unavailable
  /// where nobody can tell now.
  [[nodiscard]] virtual Result<Caller> authorize(std::string_view authorization) const = 0;
  /// Is told of every call that was refused (rpc/access.hpp), for a record: `error` says why, and
  /// `caller` is nobody where the credentials are missing or wrong. Must be quick. The default does
  /// nothing.
  virtual void on_refused(const Caller& caller, std::string_view method,
                          const Error& error) const noexcept;
};

}  // namespace kedge::rpc
