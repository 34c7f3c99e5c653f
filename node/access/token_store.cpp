// SPDX-License-Identifier: Apache-2.0
#include "node/access/token_store.hpp"

#include <algorithm>
#include <cstring>

#include "crypto/hex.hpp"
#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "rpc/json_text.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kActorStart = "token:";

Status check_request(const TokenRequest& request, std::uint64_t now_ms) {
  if (Status name = check_issuer_uri(request.issuer); !name) return name;
  if (request.scopes == 0 || (request.scopes & ~kAllScopes) != 0) {
    return invalid_argument("expected at least one scope", "scopes");
  }
  if (request.label.size() > kMaxTokenLabel || !rpc::is_utf8(request.label)) {
    return invalid_argument("expected at most " + std::to_string(kMaxTokenLabel) + " octets",
                            "label");
  }
  if (request.expires_ms && *request.expires_ms <= now_ms) {
    return invalid_argument("expected a time that is still to come", "expires");
  }
  return {};
}

}  // namespace

std::size_t TokenStore::HashKey::operator()(const Hash& hash) const noexcept {
  std::size_t key = 0;
  std::memcpy(&key, hash.data(), sizeof key);
  return key;
}

TokenStore::TokenStore(ChainFile file, Table table, std::vector<Hash> order)
    : file_(std::move(file)),
      order_(std::move(order)),
      table_(std::make_shared<const Table>(std::move(table))) {}

Status TokenStore::replay(std::string_view body, Table& table, std::vector<Hash>& order) {
  auto line = parse_token_line(body);
  if (!line) return std::move(line).error();
  if (auto* row = std::get_if<TokenRow>(&*line)) {
    const Hash hash = row->hash;
    const bool is_new =
        table.emplace(hash, std::make_shared<const TokenRow>(std::move(*row))).second;
    if (!is_new) return invalid_argument("the token is there already");
    if (table.size() > kMaxTokens) return invalid_argument("there are too many tokens");
    order.push_back(hash);
    return {};
  }
  const auto& revoked = std::get<TokenRevocation>(*line);
  const auto known = table.find(revoked.hash);
  if (known == table.end()) return invalid_argument("it revokes a token that is not there");
  if (known->second->revoked_ms) return invalid_argument("the token was revoked already");
  TokenRow row = *known->second;
  row.revoked_ms = revoked.time_ms;
  known->second = std::make_shared<const TokenRow>(std::move(row));
  return {};
}

Result<std::unique_ptr<TokenStore>> TokenStore::open(const std::filesystem::path& file) {
  Table table;
  std::vector<Hash> order;
  auto opened =
      ChainFile::open(file, token_format(), [&](std::string_view body, std::uint64_t, const Hash&) {
        return replay(body, table, order);
      });
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<TokenStore>(
      new TokenStore(*std::move(opened), std::move(table), std::move(order)));
}

Result<IssuedToken> TokenStore::issue(const TokenRequest& request, std::uint64_t now_ms) {
  if (const Status good = check_request(request, now_ms); !good) return good.error();
  IssuedToken issued;
  issued.text = make_token();
  issued.row = {.hash = token_hash(issued.text),
                .issuer = request.issuer,
                .scopes = request.scopes,
                .label = request.label,
                .created_ms = now_ms,
                .expires_ms = request.expires_ms};
  const std::lock_guard lock(mutex_);
  if (order_.size() >= kMaxTokens) {
    return Error{Errc::too_busy,
                 "the node has given out all its tokens (" + std::to_string(kMaxTokens) + ")"};
  }
  const std::string line = format_token_line(issued.row);
  if (const Status written = file_.append({&line, 1}); !written) return written.error();
  auto table = std::make_shared<Table>(*table_.share());
  table->emplace(issued.row.hash, std::make_shared<const TokenRow>(issued.row));
  order_.push_back(issued.row.hash);
  table_.publish(std::move(table));
  return issued;
}

Result<TokenRow> TokenStore::revoke(std::string_view id, std::uint64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(order_.begin(), order_.end(),
                                  [&](const Hash& hash) { return token_id(hash) == id; });
  if (found == order_.end()) return Error{Errc::not_found, "there is no such token", "id"};
  const std::shared_ptr<const Table> before = table_.share();
  TokenRow row = *before->at(*found);
  if (row.revoked_ms && !unwritten_.contains(row.hash)) return row;
  if (!row.revoked_ms) {
    // Whatever becomes of the file, it is refused from now on.
    row.revoked_ms = now_ms;
    unwritten_.insert(row.hash);
    auto table = std::make_shared<Table>(*before);
    table->at(*found) = std::make_shared<const TokenRow>(row);
    table_.publish(std::move(table));
  }
  const std::string line = format_token_line(TokenRevocation{row.hash, *row.revoked_ms});
  if (const Status written = file_.append({&line, 1}); !written) return written.error();
  unwritten_.erase(row.hash);
  return row;
}

std::vector<TokenRow> TokenStore::list(std::string_view issuer) const {
  const std::lock_guard lock(mutex_);
  const std::shared_ptr<const Table> table = table_.share();
  std::vector<TokenRow> rows;
  for (const Hash& hash : order_) {
    const TokenRow& row = *table->at(hash);
    if (issuer.empty() || row.issuer == issuer) rows.push_back(row);
  }
  return rows;
}

Result<rpc::Caller> TokenStore::check(std::string_view text, std::uint64_t now_ms) const {
  if (text.size() != kTokenSize) return Error{Errc::unauthorized, "no token of this form"};
  const Hash hash = token_hash(text);
  const Table& table = table_.read();
  const auto found = table.find(hash);
  if (found == table.end() || !equal_constant_time(found->first, hash)) {
    return Error{Errc::unauthorized, is_token(text) ? "unknown token" : "no token of this form"};
  }
  const TokenRow& row = *found->second;
  if (row.revoked_ms) return Error{Errc::unauthorized, "revoked token " + token_id(hash)};
  if (row.expires_ms && now_ms >= *row.expires_ms) {
    return Error{Errc::unauthorized, "expired token " + token_id(hash)};
  }
  std::string actor;
  actor.reserve(kActorStart.size() + 2 * kTokenIdSize);
  actor += kActorStart;
  crypto::append_hex(actor, ByteView(hash).first(kTokenIdSize));
  return make_caller(row.scopes, row.issuer, std::move(actor));
}

}  // namespace kedge::node
