// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace kedge {

/// Seeded faults: wrong code that the tests must catch, one fault a build. `scripts/mutants` builds
/// each, by the CMake variable KEDGE_MUTANT, and shows what catches it; `cmake/mutants.cmake` says
/// where each is. Every other build has `none`, and the compiler drops all of them.
enum class Mutant : std::uint8_t {
  none,
  /// The store writes without `sync`.
  no_sync,
  /// Submitters are answered before their credentials are written.
  reply_before_commit,
  /// Where the locator points to is taken for the digest without a look at the leaf.
  hit_not_confirmed,
  /// A digest is not looked for in memory, where it is until the locator's family has it.
  tail_not_searched,
  /// Full tiles of the log are stored under the number of the next one.
  tile_off_by_one,
  /// A checkpoint counts as published although the write that holds it has failed.
  signed_before_write,
  /// The positions of the newest row of leaves are given again after a restart.
  position_reused,
  /// What was accepted and not sealed before a restart is forgotten by the log.
  tail_not_recovered,
  /// Those who set a status are answered before their changes are written.
  status_reply_before_commit,
  /// Status changes that were accepted and not sealed before a restart are forgotten by the log.
  status_tail_not_recovered,
  /// The locator does not take up after a restart what had not been ingested.
  locator_not_rebuilt,
  /// An anchor is sent before the store knows of it.
  sent_before_stored,
  /// The log is signed on without a look at what the store holds.
  edge_not_checked,
  /// The clock may go back between two epochs.
  clock_gone_back,
  /// The nonce of an EVM transaction is what the node calls pending.
  nonce_from_node,
  /// An EVM anchor is final as soon as it is in a block.
  final_at_one,
  /// Any damage at the log's end is taken for a torn write, and dropped.
  damage_dropped,
  /// The locator's filter is believed before it has been filled.
  filter_not_filled,
};

#ifdef KEDGE_MUTANT
constexpr Mutant kMutant = Mutant::KEDGE_MUTANT;
#else
constexpr Mutant kMutant = Mutant::none;
#endif

}  // namespace kedge
