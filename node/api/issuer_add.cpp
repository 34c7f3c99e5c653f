// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <memory>

#include "crypto/sha256.hpp"
#include "node/access/scopes.hpp"
#include "node/api/handlers.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

/// Holds its worker until the sequencer has answered: an operator's call, and a rare one.
Result<IssuerId> add(Writes& writes, const Writer& writer, const std::string& name) {
  const auto made = std::make_shared<std::promise<Result<IssuerId>>>();
  auto answer = made->get_future();
  writes.add_issuer(writer, name, [made](Result<IssuerId> id) { made->set_value(std::move(id)); });
  return answer.get();
}

}  // namespace

Status issuer_add(const Services& services, std::string_view text, const rpc::Caller& caller,
                  std::string& out) {
  rpc::Params params(text);
  const std::string name = params.string("issuer", kMaxIssuerOctets);
  if (Status status = params.finish(); !status) return status;
  if (Status good = check_issuer_uri(name); !good) return good;

  const Result<IssuerRow> before = services.store.snapshot()->issuer_by_name(name);
  if (!before && before.error().code != Errc::not_found) return before.error();
  const Result<IssuerId> id = add(services.writes, writer_of(caller), name);
  if (!id) return id.error();
  // Also where the issuer was there: a crash may have come between the two.
  if (services.access.issuer_made) {
    if (Status made = services.access.issuer_made(name); !made) return made;
  }
  rpc::JsonWriter(out)
      .begin_object()
      .string("issuer", name)
      .hash("issuer_hash", crypto::sha256(as_bytes(name)))
      .boolean("created", !before)
      .end_object();
  return {};
}

}  // namespace kedge::node::api
