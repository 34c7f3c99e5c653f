// SPDX-License-Identifier: Apache-2.0
#include "node/app/webhook_parts.hpp"

#include <algorithm>
#include <utility>

#include "config/data_dir.hpp"
#include "config/durable_file.hpp"
#include "config/keys.hpp"
#include "config/secret_file.hpp"

namespace kedge::node {
namespace {

using config::WebhookSettings;

bool wants(const WebhookSettings& settings, std::string_view event) {
  return std::find(settings.events.begin(), settings.events.end(), event) != settings.events.end();
}

Error at(std::size_t index, std::string_view key, const Error& error) {
  return invalid_argument(error.message, config::webhook_path(index, key));
}

Result<WebhookEndpoint> make_endpoint(const config::Settings& settings, std::size_t index,
                                      const std::shared_ptr<const rpc::TargetRule>& targets) {
  const WebhookSettings& wanted = settings.webhook[index];
  auto url = rpc::parse_url(wanted.url);
  if (!url) return at(index, "url", url.error());
  auto text = config::read_secret_file(wanted.secret_file);
  if (!text) return at(index, "secret_file", text.error());
  auto secrets = WebhookSecrets::parse(*text);
  secure_clear(text->data(), text->size());
  if (!secrets) return at(index, "secret_file", secrets.error());
  SendOptions sending;
  sending.timeout = settings.webhooks.timeout;
  sending.ca_file = wanted.ca_file;
  sending.targets = targets;
  // A certificate file that cannot be read is found now, not with the first message.
  const auto tried = rpc::HttpConnection::create(*url, {.ca_file = wanted.ca_file});
  if (!tried) return at(index, "ca_file", tried.error());
  return WebhookEndpoint{.name = wanted.name,
                         .subject = {.origin = settings.log.origin,
                                     .issuer = wanted.issuer,
                                     .batches = wants(wanted, "batch.final"),
                                     .delays = wants(wanted, "anchor.delayed")},
                         .url = *std::move(url),
                         .secrets = *std::move(secrets),
                         .sending = std::move(sending)};
}

WebhookEvents log_to(NodeLog& log) {
  WebhookEvents events;
  events.arrived = [&log](const std::string& name, const std::string& id) {
    log.debug("a webhook was told", {{"webhook", name}, {"id", id}});
  };
  events.failing = [&log](const std::string& name, const std::string& why) {
    log.warning("a webhook fails and is tried again", {{"webhook", name}, {"reason", why}});
  };
  events.disabled = [&log](const std::string& name, const std::string& why) {
    log.write(NodeLog::Level::error, "a webhook is disabled until the node starts again",
              {{"webhook", name}, {"reason", why}});
  };
  events.trouble = [&log](const Error& error) { log.error("webhooks wait", error); };
  return events;
}

}  // namespace

Result<std::unique_ptr<Webhooks>> open_webhooks(const config::Settings& settings,
                                                const Store& store, const Clock& clock,
                                                NodeLog& log) {
  if (settings.webhook.empty()) return std::unique_ptr<Webhooks>();
  const config::WebhooksSettings& common = settings.webhooks;
  auto rule = rpc::TargetRule::create(common.allow_private, common.allowed_networks);
  if (!rule) return invalid_argument(rule.error().message, "webhooks.allowed_networks");
  const auto targets = std::make_shared<const rpc::TargetRule>(*std::move(rule));
  std::vector<WebhookEndpoint> endpoints;
  for (std::size_t i = 0; i < settings.webhook.size(); ++i) {
    auto endpoint = make_endpoint(settings, i, targets);
    if (!endpoint) return std::move(endpoint).error();
    endpoints.push_back(*std::move(endpoint));
  }
  const config::DataDir dir(settings.data_dir);
  if (const Status made = config::make_private_directory(dir.webhooks()); !made) {
    return made.error();
  }
  WebhookOptions options;
  options.file = dir.webhook_state();
  for (const config::LedgerSettings& ledger : settings.ledgers) {
    options.ledgers.push_back(ledger.name);
  }
  options.delayed_after_ms = static_cast<std::uint64_t>(common.delayed_after.count());
  options.retry.give_up_after = common.give_up_after;
  options.look_interval = std::clamp<std::chrono::milliseconds>(
      common.delayed_after / 10, std::chrono::milliseconds(100), std::chrono::seconds(5));
  return Webhooks::open(store, clock, std::move(endpoints), std::move(options), log_to(log));
}

}  // namespace kedge::node
