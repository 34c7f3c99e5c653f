// SPDX-License-Identifier: Apache-2.0
#include "node/app/observer.hpp"

#include <exception>
#include <vector>

#include "rpc/errors.hpp"

namespace kedge::node {
namespace {

using Level = NodeLog::Level;

/// Writes a line with the request that it is about. Without memory for it there is nobody left to
/// tell.
void write(NodeLog& log, Level level, std::string_view event, const rpc::RequestTag& tag,
           std::vector<NodeLog::Field> fields) noexcept {
  try {
    if (tag.number != 0) {
      rpc::append_request_id(fields.emplace_back("request_id", std::string()).second, tag);
    }
    if (!tag.given.empty()) fields.emplace_back("caller_request_id", std::string(tag.given));
    if (!tag.trace.empty()) fields.emplace_back("traceparent", std::string(tag.trace));
    log.write(level, event, std::span<const NodeLog::Field>(fields));
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

bool NodeObserver::is_slow(std::string_view method, std::chrono::nanoseconds took) const {
  if (parts_.slow_call.count() == 0 || took <= parts_.slow_call) return false;
  // What the writer answers may wait for a later state because its caller wants so.
  const rpc::Method* known = parts_.methods.find(method);
  return known != nullptr && known->dispatch != rpc::Dispatch::deferred;
}

bool NodeObserver::take_line() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t second = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  if (second_.exchange(second) != second) lines_ = 0;
  return lines_.fetch_add(1) < kSlowLines;
}

void NodeObserver::on_call(std::string_view method, int code, std::chrono::nanoseconds took,
                           const rpc::RequestTag& tag) noexcept {
  parts_.calls.add_call(method, code, took);
  if (is_slow(method, took) && take_line()) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took);
    write(parts_.log, Level::warning, "a call was slow", tag,
          {{"method", std::string(method)}, {"ms", std::to_string(ms.count())}});
  }
  if (code == 0 || code == rpc::kInternalError || !parts_.log.writes(Level::debug)) return;
  write(parts_.log, Level::debug, "a call was refused", tag,
        {{"method", std::string(method)}, {"code", std::to_string(code)}});
}

void NodeObserver::on_fault(std::string_view method, const Error& error,
                            const rpc::RequestTag& tag) noexcept {
  parts_.metrics.note_fault();
  write(parts_.log, Level::error, "a call failed by a fault of ours", tag,
        {{"method", std::string(method)}, {"reason", error.message}});
}

void NodeObserver::on_response(unsigned http_status, const rpc::RequestTag& tag) noexcept {
  parts_.calls.add_response(http_status);
  if (http_status < 400 || !parts_.log.writes(Level::debug)) return;
  write(parts_.log, Level::debug, "a request was refused", tag,
        {{"status", std::to_string(http_status)}});
}

}  // namespace kedge::node
