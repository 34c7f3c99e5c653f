// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/status_entries.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

void write_list(rpc::JsonWriter& json, const Services& services, const IssuerRow& issuer,
                const StatusListRow& list) {
  json.begin_object()
      .number("list", list.list)
      .number("size", list.size)
      .number("allocated", list.allocated);
  append_purposes(json, list.purposes);
  if (!services.status.base_url.empty()) {
    const ListPlace place(services.status.base_url, issuer.issuer_hash, list.list);
    json.begin_object("urls");
    if ((list.purposes & kPurposeRevocation) != 0) {
      json.string("revocation", place.bitstring(StatusPurpose::revocation));
    }
    if ((list.purposes & kPurposeSuspension) != 0) {
      json.string("suspension", place.bitstring(StatusPurpose::suspension));
    }
    json.string("token", place.token()).end_object();
  }
  json.end_object();
}

}  // namespace

Status status_lists(const Services& services, std::string_view text, const rpc::Caller& caller,
                    std::string& out) {
  rpc::Params params(text);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<IssuerRow> issuer = reader->issuer_by_name(caller.issuer);
  if (!issuer && issuer.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no such issuer", "issuer"};
  }
  if (!issuer) return issuer.error();
  const Result<std::uint64_t> credentials = reader->next_position(issuer->id);
  if (!credentials) return credentials.error();
  const Result<std::uint64_t> changes = reader->next_change(issuer->id);
  if (!changes) return changes.error();
  const auto lists = reader->status_lists(issuer->id);
  if (!lists) return lists.error();
  const Result<StatusRow> newest = reader->status_at(issuer->id, ~std::uint64_t{0});
  if (!newest && newest.error().code != Errc::not_found) return newest.error();
  const std::uint64_t sealed = newest ? newest->first_change + newest->count : 0;

  rpc::JsonWriter json(out);
  json.begin_object()
      .string("issuer", issuer->name)
      .hash("issuer_hash", issuer->issuer_hash)
      .number("changes", *changes)
      .number("unsealed_changes", *changes - sealed)
      .begin_object("register")
      .number("list", kRegister)
      .number("size", *credentials)
      .end_object()
      .begin_array("lists");
  for (const StatusListRow& list : *lists) write_list(json, services, *issuer, list);
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
