// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace kedge::node::api {

/// Proactive negotiation (RFC 9110 section 12.5.1): the index of the media type among `offered`
/// that `accept` weighs most, the earlier one if several do; nullopt if it takes none. An empty
/// `accept` takes the first. Parameters other than `q` are not looked at.
std::optional<std::size_t> negotiate(std::string_view accept,
                                     std::span<const std::string_view> offered);

}  // namespace kedge::node::api
