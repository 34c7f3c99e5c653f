// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "node/credential/credential.hpp"

/// Claims of a JWT that repeat members of the credential in it. What contradicts goes into
/// `faults`.
namespace kedge::node {

/// VCDM 1.1 section 6.3.1. With `all`, every claim must be there whose member is, and every member
/// whose claim is (EBSI); without, what stands on both sides must agree.
void compare_jwt_1_1(const Credential& credential, bool all, std::vector<std::string>& faults);

/// VC-JOSE-COSE section 3.1: what stands on both sides must agree.
void compare_jwt_2_0(const Credential& credential, std::vector<std::string>& faults);

}  // namespace kedge::node
