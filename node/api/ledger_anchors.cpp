// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "node/api/anchor_json.hpp"
#include "node/api/handlers.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::uint64_t kMaxPage = 1000;
/// Records of EVM ledgers have some tens of KiB each.
constexpr std::uint64_t kMaxPageOfRecords = 100;

void write_row(rpc::JsonWriter& json, const AnchorRow& anchor, bool records) {
  json.begin_object();
  write_anchor_members(json, anchor);
  if (records && anchor.record.empty()) json.null("record");
  if (records && !anchor.record.empty()) json.raw("record", anchor.record);
  json.end_object();
}

/// The one that is named, or the only one.
Result<std::string> choose(const Services& services, const std::optional<std::string>& wanted) {
  if (!wanted && services.ledgers.size() == 1) return services.ledgers.front().name;
  if (!wanted) return invalid_argument("expected the name of one of the node's ledgers", "ledger");
  const bool known = std::ranges::any_of(
      services.ledgers, [&](const LedgerService& ledger) { return ledger.name == *wanted; });
  if (known) return *wanted;
  return Error{Errc::not_found, "this node has no ledger of this name", "ledger"};
}

}  // namespace

Status ledger_anchors(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const auto wanted = params.optional_string("ledger", kMaxLedgerName);
  const std::uint64_t first = params.optional_integer("start", 0, ~std::uint64_t{0}).value_or(0);
  const bool records = params.optional_boolean("records").value_or(false);
  const std::uint64_t most = records ? kMaxPageOfRecords : kMaxPage;
  std::uint64_t left = params.optional_integer("count", 1, most).value_or(kMaxPageOfRecords);
  if (Status status = params.finish(); !status) return status;
  const Result<std::string> ledger = choose(services, wanted);
  if (!ledger) return ledger.error();

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  rpc::JsonWriter json(out);
  json.begin_object().string("ledger", *ledger).begin_array("anchors");
  std::optional<std::uint64_t> next = first;
  while (next) {
    const Result<AnchorRow> anchor = reader->anchor_covering(*ledger, *next);
    if (!anchor && anchor.error().code != Errc::not_found) return anchor.error();
    if (!anchor) {
      next.reset();
    } else if (left == 0) {
      next = anchor->epoch;
      break;
    } else {
      write_row(json, *anchor, records);
      next = anchor->epoch + 1;
      --left;
    }
  }
  json.end_array();
  if (next) {
    json.number("next", *next);
  } else {
    json.null("next");
  }
  json.end_object();
  return {};
}

}  // namespace kedge::node::api
