// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto loaded = config::parse_settings(fuzz::text_of(data, size));
  for (const auto& problem : loaded.problems) {
    fuzz::check(!problem.message.empty(), "every problem has a reason");
  }
  static_cast<void>(config::describe(loaded.problems, "kedge.toml"));
  return 0;
}
