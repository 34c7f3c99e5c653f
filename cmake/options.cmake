# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers, coverage and the compiler cache.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(kedge_warnings INTERFACE)
target_compile_options(kedge_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wmissing-declarations -Wextra-semi)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(kedge_warnings INTERFACE -Wduplicated-cond -Wlogical-op)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # At -O2 it warns of every `"text" + std::string` (GCC bug 105651).
    target_compile_options(kedge_warnings INTERFACE $<$<CONFIG:Release>:-Wno-restrict>)
  endif()
endif()
if(KEDGE_WERROR)
  target_compile_options(kedge_warnings INTERFACE -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports false positives from inlined standard library code at -O2.
    target_compile_options(kedge_warnings INTERFACE
      -Wno-error=restrict -Wno-error=maybe-uninitialized -Wno-error=stringop-overflow
      -Wno-error=array-bounds)
  endif()
endif()

if(KEDGE_SANITIZE)
  add_compile_options(-fsanitize=${KEDGE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${KEDGE_SANITIZE})
  if(KEDGE_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio uses atomic_thread_fence, which GCC cannot instrument and warns about in every file.
    add_compile_options(-Wno-tsan)
  endif()
  if(KEDGE_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # clang 14 cannot emit coroutines with this check (llvm#49689).
    add_compile_options(-fno-sanitize=function)
  endif()
endif()

if(KEDGE_FUZZ)
  # Tells libFuzzer which parts of the libraries an input reached.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(KEDGE_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()

# kedge_library(kedge_crypto SOURCES ... PUBLIC libs... PRIVATE libs...)
# Includes are written from the root of the tree.
function(kedge_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE kedge_warnings ${ARG_PRIVATE})
endfunction()
