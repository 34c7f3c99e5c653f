# SPDX-License-Identifier: Apache-2.0
# Seeded faults (crypto/mutant.hpp). KEDGE_MUTANT is the name of one; only the files that hold it are
# compiled with it. scripts/mutants reads the list that is left in the build directory.

set(KEDGE_MUTANT "" CACHE STRING "A seeded fault that the tests must catch; nothing or none for none")
if(NOT KEDGE_MUTANT)
  return()
endif()
set(KEDGE_MUTANT_FOUND OFF)
file(WRITE ${PROJECT_BINARY_DIR}/mutants.txt "")

# kedge_mutant(NAME TEST FILE...): TEST must fail on a build with the fault in these files.
function(kedge_mutant name test)
  file(APPEND ${PROJECT_BINARY_DIR}/mutants.txt "${name} ${test}\n")
  if(NOT name STREQUAL KEDGE_MUTANT)
    return()
  endif()
  set(KEDGE_MUTANT_FOUND ON PARENT_SCOPE)
  foreach(file ${ARGN})
    get_filename_component(folder ${file} DIRECTORY)
    set_property(SOURCE ${PROJECT_SOURCE_DIR}/${file} DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}
      APPEND PROPERTY COMPILE_DEFINITIONS KEDGE_MUTANT=${name})
  endforeach()
endfunction()

kedge_mutant(no_sync integration_power_rounds node/store/rocks_db.cpp)
kedge_mutant(reply_before_commit node_anchoring_test node/anchoring/sequencer_run.cpp)
kedge_mutant(hit_not_confirmed node_store_test node/store/rocks_reader.cpp node/store/rocks_writes.cpp)
kedge_mutant(tail_not_searched node_store_test node/store/locator.cpp)
kedge_mutant(tile_off_by_one node_log_test node/log/right_edge.cpp)
kedge_mutant(signed_before_write node_anchoring_test node/anchoring/log_writer_seal.cpp)
kedge_mutant(position_reused node_store_test node/store/rocks_reader.cpp)
kedge_mutant(tail_not_recovered node_anchoring_test node/anchoring/log_writer.cpp)
kedge_mutant(status_reply_before_commit node_anchoring_test node/anchoring/sequencer_status.cpp)
kedge_mutant(status_tail_not_recovered node_anchoring_test node/anchoring/log_writer.cpp)
kedge_mutant(locator_not_rebuilt node_store_test node/store/rocks_open.cpp)
kedge_mutant(sent_before_stored node_anchoring_crash_test node/anchoring/outbox.cpp)
kedge_mutant(nonce_from_node ledger_evm_test ledger/evm/evm_ledger.cpp)
kedge_mutant(final_at_one ledger_evm_test ledger/evm/sighting.cpp)
kedge_mutant(edge_not_checked node_anchoring_test node/anchoring/edge_check.cpp)
kedge_mutant(clock_gone_back node_anchoring_test node/anchoring/log_writer_seal.cpp)
kedge_mutant(damage_dropped node_store_test node/store/torn_writes.cpp)
kedge_mutant(filter_not_filled node_store_test node/store/locator_scan.cpp)

if(NOT KEDGE_MUTANT_FOUND AND NOT KEDGE_MUTANT STREQUAL "none")
  message(FATAL_ERROR "There is no mutant ${KEDGE_MUTANT}; cmake/mutants.cmake has the list")
endif()
