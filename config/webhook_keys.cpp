// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "config/key_kinds.hpp"
#include "config/network_range.hpp"

/// The keys of `[webhooks]` and `[[webhook]]`.
namespace kedge::config {
namespace {

using namespace kinds;
using std::chrono::hours;
using std::chrono::seconds;
using W = WebhookSettings;

bool is_word(std::string_view text) {
  return is_one_line(text) && text.find(' ') == std::string_view::npos && text.size() <= 2048;
}

bool is_path_or_empty(std::string_view text) {
  return text.empty() || is_one_line(text);
}

/// A host, and no user information, which would look as if it led elsewhere.
bool is_target(std::string_view text) {
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://")) return false;
  const std::string_view rest = text.substr(secure ? 8 : 7);
  return is_word(text) && !rest.empty() && rest.front() != '/' && rest.front() != ':' &&
         rest.find_first_of("@\"\\#") == std::string_view::npos;
}

bool is_event(std::string_view text) {
  return text == "batch.final" || text == "anchor.delayed";
}

Key<Settings> flag(std::string_view path, bool WebhooksSettings::*member,
                   std::string_view meaning) {
  return {path, "true or false", meaning,
          [member](Settings& target, const Value& value) -> Status {
            const auto* found = std::get_if<bool>(&value);
            if (found == nullptr) return expected("true or false", value);
            target.webhooks.*member = *found;
            return {};
          },
          [member](const Settings& target) { return target.webhooks.*member ? "true" : "false"; }};
}

std::vector<Key<W>> make_webhook_keys() {
  return {
      text<W>(
          "name", [](auto& w) -> auto& { return w.name; }, is_name,
          "1 to 64 lower-case letters, digits, \"-\" and \"_\"",
          "Unique in the node: what was told already is kept under it."),
      text<W>(
          "issuer", [](auto& w) -> auto& { return w.issuer; }, is_word, "a DID or another URI",
          "Whose batches it is told of."),
      text<W>(
          "url", [](auto& w) -> auto& { return w.url; }, is_target,
          "an https URL without user information",
          "Where messages are sent (POST, Standard Webhooks). A key in its path or query stays out "
          "of logs and answers."),
      text<W>(
          "secret_file", [](auto& w) -> auto& { return w.secret_file; }, is_one_line, "a path",
          "File with the secret that messages are signed with, \"whsec_\" and base64 of 24 to 64 "
          "octets; a second line while it is exchanged. Only its owner may read it."),
      list<W>(
          "events", [](auto& w) -> auto& { return w.events; }, is_event,
          "a list of \"batch.final\" and \"anchor.delayed\"",
          "What it is told; \"anchor.delayed\" is followed by \"anchor.resumed\"."),
      text<W>(
          "ca_file", [](auto& w) -> auto& { return w.ca_file; }, is_path_or_empty,
          "a path, or nothing",
          "PEM file of the certificates to trust; nothing means the system's."),
  };
}

/// A table that says nothing of a key which it must have.
void add_missing(const WebhookSettings& hook, std::size_t index, std::vector<KeyFault>& faults) {
  const auto missing = [&](const std::string& value, const std::string& name,
                           const std::string& what) {
    if (value.empty()) faults.push_back({webhook_path(index, name), "expected " + what});
  };
  missing(hook.name, "name", "a name");
  missing(hook.issuer, "issuer", "the issuer whose batches it is told of");
  missing(hook.url, "url", "where messages are sent");
  missing(hook.secret_file, "secret_file", "the file with the secret to sign with");
  if (hook.events.empty()) {
    faults.push_back({webhook_path(index, "events"), "expected at least one"});
  }
}

}  // namespace

std::string webhook_path(std::size_t index, std::string_view name) {
  return "webhook[" + std::to_string(index) + "]." + std::string(name);
}

std::vector<Key<Settings>> webhooks_keys() {
  using S = Settings;
  return {
      flag("webhooks.allow_http", &WebhooksSettings::allow_http,
           "Let a webhook have an http URL: who is on the way reads and changes what is told."),
      flag("webhooks.allow_private", &WebhooksSettings::allow_private,
           "Let webhooks lead to loopback, private and unique local addresses."),
      list<S>(
          "webhooks.allowed_networks", [](auto& s) -> auto& { return s.webhooks.allowed_networks; },
          is_network_range, "a list of networks such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7",
          "Networks that webhooks may lead to besides public addresses."),
      duration<S>(
          "webhooks.timeout", [](auto& s) -> auto& { return s.webhooks.timeout; }, seconds(1),
          seconds(60), "Time in which a receiver must be reached, and again in which it answers."),
      duration<S>(
          "webhooks.delayed_after", [](auto& s) -> auto& { return s.webhooks.delayed_after; },
          seconds(1), hours(24 * 7),
          "A checkpoint that a ledger has not taken for longer is a delay that is told; more than "
          "an anchor takes to be final."),
      duration<S>(
          "webhooks.give_up_after", [](auto& s) -> auto& { return s.webhooks.give_up_after; },
          hours(1), hours(24 * 90),
          "A webhook that has failed for longer is disabled until the node starts again."),
  };
}

const std::vector<Key<WebhookSettings>>& webhook_keys() {
  static const std::vector<Key<WebhookSettings>> table = make_webhook_keys();
  return table;
}

std::vector<KeyFault> webhook_faults(const Settings& settings) {
  std::vector<KeyFault> faults;
  const std::vector<WebhookSettings>& hooks = settings.webhook;
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    add_missing(hooks[i], i, faults);
    if (!settings.webhooks.allow_http && hooks[i].url.starts_with("http://")) {
      faults.push_back({webhook_path(i, "url"), "expected https, unless webhooks.allow_http"});
    }
    std::size_t same_name = 0;
    std::size_t same_issuer = 0;
    for (std::size_t other = 0; other < i; ++other) {
      if (hooks[other].name == hooks[i].name) ++same_name;
      if (hooks[other].issuer == hooks[i].issuer) ++same_issuer;
    }
    if (same_name > 0 && !hooks[i].name.empty()) {
      faults.push_back({webhook_path(i, "name"), "expected a name that no other webhook has"});
    }
    if (same_issuer == kMaxWebhooksOfIssuer) {
      faults.push_back(
          {webhook_path(i, "issuer"),
           "expected at most " + std::to_string(kMaxWebhooksOfIssuer) + " webhooks of one issuer"});
    }
  }
  if (hooks.size() > kMaxWebhooks) {
    faults.push_back({"webhook", "expected at most " + std::to_string(kMaxWebhooks) + " tables"});
  }
  return faults;
}

}  // namespace kedge::config
