// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/lookup.hpp"
#include "node/proof/bundle_json.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kCompleteHead = R"({"state":"final","complete":true,"bundle":)";

struct ProofQuery {
  Hash digest{};
  std::optional<std::string> issuer;
  std::optional<std::uint64_t> position;
  bool status = false;
};

Result<ProofQuery> parse(std::string_view text) {
  rpc::Params params(text);
  ProofQuery query;
  query.digest = params.hash("digest");
  query.issuer = params.optional_string("issuer", kMaxIssuerName);
  query.position = params.optional_integer("position", 0, ~std::uint64_t{0});
  query.status = params.optional_boolean("status").value_or(false);
  if (Status status = params.finish(); !status) return status.error();
  return query;
}

/// Puts the status of the credential into a bundle, as of the newest epoch that a ledger has.
Status add_status(const Services& services, const StoreReader& reader, const Location& where,
                  Bundle& bundle) {
  const StatusProver& prover = services.prover.status();
  const StatusTarget target{kRegister, where.position};
  const Result<std::uint64_t> epoch = prover.choose_epoch(reader, where.issuer, target);
  if (!epoch) return epoch.error();
  const auto answer = prover.prove(reader, where.issuer, target, *epoch, &bundle.status);
  return answer ? Status() : Status(answer.error());
}

Status append_proof(const Services& services, const Location& where, bool with_status,
                    std::string& out) {
  // What may still change is read from one moment, which is after that of the location.
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  Result<Proof> proof = services.prover.prove(*reader, where);
  if (!proof) return proof.error();
  if (with_status && proof->bundle) {
    if (Status added = add_status(services, *reader, where, *proof->bundle); !added) return added;
  }
  out.append(R"({"state":")").append(state_name(proof->state)).append(R"(","complete":)");
  out.append(proof->complete() ? "true" : "false").append(R"(,"bundle":)");
  if (proof->bundle) {
    append_bundle_json(out, *proof->bundle);
  } else {
    out.append("null");
  }
  out.append("}");
  return {};
}

}  // namespace

Result<bool> proof_get_bare(const Services& services, std::string_view text, std::string& out) {
  const Result<ProofQuery> query = parse(text);
  if (!query) return query.error();
  if (query->status) return false;
  const std::unique_ptr<StoreReader> latest = services.store.latest();
  const Result<Location> where = find_one(*latest, query->digest, query->issuer, query->position);
  if (!where) return where.error();
  out.append(kCompleteHead);
  const Result<bool> appended = services.prover.append_complete(*latest, *where, out);
  if (!appended) return appended.error();
  if (*appended) {
    out.append("}");
    return true;
  }
  out.resize(out.size() - kCompleteHead.size());
  const Status done = append_proof(services, *where, false, out);
  return done ? Result<bool>(true) : done.error();
}

Status proof_get(const Services& services, std::string_view text, std::string& out) {
  const Result<bool> bare = proof_get_bare(services, text, out);
  if (!bare) return bare.error();
  if (*bare) return {};
  const Result<ProofQuery> query = parse(text);
  if (!query) return query.error();
  const std::unique_ptr<StoreReader> latest = services.store.latest();
  const Result<Location> where = find_one(*latest, query->digest, query->issuer, query->position);
  if (!where) return where.error();
  return append_proof(services, *where, true, out);
}

}  // namespace kedge::node::api
