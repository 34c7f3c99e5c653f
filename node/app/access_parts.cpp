// SPDX-License-Identifier: Apache-2.0
#include "node/app/access_parts.hpp"

#include <utility>

#include "config/data_dir.hpp"
#include "config/durable_file.hpp"
#include "node/access/access_control.hpp"
#include "node/access/scopes.hpp"

namespace kedge::node {

Result<std::unique_ptr<AccessParts>> AccessParts::open(const config::Settings& settings,
                                                       const Clock& clock, NodeLog& log,
                                                       std::function<void(const Error&)> failed) {
  if (is_reserved_issuer(settings.issuer)) {
    return invalid_argument("names that begin with urn:kedge: are the node's own", "issuer");
  }
  const config::DataDir dir(settings.data_dir);
  if (const Status made = config::make_private_directory(dir.access()); !made) {
    return made.error();
  }
  std::unique_ptr<AccessParts> parts(new AccessParts(clock));
  auto tokens = TokenStore::open(dir.tokens());
  if (!tokens) return std::move(tokens).error();
  parts->tokens_ = *std::move(tokens);
  if (settings.access.record) {
    if (const Status opened = parts->open_record(settings, std::move(failed)); !opened) {
      return opened.error();
    }
  }
  if (!settings.access.jwt_issuer.empty()) {
    if (const Status opened = parts->open_jwt(settings.access, log); !opened) {
      return opened.error();
    }
  }
  return parts;
}

AccessParts::~AccessParts() {
  stop();
}

Status AccessParts::open_record(const config::Settings& settings,
                                std::function<void(const Error&)> failed) {
  RecorderOptions options;
  options.now_ms = [this] { return clock_.unix_ms(); };
  options.failed = std::move(failed);
  const config::DataDir dir(settings.data_dir);
  auto recorder = Recorder::open(dir.record(), settings.log.origin, std::move(options));
  if (!recorder) return std::move(recorder).error();
  recorder_ = *std::move(recorder);
  return {};
}

Status AccessParts::open_jwt(const config::AccessSettings& settings, NodeLog& log) {
  KeySourceOptions options;
  options.refresh = settings.jwks_refresh;
  options.max_age = settings.jwks_max_age;
  options.trouble = [&log](const Error& error) {
    log.error("the keys of the authorisation server cannot be had; the old ones stay", error);
  };
  const bool from_file = !settings.jwks_file.empty();
  auto fetch = from_file ? Result<KeyFetch>(fetch_keys_from_file(settings.jwks_file))
                         : fetch_keys_from_url(settings.jwks_url, settings.jwks_ca_file);
  if (!fetch) return std::move(fetch).error();
  keys_ = std::make_unique<KeySource>(*std::move(fetch), std::move(options));
  if (from_file) {
    // A file that cannot be used is the operator's slip; a server may just be late.
    if (const Status read = keys_->start(); !read) {
      return invalid_argument(read.error().message, "access.jwks_file");
    }
  } else {
    keys_->start_later();
  }
  jwt_ = std::make_unique<JwtAuthority>(*keys_, make_jwt_rules(settings));
  return {};
}

std::unique_ptr<rpc::Authorizer> AccessParts::make_authorizer(const std::string& cookie,
                                                              const std::string& issuer) const {
  return std::make_unique<AccessControl>(
      AccessControl::Parts{.cookie = cookie,
                           .issuer = issuer,
                           .tokens = *tokens_,
                           .jwt = jwt_.get(),
                           .recorder = recorder_.get(),
                           .now_ms = [&clock = clock_] { return clock.unix_ms(); }});
}

void AccessParts::note_start(std::uint64_t unsealed) {
  note_own("node_start", unsealed);
}

void AccessParts::note_stop() {
  note_own("node_stop", 0);
}

void AccessParts::note_own(std::string action, std::uint64_t items) {
  if (!recorder_) return;
  RecordEvent event;
  event.actor = "node";
  event.action = std::move(action);
  event.result = "done";
  event.items = items;
  recorder_->note(std::move(event));
}

void AccessParts::stop() {
  if (std::exchange(stopped_, true)) return;
  if (keys_) keys_->stop();
  if (!recorder_) return;
  note_stop();
  recorder_->stop();
}

}  // namespace kedge::node
