// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest_profile.hpp"
#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

/// The one leaf at this position with its time.
Result<StoredLeaf> read_leaf(const StoreReader& reader, const Location& where, LeafEntry& entry) {
  std::optional<StoredLeaf> found;
  Status decoded;
  const Error enough{Errc::internal, "enough"};
  const Status visited =
      reader.visit_leaves(where.issuer, where.position, [&](const StoredLeaf& leaf) -> Status {
        found = leaf;
        Result<LeafEntry> leaf_entry = decode_leaf(leaf.entry);
        if (leaf_entry) {
          entry = *leaf_entry;
        } else {
          decoded = Error{Errc::corrupt, leaf_entry.error().message};
        }
        return enough;
      });
  if (!found && !visited) return visited.error();
  if (!decoded) return decoded.error();
  if (!found || found->position != where.position) {
    return Error{Errc::corrupt, "a located credential has no leaf"};
  }
  return *found;
}

/// Where the anchor is, while it is on its way.
void write_confirmations(rpc::JsonWriter& json, const Services& services, const AnchorRow& anchor) {
  if (anchor.state != AnchorState::mined) return;
  for (const LedgerService& ledger : services.ledgers) {
    if (ledger.name != anchor.ledger || ledger.anchorer == nullptr) continue;
    const auto seen = ledger.anchorer->status().confirmations;
    if (!seen) continue;
    json.number("block", seen->block).number("confirmations", seen->have);
    if (seen->final_at_ms != 0) json.time("final_expected_at", seen->final_at_ms);
  }
}

/// What has become of the checkpoint on each ledger that has taken it.
Status write_anchors(rpc::JsonWriter& json, const Services& services, const StoreReader& reader,
                     std::uint64_t epoch) {
  const Result<std::vector<std::string>> ledgers = reader.anchor_ledgers();
  if (!ledgers) return ledgers.error();
  for (const std::string& ledger : *ledgers) {
    const Result<AnchorRow> anchor = reader.anchor_covering(ledger, epoch);
    if (!anchor && anchor.error().code == Errc::not_found) continue;
    if (!anchor) return anchor.error();
    json.begin_object()
        .string("ledger", ledger)
        .string("state", anchor_state_name(anchor->state))
        .number("epoch", anchor->epoch);
    if (!anchor->attempts.empty()) {
      json.string("reference", anchor->attempts.back().reference)
          .number("attempts", anchor->attempts.size());
    }
    write_confirmations(json, services, *anchor);
    json.end_object();
  }
  return {};
}

Status write_credential(rpc::JsonWriter& json, const Services& services, const StoreReader& reader,
                        const Location& where) {
  const Result<IssuerRow> issuer = reader.issuer(where.issuer);
  if (!issuer) return issuer.error();
  LeafEntry entry;
  const Result<StoredLeaf> leaf = read_leaf(reader, where, entry);
  if (!leaf) return leaf.error();
  const Result<CredentialState> state = credential_state(reader, where);
  if (!state) return state.error();
  json.begin_object()
      .string("issuer", issuer->name)
      .number("position", where.position)
      .string("state", state_name(*state))
      .string("profile", crypto::profile_name(entry.profile))
      .time("accepted_at", leaf->time_ms);
  if (*state == CredentialState::accepted) {
    json.begin_array("anchors").end_array().end_object();
    return {};
  }
  const Result<BatchRow> batch = reader.batch_of(where.issuer, where.position);
  if (!batch) return batch.error();
  const Result<CheckpointRow> checkpoint = reader.checkpoint_covering(batch->log_index);
  if (!checkpoint) return checkpoint.error();
  json.begin_object("batch")
      .number("first_position", batch->first_position)
      .number("count", batch->count)
      .number("index", where.position - batch->first_position)
      .number("log_index", batch->log_index)
      .hash("root", batch->root)
      .end_object()
      .number("epoch", checkpoint->epoch)
      .number("checkpoint_size", checkpoint->size)
      .begin_array("anchors");
  if (Status status = write_anchors(json, services, reader, checkpoint->epoch); !status)
    return status;
  json.end_array().end_object();
  return {};
}

}  // namespace

Status anchor_get(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const Hash digest = params.hash("digest");
  const auto issuer = params.optional_string("issuer", kMaxIssuerName);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<std::vector<Location>> found = find_all(*reader, digest, issuer);
  if (!found) return found.error();
  rpc::JsonWriter json(out);
  json.begin_object().begin_array("credentials");
  for (const Location& where : *found) {
    if (Status status = write_credential(json, services, *reader, where); !status) return status;
  }
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
