// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "config/settings.hpp"
#include "ledger/evm/signer.hpp"
#include "rpc/endpoint.hpp"

namespace kedge::node {

/// How the settings have the nodes of a chain called: deadline, certificates, token. Errors name
/// the key.
Result<rpc::EndpointOptions> evm_endpoint_options(const config::EvmLedgerSettings& settings);

/// Who signs, by the settings, and within the policy. Does not connect; deriving a keystore's key
/// takes about a second. invalid_argument names the key whose value is missing or wrong; errors of
/// files as those of config/secret_file.hpp.
Result<std::unique_ptr<ledger::evm::Signer>> open_evm_signer(
    const config::EvmLedgerSettings& settings, const ledger::evm::SigningPolicy& policy);

}  // namespace kedge::node
