// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace kedge::test {

/// A chain of one's own: `scripts/devnet` on a free port, stopped with the object, and also when
/// the test program dies.
class Devnet {
 public:
  /// The options of scripts/devnet. nullptr, with a line on standard error, where npm or the chain
  /// cannot be had: the test skips. Throws where it does not start for another reason.
  static std::unique_ptr<Devnet> start(const std::vector<std::string>& options);

  Devnet(const Devnet&) = delete;
  Devnet& operator=(const Devnet&) = delete;
  ~Devnet();

  /// `http://127.0.0.1:PORT/`.
  [[nodiscard]] const std::string& url() const { return url_; }

  /// Private key `index` (0 to 2) of the mnemonic that scripts/devnet names, as hex. Everybody
  /// knows them.
  static std::string secret(std::size_t index);

 private:
  Devnet(pid_t child, std::string url) : child_(child), url_(std::move(url)) {}

  pid_t child_;
  std::string url_;
};

}  // namespace kedge::test
