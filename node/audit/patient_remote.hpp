// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include "rpc/remote.hpp"

namespace kedge::node {

/// Asks again what had no answer, until its patience is over: for work that takes long and wants
/// to be done, over providers that limit rates. Only for questions: whatever had no answer may have
/// been carried out.
class PatientRemote final : public rpc::Remote {
 public:
  PatientRemote(std::unique_ptr<rpc::Remote> remote, std::chrono::milliseconds patience)
      : remote_(std::move(remote)), patience_(patience) {}

  [[nodiscard]] const std::string& name() const override { return remote_->name(); }
  Result<std::vector<rpc::Answer>> call(std::span<const rpc::CallRequest> requests) override;
  [[nodiscard]] rpc::Health health() const override { return remote_->health(); }
  void stop() override { remote_->stop(); }

 private:
  std::unique_ptr<rpc::Remote> remote_;
  std::chrono::milliseconds patience_;
};

}  // namespace kedge::node
