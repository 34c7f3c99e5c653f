// SPDX-License-Identifier: Apache-2.0
#include "node/api/rest_table.hpp"

#include <array>

namespace kedge::node {
namespace {

constexpr std::array<std::string_view, 2> kByList = {"list", "index"};
constexpr std::array<std::string_view, 1> kByDigest = {"digest"};
constexpr std::array<std::string_view, 2> kByPosition = {"issuer", "position"};
constexpr std::array<std::string_view, 1> kByIndex = {"log_index"};
constexpr std::array<std::string_view, 2> kOfABundle = {"position", "status"};
constexpr std::array<std::string_view, 1> kEpoch = {"epoch"};
constexpr std::array<std::string_view, 1> kLedger = {"ledger"};

constexpr RestRow kRows[] = {
    {"POST", "/v1/anchors", "anchor_submit"},
    {"GET", "/v1/anchors/{digest}", "anchor_get", Keep::checked},
    {"POST", "/v1/seal", "anchor_seal"},
    {.http_method = "GET",
     .path = "/v1/proofs/{digest}",
     .method = "proof_get",
     .keep = Keep::checked,
     .without = kOfABundle,
     .negotiated = true},
    {"POST", "/v1/proofs/verify", "proof_verify"},
    {"POST", "/v1/status", "status_set"},
    {"POST", "/v1/status/allocations", "status_allocate"},
    {"GET", "/v1/status/lists", "status_lists"},
    {"GET", "/v1/status/lists/{list}/{index}", "status_get", Keep::checked, {}, kByDigest},
    {"GET", "/v1/status/{digest}", "status_get", Keep::checked, {}, kByList},
    {"GET",
     "/v1/status/changes/{log_index}",
     "status_changes",
     Keep::for_ever,
     {},
     {},
     "changes",
     "count"},
    {"GET", "/v1/batches", "batch_get", Keep::for_ever, {}, kByIndex},
    {"GET", "/v1/batches/{log_index}", "batch_get", Keep::for_ever, {}, kByPosition},
    {.http_method = "GET",
     .path = "/v1/batches/{log_index}/leaves",
     .method = "batch_leaves",
     .keep = Keep::for_ever,
     .items = "leaf_hashes",
     .total = "count",
     .negotiated = true},
    {"GET", "/v1/checkpoints/latest", "log_checkpoint", Keep::briefly, {}, kEpoch},
    {"GET", "/v1/checkpoints/{epoch}", "log_checkpoint", Keep::for_ever},
    {"GET", "/v1/log/entries", "log_entries", Keep::briefly, {}, {}, "entries", "size"},
    {"GET", "/v1/log/inclusion", "log_inclusion", Keep::briefly},
    {"GET", "/v1/log/consistency", "log_consistency", Keep::briefly},
    {"GET", "/v1/ledgers", "ledger_status", Keep::briefly, {}, kLedger},
    {"GET", "/v1/ledgers/{ledger}", "ledger_status", Keep::briefly},
    {"GET", "/v1/ledgers/{ledger}/anchors", "ledger_anchors", Keep::briefly, {}, {}, "anchors"},
    {"GET", "/v1/node", "node_info"},
    {"POST", "/v1/node/backups", "node_backup"},
    {"GET", "/v1/issuers", "issuer_list"},
    {"POST", "/v1/issuers", "issuer_add"},
    {"GET", "/v1/tokens", "token_list"},
    {"POST", "/v1/tokens", "issuer_token"},
    {"POST", "/v1/tokens/revocations", "token_revoke"},
    {"GET", "/v1/webhooks", "webhook_list"},
    {"GET", "/openrpc.json", "rpc.discover", Keep::briefly},
};

constexpr std::string_view kText = "text/plain";
constexpr std::string_view kOctets = "application/octet-stream";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kLists =
    "application/vc, application/ld+json, application/json, "
    "application/vc+jwt";
constexpr std::string_view kTokens = "application/statuslist+jwt, application/statuslist+cwt";
constexpr std::string_view kEbsi =
    "/trusted-issuers-registry/v5/issuers/{did}/proxies/{proxy}/credentials/status/{list}";

constexpr ResourceRow kResources[] = {
    {"/log/checkpoint", "/log/checkpoint", "The newest checkpoint (C2SP tlog-tiles)", kText},
    {"/log/tile/", "/log/tile/{level}/{index}",
     "Hashes of the log (C2SP tlog-tiles); the index in groups of three digits, x001/234, and "
     "`.p/<width>` behind a partial tile",
     kOctets},
    {"/log/tile/", "/log/tile/entries/{index}", "Entries of the log (C2SP tlog-tiles)", kOctets},
    {"/status/", "/status/{issuer_hash}/{list}/{purpose}",
     "A published list (W3C Bitstring Status List v1.0)", kLists, "timestamp"},
    {"/status/", "/status/{issuer_hash}/{list}/statuslist2021/{purpose}",
     "A published list (StatusList2021, as EBSI wants it)", "text/plain, application/jwt"},
    {"/status/", "/status/{issuer_hash}/{list}/token", "A published list (IETF Token Status List)",
     kTokens, "time"},
    {"/status/", "/status/{issuer_hash}/token",
     "All published lists of an issuer (IETF Token Status List, aggregation)", kJson},
    {"/status/", "/status/{issuer_hash}/key", "The key that signs an issuer's lists", kJson},
    {"/trusted-issuers-registry/v5/issuers/", kEbsi,
     "A published list where EBSI's registry would have it", "text/plain, application/jwt"},
    {{},
     "/v1/events",
     "What happens, as server-sent events: the topics of `subscribe`",
     "text/event-stream",
     "topics, digest"},
    {"/healthz", "/healthz", "The process answers", kJson},
    {"/readyz", "/readyz", "The node takes and seals credentials; 503 with the reasons if not",
     kJson},
    {{},
     "/metrics",
     "What a Prometheus reads; at the operators' own address, if they have one, without a token",
     kText,
     {},
     "admin"},
    {"/openapi.json", "/openapi.json", "This interface as OpenAPI 3.1", kJson},
    {"/docs", "/docs", "This interface as a page for people", "text/html"},
};

}  // namespace

std::span<const RestRow> rest_table() {
  return kRows;
}

std::span<const ResourceRow> resource_table() {
  return kResources;
}

}  // namespace kedge::node
