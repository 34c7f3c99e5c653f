// SPDX-License-Identifier: Apache-2.0
#include "node/audit/tile_log.hpp"

#include <algorithm>
#include <cstring>

#include <nlohmann/json.hpp>

#include "crypto/checkpoint.hpp"
#include "crypto/json.hpp"
#include "node/log/entry_bundle.hpp"
#include "node/log/tile_path.hpp"

namespace kedge::node {
namespace {

constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;

Error wrong_answer(const std::string& path, const std::string& what) {
  return {Errc::unavailable, "the node's answer to " + path + ": " + what};
}

}  // namespace

TileLog::TileLog(std::vector<rpc::Client> clients) : clients_(std::move(clients)) {
  for (rpc::Client& client : clients_) idle_.push_back(&client);
}

template <class Use>
auto TileLog::with_client(Use use) {
  std::unique_lock lock(mutex_);
  given_back_.wait(lock, [this] { return !idle_.empty(); });
  rpc::Client* client = idle_.back();
  idle_.pop_back();
  lock.unlock();
  auto answer = use(*client);
  lock.lock();
  idle_.push_back(client);
  given_back_.notify_one();
  return answer;
}

Result<std::string> TileLog::get(const std::string& path) {
  auto response = with_client([&](rpc::Client& client) { return client.get(path); });
  if (!response) return response.error();
  if (response->status == kNotFound) return Error{Errc::not_found, "the node has no " + path};
  if (response->status == kOk) return std::move(response->body);
  return wrong_answer(path, "HTTP status " + std::to_string(response->status));
}

Result<std::string> TileLog::checkpoint() {
  auto note = get("/log/checkpoint");
  if (!note) return note;
  // Whether it is signed is for others to say.
  const auto parsed = crypto::parse_note(*note);
  const auto checkpoint =
      parsed ? crypto::parse_checkpoint(parsed->text) : Result<crypto::Checkpoint>(parsed.error());
  size_ = checkpoint ? checkpoint->size : 0;
  return note;
}

Result<std::vector<Bytes>> TileLog::entries(std::uint64_t first, std::uint64_t count) {
  TilePath path{.kind = TileKind::entries, .index = first / kTileWidth};
  path.width = tile_width(0, path.index, size_);
  const std::uint64_t skipped = first % kTileWidth;
  if (path.width <= skipped) return invalid_argument("the log ends before that", "first");
  auto body = get("/log/" + format_tile_path(path));
  if (!body && body.error().code == Errc::not_found && path.width < kTileWidth) {
    // Once the bundle is full, what it was before may be gone.
    path.width = kTileWidth;
    body = get("/log/" + format_tile_path(path));
  }
  if (!body) return body.error();
  auto bundle = decode_entry_bundle(as_bytes(*body), path.width);
  if (!bundle) return wrong_answer(format_tile_path(path), bundle.error().message);
  const std::uint64_t end = std::min<std::uint64_t>(bundle->size(), skipped + count);
  bundle->resize(end);
  bundle->erase(bundle->begin(), bundle->begin() + static_cast<std::ptrdiff_t>(skipped));
  return bundle;
}

Result<std::string> TileLog::epoch_checkpoint(std::uint64_t epoch) {
  const auto result = with_client([&](rpc::Client& client) {
    return client.call("log_checkpoint", "{\"epoch\":" + std::to_string(epoch) + "}");
  });
  if (!result) return result.error();
  const auto json = crypto::parse_json(*result);
  if (!json || !json->is_object()) return wrong_answer("log_checkpoint", "expected an object");
  const auto note = json->find("checkpoint");
  if (note == json->end() || !note->is_string()) {
    return wrong_answer("log_checkpoint", "expected a checkpoint");
  }
  return note->get<std::string>();
}

Result<std::vector<Hash>> TileLog::leaf_hashes(std::uint64_t log_index, std::uint64_t start,
                                               std::uint64_t count) {
  const std::string path = "/v1/batches/" + std::to_string(log_index) +
                           "/leaves?start=" + std::to_string(start) +
                           "&count=" + std::to_string(count);
  const auto body = get(path);
  if (!body) return body.error();
  if (body->size() % sizeof(Hash) != 0) return wrong_answer(path, "expected whole hashes");
  std::vector<Hash> out(body->size() / sizeof(Hash));
  if (!out.empty()) std::memcpy(out.data(), body->data(), body->size());
  return out;
}

}  // namespace kedge::node
