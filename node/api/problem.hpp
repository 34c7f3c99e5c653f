// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "rpc/http.hpp"

namespace kedge::node::api {

/// An answer with a problem document (RFC 9457). `type` is a URI, or empty where the status says it
/// all (`about:blank`).
rpc::HttpResponse problem(unsigned status, std::string_view type, std::string_view title,
                          std::string_view detail);

}  // namespace kedge::node::api
