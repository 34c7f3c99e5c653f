# SPDX-License-Identifier: Apache-2.0
# Seeded faults (crypto/mutant.hpp). KEDGE_MUTANT is the name of one; only the files that hold it are
# compiled with it: those that name it, wherever the code has moved to. scripts/mutants reads the list
# that is left in the build directory.

set(KEDGE_MUTANT "" CACHE STRING "A seeded fault that the tests must catch; nothing or none for none")
if(NOT KEDGE_MUTANT)
  return()
endif()
set(KEDGE_MUTANT_FOUND OFF)
file(WRITE ${PROJECT_BINARY_DIR}/mutants.txt "")

file(GLOB_RECURSE KEDGE_MUTANT_FILES RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
  config/*.cpp crypto/*.cpp ledger/*.cpp node/*.cpp rpc/*.cpp)

# kedge_mutant(NAME TEST): TEST must fail on a build with the fault.
function(kedge_mutant name test)
  file(APPEND ${PROJECT_BINARY_DIR}/mutants.txt "${name} ${test}\n")
  if(NOT name STREQUAL KEDGE_MUTANT)
    return()
  endif()
  foreach(file ${KEDGE_MUTANT_FILES})
    file(STRINGS ${PROJECT_SOURCE_DIR}/${file} named REGEX "Mutant::${name}[^a-z_]" LIMIT_COUNT 1)
    if(named)
      get_filename_component(folder ${file} DIRECTORY)
      set_property(SOURCE ${PROJECT_SOURCE_DIR}/${file} DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}
        APPEND PROPERTY COMPILE_DEFINITIONS KEDGE_MUTANT=${name})
      set(KEDGE_MUTANT_FOUND ON PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

kedge_mutant(no_sync integration_power_rounds)
kedge_mutant(reply_before_commit node_anchoring_test)
kedge_mutant(hit_not_confirmed node_store_test)
kedge_mutant(tail_not_searched node_store_test)
kedge_mutant(tile_off_by_one node_log_test)
kedge_mutant(signed_before_write node_anchoring_test)
kedge_mutant(position_reused node_store_test)
kedge_mutant(tail_not_recovered node_anchoring_test)
kedge_mutant(status_reply_before_commit node_anchoring_test)
kedge_mutant(status_tail_not_recovered node_anchoring_test)
kedge_mutant(locator_not_rebuilt node_store_test)
kedge_mutant(sent_before_stored node_anchoring_crash_test)
kedge_mutant(nonce_from_node ledger_evm_test)
kedge_mutant(final_at_one ledger_evm_test)
kedge_mutant(edge_not_checked node_anchoring_test)
kedge_mutant(clock_gone_back node_anchoring_test)
kedge_mutant(damage_dropped node_store_test)
kedge_mutant(filter_not_filled node_store_test)

if(NOT KEDGE_MUTANT_FOUND AND NOT KEDGE_MUTANT STREQUAL "none")
  message(FATAL_ERROR "There is no mutant ${KEDGE_MUTANT}, or no code that holds it; cmake/mutants.cmake has the list")
endif()
