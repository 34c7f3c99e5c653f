// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace kedge::node {

/// Raises the process's bound on open files from the soft limit, which is low for the sake of
/// programs that use select(2), to the hard one. Returns what it is now.
std::size_t raise_open_files();

/// How many connections may be open beside the store, with `open_files` in all: at most `wanted`,
/// at least 16.
std::size_t connections_within(std::size_t open_files, std::size_t store_files, std::size_t wanted);

}  // namespace kedge::node
