// SPDX-License-Identifier: Apache-2.0
#include "rpc/call_result.hpp"

#include "rpc/envelope.hpp"
#include "rpc/spare_text.hpp"

namespace kedge::rpc {

std::size_t size_of(const CallResult& result) {
  if (const auto* text = std::get_if<std::string>(&result)) return text->size();
  return std::get<std::shared_ptr<const LateResult>>(result)->size_hint();
}

void append_answer(std::string& out, std::string_view id, CallResult&& result) {
  if (auto* text = std::get_if<std::string>(&result)) {
    append_result(out, id, *text);
    return give_spare_text(std::move(*text));
  }
  begin_result(out, id);
  std::get<std::shared_ptr<const LateResult>>(result)->write(out);
  out.push_back('}');
}

CallOutcome outcome_of(std::variant<CallResult, WireError>&& answer) {
  if (auto* error = std::get_if<WireError>(&answer)) return std::move(*error);
  auto& result = std::get<CallResult>(answer);
  if (auto* text = std::get_if<std::string>(&result)) return std::move(*text);
  std::string written;
  std::get<std::shared_ptr<const LateResult>>(result)->write(written);
  return written;
}

}  // namespace kedge::rpc
