// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "config/settings.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

/// Makes a data directory: the log key (0600), its public half, the settings that belong to the log
/// for ever, and an empty store. The store comes last and appears at once, so that a directory with
/// a store is whole; what a crash has left is taken up by the next attempt, with the same key.
/// already_exists if the directory has a store, invalid_argument for an origin or an issuer that
/// cannot be used. The issuer gets a key for its status lists: a new one, or that in `list_key`
/// (the text of a key file or a private JWK).
Status initialise(const config::Settings& settings, std::string_view list_key = {});

/// unavailable if `kedge restore` was interrupted in the directory: no node may start on it, and
/// nothing new may be made there, because a second log would come of it.
Status check_not_restoring(const config::Settings& settings);

/// Whether the directory holds a store.
bool is_initialised(const config::Settings& settings);

}  // namespace kedge::node
