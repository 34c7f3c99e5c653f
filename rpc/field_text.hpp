// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// The text in HTTP fields (RFC 9110 section 5.6): lists, parameters, names without case. Letters
/// are those of ASCII. Views are into what was given. Thread-safe, no errors.
namespace kedge::rpc {

/// Without the spaces and tabs around it (OWS, section 5.6.3).
std::string_view trim_ows(std::string_view text);

/// Cuts off what stands before the first separator, or all there is, and the separator; trimmed.
std::string_view cut_field(std::string_view& rest, char separator);

/// Whether they differ in case alone.
bool same_without_case(std::string_view a, std::string_view b);

std::string lower_case(std::string_view text);

}  // namespace kedge::rpc
