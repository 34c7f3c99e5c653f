// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "crypto/result.hpp"
#include "node/bench/child_process.hpp"
#include "node/bench/temporary_folder.hpp"
#include "rpc/load_client.hpp"

namespace kedge::node::bench {

/// nginx with one worker that answers whatever comes with one constant body: what a machine can do
/// at most for such a question and such an answer. From a generated configuration, without root.
class Nginx {
 public:
  /// not_found if there is none, unavailable if it does not start.
  static Result<std::unique_ptr<Nginx>> start(const std::filesystem::path& parent,
                                              std::size_t body_size, const Cores& cores);

  [[nodiscard]] rpc::LoadOptions load_options() const;

 private:
  Nginx(TemporaryFolder folder, ChildProcess process, std::uint16_t port);

  TemporaryFolder folder_;
  ChildProcess process_;
  std::uint16_t port_;
};

}  // namespace kedge::node::bench
