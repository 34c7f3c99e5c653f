// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "node/status/purpose_bits.hpp"

namespace kedge::node::api {

/// What the path of a status list names, below the issuer.
enum class ListForm : std::uint8_t {
  /// `<list>/revocation`, `<list>/suspension`.
  bitstring,
  /// `<list>/statuslist2021/<purpose>`.
  status_list_2021,
  /// `<list>/token`.
  token,
  /// `token`: all lists of the issuer.
  aggregation,
  /// `key`: the public key that signs the lists.
  key,
};

struct ListAddress {
  Hash issuer_hash{};
  ListForm form = ListForm::bitstring;
  std::uint32_t list = 0;
  StatusPurpose purpose = StatusPurpose::revocation;
};

/// Reads `/status/<issuer hash>/…` as node/status/list_documents.hpp writes it; nullopt if nothing
/// has such a path.
std::optional<ListAddress> parse_list_address(std::string_view path);

/// `/trusted-issuers-registry/v5/issuers/<did>/proxies/<proxy>/credentials/status/<list>`, with
/// `/<purpose>` behind it unless that is revocation: where EBSI's registry would have a list. The
/// purpose is in the path because the registry passes on paths, not queries. The proxy's id can be
/// any.
struct ProxiedListAddress {
  /// The issuer's name, decoded.
  std::string issuer;
  std::uint32_t list = 0;
  StatusPurpose purpose = StatusPurpose::revocation;
};
std::optional<ProxiedListAddress> parse_proxied_list_address(std::string_view path);

}  // namespace kedge::node::api
