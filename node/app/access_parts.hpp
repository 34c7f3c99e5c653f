// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/settings.hpp"
#include "node/access/jwt_authority.hpp"
#include "node/access/recorder.hpp"
#include "node/access/token_store.hpp"
#include "node/anchoring/clock.hpp"
#include "node/app/node_log.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// What decides who may do what in a node, and records it: opened from the settings and the files
/// below `access/` in the data directory.
class AccessParts {
 public:
  /// `log` and `clock` must outlive it; `failed` is told once if the record cannot be written any
  /// more. invalid_argument names the key whose value cannot be used; corrupt if the file of tokens
  /// or the record contradicts itself.
  static Result<std::unique_ptr<AccessParts>> open(const config::Settings& settings,
                                                   const Clock& clock, NodeLog& log,
                                                   std::function<void(const Error&)> failed);
  AccessParts(const AccessParts&) = delete;
  AccessParts& operator=(const AccessParts&) = delete;
  /// Stops.
  ~AccessParts();

  [[nodiscard]] TokenStore& tokens() { return *tokens_; }
  /// nullptr if the settings want none.
  [[nodiscard]] Recorder* recorder() { return recorder_.get(); }

  /// For the holder of the cookie, tokens, and the configured authorisation server. Must not
  /// outlive this.
  [[nodiscard]] std::unique_ptr<rpc::Authorizer> make_authorizer(const std::string& cookie,
                                                                 const std::string& issuer) const;

  /// The node begins, with so many credentials and changes whose epoch is still to come, or ends:
  /// a gap in the record without an end before it is a crash.
  void note_start(std::uint64_t unsealed);
  void note_stop();

  /// Writes what is left of the record, ends the threads. Idempotent.
  void stop();

 private:
  explicit AccessParts(const Clock& clock) : clock_(clock) {}

  Status open_record(const config::Settings& settings, std::function<void(const Error&)> failed);
  Status open_jwt(const config::AccessSettings& settings, NodeLog& log);
  void note_own(std::string action, std::uint64_t items);

  const Clock& clock_;
  std::unique_ptr<TokenStore> tokens_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<KeySource> keys_;
  std::unique_ptr<JwtAuthority> jwt_;
  bool stopped_ = false;
};

}  // namespace kedge::node
