// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "node/api/rest_table.hpp"
#include "node/api/services.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// The rows of rest_table.hpp as routes, as far as `methods` has their methods. Both must outlive
/// them.
std::vector<rpc::Route> rest_routes(const Services& services, const rpc::MethodTable& methods);

/// What a request whose body or Accept is not what the resource takes is answered with; nullopt if
/// it is. `types`: of the body, none for a resource that takes no body.
std::optional<rpc::HttpResponse> refuse_media(const rpc::HttpRequest& request,
                                              std::span<const std::string_view> body_types,
                                              std::span<const std::string_view> answer_types);

/// 406 (RFC 9110 section 15.5.7).
rpc::HttpResponse not_acceptable(std::span<const std::string_view> offered);

/// The media type of a Content-Type, without its parameters, in lower case.
std::string media_type(const rpc::HttpRequest& request);

}  // namespace kedge::node
