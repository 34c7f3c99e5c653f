// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/metrics/metrics.hpp"
#include "rpc/http.hpp"

namespace kedge::node {

/// `/metrics`, for operators: where they have an address of their own, it is there, for whoever
/// reaches it. `authorizer`: there is no such address, and only who may call methods for operators
/// (scope `admin`, or the cookie) is answered; nullptr if there is one. Runs where it arrives, so
/// that it answers while all workers are busy. All must outlive the route.
rpc::Route metrics_route(const Metrics& metrics, MetricsSources sources,
                         const rpc::Authorizer* authorizer);

}  // namespace kedge::node
