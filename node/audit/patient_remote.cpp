// SPDX-License-Identifier: Apache-2.0
#include "node/audit/patient_remote.hpp"

#include <thread>

namespace kedge::node {
namespace {

constexpr std::chrono::milliseconds kPause{100};

}  // namespace

Result<std::vector<rpc::Answer>> PatientRemote::call(std::span<const rpc::CallRequest> requests) {
  const auto end = std::chrono::steady_clock::now() + patience_;
  std::optional<Error> trouble;
  for (;;) {
    auto answers = remote_->call(requests);
    if (answers) return answers;
    const bool passes =
        answers.error().code == Errc::unavailable || answers.error().code == Errc::too_busy;
    // "Left alone for a while" says less than why.
    if (!trouble || answers.error().code != Errc::too_busy) trouble = answers.error();
    if (!passes || std::chrono::steady_clock::now() + kPause > end) return *std::move(trouble);
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace kedge::node
