// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "node/api/services.hpp"
#include "rpc/http.hpp"
#include "rpc/method_table.hpp"

/// The handlers behind methods.cpp and routes.cpp, one file each. Params are objects of named
/// fields; an unknown field is refused. Hashes are lower-case hex, times RFC 3339.
namespace kedge::node {
class OpenrpcDocument;
}

namespace kedge::node::api {

// For issuers.

/// `{"items":[...],"wait"?,"timeout_ms"?}`, see submit_request.hpp, ->
/// `{"items":[{"digest","position","state","duplicate"}]}` in the order of the request.
void anchor_submit(const Services& services, std::string_view params, const rpc::Caller& caller,
                   rpc::Reply reply);
/// See status_request.hpp -> `{"targets":[{"digest"?,"list","index","value","changed","state"?,
/// "time"?}]}` in the order of the request: how each target stands, whether this call has changed
/// it, and, where it was ever changed, since when and whether the log has it. All or nothing;
/// revoked is for ever.
void status_set(const Services& services, std::string_view params, const rpc::Caller& caller,
                rpc::Reply reply);
/// `{"count","purposes"?,"key"}` -> `{"repeated","entries":[{"list","index","credentialStatus"?,
/// "ebsiCredentialStatus"?,"status"?}]}`: random indexes of published lists, the same ones for the
/// same key for ever, with what goes into the credentials; the last three where the node publishes
/// lists.
void status_allocate(const Services& services, std::string_view params, const rpc::Caller& caller,
                     rpc::Reply reply);
/// `{}` -> `{"issuer","issuer_hash","changes","unsealed_changes","register":{"list","size"},
/// "lists":[{"list","size","allocated","purposes","urls"?}]}`: the caller's own.
Status status_lists(const Services& services, std::string_view params, const rpc::Caller& caller,
                    std::string& out);
/// `{}` -> `{"epoch","size","sealed"}`: the newest checkpoint, and whether this call has made it.
void anchor_seal(const Services& services, std::string_view params, const rpc::Caller& caller,
                 rpc::Reply reply);

// For verifiers.

/// `{"digest","issuer"?}` -> `{"credentials":[{"issuer","position","state","profile",
/// "accepted_at","batch"?:{"first_position","count","index","log_index","root"},"epoch"?,
/// "checkpoint_size"?,"anchors":[{"ledger","state","epoch","reference","attempts","block"?,
/// "confirmations"?,"final_expected_at"?}]}]}`; the last three while it is mined and not final.
/// not_found if no issuer has the digest.
Status anchor_get(const Services& services, std::string_view params, std::string& out);
/// `{"digest","issuer"?,"position"?,"status"?}` -> `{"state","complete","bundle"}`; the bundle is
/// null while the credential is only accepted. If several issuers have the digest, the issuer is
/// needed. With `status` the bundle holds a status proof, too.
Status proof_get(const Services& services, std::string_view params, std::string& out);
/// The same, but for `status`: false then, with nothing appended.
Result<bool> proof_get_bare(const Services& services, std::string_view params, std::string& out);
/// `{"digest","issuer"?}` or `{"issuer","list","index"}`, `"at"?` (the number of an epoch, or a
/// time), `"proof"?` (true) -> `{"issuer","list","index","value","state","epoch"?,"as_of"?,
/// "pending"?:{"value","state","time"},"change"?:{"value","reason","actor","time"},"proof"?}`: the
/// value as of the newest epoch that a ledger has for good, or as of the epoch asked for. `state`:
/// how far the proof's checkpoint has come; `accepted`, without epoch and with null for a proof,
/// while the log has nothing of the credential. `pending`: a newer value that is accepted.
/// `change`: the newest accepted change, for the issuer itself and the operator.
Status status_get(const Services& services, std::string_view params, const rpc::Caller& caller,
                  std::string& out);
/// The same where it needs a few reads only; else false, with nothing appended.
Result<bool> status_get_known(const Services& services, std::string_view params,
                              const rpc::Caller& caller, std::string& out);
/// `{"bundle":{...}, one of "credential" (text, or an object taken as received), "content"
/// (base64), "digest", or none of them}` -> the verdict, on the word of this node's log key.
Status proof_verify(const Services& services, std::string_view params, std::string& out);

// For auditors.

/// `{"log_index"}` or `{"issuer","position"}` -> `{"issuer","issuer_seq","first_position","count",
/// "log_index","root","time","entry","epoch","checkpoint_size"}`.
Status batch_get(const Services& services, std::string_view params, std::string& out);
/// `{"log_index","start"?,"count"?}` -> `{"log_index","count","start","leaf_hashes":[...]}`, up to
/// 10,000 of them. Leaf hashes alone: salts and digests never leave with them.
Status batch_leaves(const Services& services, std::string_view params, std::string& out);
/// `{"epoch"?}` -> `{"epoch","size","root","time","checkpoint"}`; the newest by default.
Status log_checkpoint(const Services& services, std::string_view params, std::string& out);
/// `{"start","count"?}` -> `{"start","size","entries":["<base64>"]}`, up to 10,000 entries.
Status log_entries(const Services& services, std::string_view params, std::string& out);
/// `{"index","size"?}` -> `{"index","size","leaf_hash","path"}`; the newest checkpoint's size by
/// default.
Status log_inclusion(const Services& services, std::string_view params, std::string& out);
/// `{"old_size","new_size"?}` -> `{"old_size","new_size","path"}`.
Status log_consistency(const Services& services, std::string_view params, std::string& out);

/// `{"ledger"?,"start"?,"count"?,"records"?}` -> `{"ledger","anchors":[{"state","epoch","size",
/// "root","time","attempts":[{"reference","time"}],"record"?}],"next"}`: what this node has
/// anchored on a ledger, from epoch `start` on, in order; the ledger must be named where there are
/// several. Up to 1,000 (100 by default), with their records up to 100. `next` is where the next
/// page starts, null at the end.
Status ledger_anchors(const Services& services, std::string_view params, std::string& out);
/// `{"log_index","start"?,"count"?}` -> `{"log_index","issuer","epoch","first_change","count",
/// "changes_root","status_root","lists":[{"list","size","bits_root"}],"start",
/// "changes":[{"list","index","old","new","time"}]}`: what a status entry of the log is about, up
/// to 10,000 changes. The changes are the leaves under `changes_root`, the lists those under
/// `status_root` (node/log/README.md).
Status status_changes(const Services& services, std::string_view params, std::string& out);

/// `{"ledger"?}` -> `{"ledgers":[{"ledger","kind","condition","newest":{"state","epoch","size",
/// "root","time","attempts":[{"reference","time"}],"block"?,"confirmations"?,
/// "confirmations_wanted"?,"final_expected_at"?}}]}`: where the newest anchor stands. `condition`
/// is starting, working, troubled (passes by itself), halted (needs an operator) or stopped; why,
/// node_info says.
Status ledger_status(const Services& services, std::string_view params, std::string& out);

// For operators.

/// `{}` -> what the node is and how it does.
Status node_info(const Services& services, std::string_view params, std::string& out);
/// `{"name"?}` -> `{"path","origin","log_size","root","time","version","files","bytes",
/// "left_out":[{"setting","path"}]}`: makes a backup of the data directory in the configured
/// folder, under this name or one that says when, and answers when it is whole and was checked.
void node_backup(const Services& services, std::string_view params, const rpc::Caller& caller,
                 rpc::Reply reply);
/// `{"issuer"}` -> `{"issuer","issuer_hash","created"}`: makes an issuer, a DID or another URI, or
/// finds the one of that name.
Status issuer_add(const Services& services, std::string_view params, const rpc::Caller& caller,
                  std::string& out);
/// `{}` -> `{"issuers":[{"issuer","issuer_hash","accepted","sealed","tokens"}]}`; `tokens` counts
/// those that are good now.
Status issuer_list(const Services& services, std::string_view params, std::string& out);
/// `{"issuer","scopes":[...],"label"?,"expires"?}` -> `{"token","id","issuer","scopes","label",
/// "created","expires","revoked","state"}`: a new API token, shown this once. `expires` is a time,
/// or `never`; a year from now by default.
Status issuer_token(const Services& services, std::string_view params, const rpc::Caller& caller,
                    std::string& out);
/// `{"issuer"?}` -> `{"tokens":[{"id","issuer","scopes","label","created","expires","revoked",
/// "state"}]}`, in the order in which they were made; `state` is active, expired or revoked.
Status token_list(const Services& services, std::string_view params, std::string& out);
/// `{"id"}` -> the token as it is now: refused at once, and for ever.
Status token_revoke(const Services& services, std::string_view params, const rpc::Caller& caller,
                    std::string& out);

/// `{"issuer"?}` -> `{"webhooks":[{"name","issuer","target","events","condition","delivered",
/// "last_delivery","last_failure","failures","failing_since","next_try","ledgers":[{"ledger",
/// "told"?,"delayed"?}]}]}`: whom the configuration names to be told; no secret, and of a URL
/// nothing behind its host.
Status webhook_list(const Services& services, std::string_view params, std::string& out);

// For everybody.

/// `{}` -> the interface as OpenRPC 1.3.
Status rpc_discover(OpenrpcDocument& served, std::string_view params, std::string& out);

// Resources.

/// `/v1/proofs/<digest>[?issuer=]`: the bare bundle as JSON, CBOR or C2SP tlog-proof, by Accept.
rpc::HttpResponse get_proof(const Services& services, const rpc::HttpRequest& request);
/// `/log/checkpoint`, C2SP tlog-tiles.
rpc::HttpResponse get_checkpoint(const Services& services, const rpc::HttpRequest& request);
/// `/log/tile/<L>/<N>[.p/<W>]` and `/log/tile/entries/<N>[.p/<W>]`, C2SP tlog-tiles.
rpc::HttpResponse get_tile(const Services& services, const rpc::HttpRequest& request);
/// `/status/<issuer hash>/<list>/<purpose>[?timestamp=]` (W3C), `…/<list>/statuslist2021/<purpose>`
/// (EBSI), `…/<list>/token[?time=]` and `…/token` (IETF), `…/key`: published status lists, by
/// Accept; node/status/README.md.
rpc::HttpResponse get_status_list(const Services& services, const rpc::HttpRequest& request);
/// `/trusted-issuers-registry/v5/issuers/<did>/proxies/<proxy>/credentials/status/<list>[/<purpose>]`:
/// where EBSI's registry would have the list.
rpc::HttpResponse get_proxied_status_list(const Services& services,
                                          const rpc::HttpRequest& request);
/// `/v1/batches/<log index>/leaves[?start=&count=]`: leaf hashes of a batch, 32 octets each, up to
/// 65,536 of them.
rpc::HttpResponse get_batch_leaves(const Services& services, const rpc::HttpRequest& request);
/// `/healthz`: the process answers.
rpc::HttpResponse get_health(const Services& services, const rpc::HttpRequest& request);
/// `/readyz`: the node takes and seals credentials; 503 with the reasons if not.
rpc::HttpResponse get_readiness(const Services& services, const rpc::HttpRequest& request);

}  // namespace kedge::node::api
