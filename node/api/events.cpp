// SPDX-License-Identifier: Apache-2.0
#include "node/api/events.hpp"

#include <algorithm>
#include <utility>

#include "crypto/hex.hpp"
#include "node/api/lookup.hpp"
#include "node/proof/credential_state.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node {
namespace {

constexpr const char* kCheckpoint = "checkpoint";
constexpr const char* kAnchor = "anchor";
constexpr const char* kDigest = "digest";

std::string checkpoint_text(const CheckpointRow& checkpoint) {
  std::string text;
  rpc::JsonWriter(text)
      .begin_object()
      .number("epoch", checkpoint.epoch)
      .number("size", checkpoint.size)
      .hash("root", checkpoint.root)
      .time("time", checkpoint.time_ms)
      .string("checkpoint", checkpoint.note)
      .end_object();
  return text;
}

std::string anchor_text(const AnchorRow& anchor) {
  std::string text;
  rpc::JsonWriter json(text);
  json.begin_object()
      .string("ledger", anchor.ledger)
      .string("state", api::anchor_state_name(anchor.state))
      .number("epoch", anchor.epoch)
      .number("size", anchor.size)
      .hash("root", anchor.root)
      .time("time", anchor.time_ms);
  if (!anchor.attempts.empty()) json.string("reference", anchor.attempts.back().reference);
  json.end_object();
  return text;
}

/// How far the credentials of this digest have come; nothing where the store cannot say.
Result<std::string> digest_text(const StoreReader& reader, const std::string& digest) {
  const Result<Hash> hash = crypto::hash_from_hex(digest);
  if (!hash) return hash.error();
  auto found = api::find_all(reader, *hash, std::nullopt);
  if (!found && found.error().code != Errc::not_found) return found.error();
  std::string text;
  rpc::JsonWriter json(text);
  json.begin_object().string("digest", digest).begin_array("credentials");
  const std::vector<Location> places = found ? *std::move(found) : std::vector<Location>();
  for (const Location& where : places) {
    const Result<IssuerRow> issuer = reader.issuer(where.issuer);
    if (!issuer) return issuer.error();
    const Result<CredentialState> state = credential_state(reader, where);
    if (!state) return state.error();
    json.begin_object()
        .string("issuer", issuer->name)
        .number("position", where.position)
        .string("state", state_name(*state))
        .end_object();
  }
  json.end_array().end_object();
  return text;
}

}  // namespace

NodeEvents::NodeEvents(rpc::Hub& hub, const Store& store) : hub_(hub), store_(store) {
  rpc::TopicKind checkpoint;
  checkpoint.name = kCheckpoint;
  checkpoint.since = [this](std::uint64_t epoch) { return checkpoints_since(epoch); };
  hub.add(std::move(checkpoint));
  rpc::TopicKind anchor;
  anchor.name = kAnchor;
  hub.add(std::move(anchor));
  rpc::TopicKind digest;
  digest.name = kDigest;
  digest.key = "digest";
  digest.opened = [this](const std::string& key) { return watch(key); };
  digest.closed = [this](const std::string& key) { unwatch(key); };
  hub.add(std::move(digest));
  thread_ = std::thread([this] { run(); });
}

NodeEvents::~NodeEvents() {
  stop();
}

void NodeEvents::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void NodeEvents::sealed(const CheckpointRow& checkpoint) {
  hub_.publish(kCheckpoint, {}, checkpoint_text(checkpoint), checkpoint.epoch);
  wake();
}

void NodeEvents::anchored(const AnchorRow& anchor) {
  hub_.publish(kAnchor, {}, anchor_text(anchor));
  wake();
}

void NodeEvents::wake() {
  {
    const std::lock_guard lock(mutex_);
    look_at_all_ = true;
  }
  changed_.notify_all();
}

Status NodeEvents::watch(const std::string& digest) {
  if (!crypto::hash_from_hex(digest)) {
    return invalid_argument("expected 64 lower-case hex characters", kDigest);
  }
  {
    const std::lock_guard lock(mutex_);
    if (!watches_.contains(digest) && watches_.size() >= kMaxWatched) {
      return Error{Errc::too_busy, "too many digests are watched; retry later"};
    }
    ++watches_[digest].subscribers;
    asked_.insert(digest);
  }
  changed_.notify_all();
  return {};
}

void NodeEvents::unwatch(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto found = watches_.find(digest);
  if (found != watches_.end() && --found->second.subscribers == 0) watches_.erase(found);
}

std::size_t NodeEvents::watched() const {
  const std::lock_guard lock(mutex_);
  return watches_.size();
}

std::vector<rpc::SharedEvent> NodeEvents::checkpoints_since(std::uint64_t epoch) const {
  std::vector<rpc::SharedEvent> events;
  const auto reader = store_.snapshot();
  const auto newest = reader->latest_checkpoint();
  if (!newest || newest->epoch <= epoch) return events;
  const std::uint64_t missed = std::min(newest->epoch - epoch, kMaxMissed);
  for (std::uint64_t next = newest->epoch - missed + 1; next <= newest->epoch; ++next) {
    const auto row = reader->checkpoint(next);
    if (!row) continue;
    events.push_back(std::make_shared<const rpc::Event>(
        rpc::Event{kCheckpoint, checkpoint_text(*row), row->epoch}));
  }
  return events;
}

void NodeEvents::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait(lock, [this] { return stopping_ || look_at_all_ || !asked_.empty(); });
    if (stopping_) return;
    const std::set<std::string> asked = std::exchange(asked_, {});
    std::vector<std::string> digests(asked.begin(), asked.end());
    if (std::exchange(look_at_all_, false)) {
      for (const auto& [digest, watch] : watches_) {
        if (!asked.contains(digest)) digests.push_back(digest);
      }
    }
    lock.unlock();
    if (!digests.empty()) {
      const auto reader = store_.snapshot();
      for (const std::string& digest : digests) look(*reader, digest, asked.contains(digest));
    }
    lock.lock();
  }
}

void NodeEvents::look(const StoreReader& reader, const std::string& digest, bool asked) {
  // A store that fails is told of by those who cannot do without it.
  auto text = digest_text(reader, digest);
  if (!text) return;
  {
    const std::lock_guard lock(mutex_);
    const auto found = watches_.find(digest);
    if (found == watches_.end() || (!asked && found->second.told == *text)) return;
    found->second.told = *text;
  }
  hub_.publish(kDigest, digest, *std::move(text));
}

}  // namespace kedge::node
