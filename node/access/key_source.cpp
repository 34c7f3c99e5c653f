// SPDX-License-Identifier: Apache-2.0
#include "node/access/key_source.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <utility>

#include "rpc/http_get.hpp"

namespace kedge::node {
namespace {

constexpr std::chrono::milliseconds kFetchTimeout{10'000};

Result<std::string> read_bounded(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{Errc::unavailable, "cannot read " + path};
  std::string text(kMaxJwksBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Error{Errc::unavailable, "cannot read " + path};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxJwksBytes) {
    return invalid_argument(path + " is longer than " + std::to_string(kMaxJwksBytes) + " octets");
  }
  return text;
}

bool may_be_asked(std::string_view origin) {
  if (origin.starts_with("https://")) return true;
  for (const std::string_view local : {"http://127.0.0.1", "http://[::1]", "http://localhost"}) {
    if (!origin.starts_with(local)) continue;
    if (origin.size() == local.size() || origin[local.size()] == ':') return true;
  }
  return false;
}

}  // namespace

KeyFetch fetch_keys_from_file(std::string path) {
  return [path = std::move(path)] { return read_bounded(path); };
}

Result<KeyFetch> fetch_keys_from_url(const std::string& url, const std::string& ca_file) {
  const auto origin = rpc::url_origin(url);
  if (!origin) return invalid_argument(origin.error().message, "access.jwks_url");
  if (!may_be_asked(*origin)) {
    return invalid_argument("expected https, or http on this machine", "access.jwks_url");
  }
  auto get = rpc::HttpGet::create({.origins = {*origin},
                                   .timeout = kFetchTimeout,
                                   .max_bytes = kMaxJwksBytes,
                                   .ca_file = ca_file});
  if (!get) return std::move(get).error();
  const auto shared = std::make_shared<const rpc::HttpGet>(*std::move(get));
  return KeyFetch([shared, url]() -> Result<std::string> {
    auto response = shared->get(url, "application/jwk-set+json, application/json");
    if (!response) return std::move(response).error();
    return std::move(response->body);
  });
}

KeySource::KeySource(KeyFetch fetch, KeySourceOptions options)
    : fetch_(std::move(fetch)),
      options_(std::move(options)),
      keys_(std::make_shared<const Keys>()) {}

KeySource::~KeySource() {
  stop();
}

Status KeySource::start() {
  if (Status fetched = fetch_once(); !fetched) return fetched;
  start_later();
  return {};
}

void KeySource::start_later() {
  const std::lock_guard lock(mutex_);
  thread_ = std::thread([this] { run(); });
}

Result<const KeySource::Keys*> KeySource::keys() const {
  const Keys& keys = keys_.read();
  if (keys.generation == 0) {
    return Error{Errc::unavailable, "the keys of the authorisation server are not known yet"};
  }
  if (Clock::now() - keys.fetched > options_.max_age) {
    return Error{Errc::unavailable, "the keys of the authorisation server are too old"};
  }
  return &keys;
}

void KeySource::want_newer() const {
  const std::lock_guard lock(mutex_);
  if (wanted_ || Clock::now() - last_try_ < options_.least_gap) return;
  wanted_ = true;
  changed_.notify_one();
}

void KeySource::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void KeySource::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto due = last_try_ + options_.refresh;
    const bool first = last_try_ == Clock::time_point{};
    if (!first && !wanted_ && Clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    lock.unlock();
    const Status fetched = fetch_once();
    note(fetched);
    lock.lock();
  }
}

Status KeySource::fetch_once() {
  {
    const std::lock_guard lock(mutex_);
    last_try_ = Clock::now();
    wanted_ = false;
  }
  try {
    auto text = fetch_();
    if (!text) return std::move(text).error();
    auto next = std::make_shared<Keys>();
    next->fetched = Clock::now();
    const Keys& now = keys_.read();
    if (now.generation != 0 && *text == last_text_) {
      // The same keys: what was verified with them stays verified.
      next->set = now.set;
      next->generation = now.generation;
    } else {
      auto set = KeySet::parse(*text);
      if (!set) return std::move(set).error();
      next->set = *std::move(set);
      next->generation = now.generation + 1;
      last_text_ = *std::move(text);
    }
    keys_.publish(std::move(next));
    return {};
  } catch (const std::exception& fault) {
    return Error{Errc::internal, fault.what()};
  }
}

void KeySource::note(const Status& fetched) {
  const std::string trouble = fetched ? std::string() : fetched.error().message;
  if (trouble == last_trouble_) return;
  last_trouble_ = trouble;
  if (!fetched && options_.trouble) options_.trouble(fetched.error());
}

}  // namespace kedge::node
