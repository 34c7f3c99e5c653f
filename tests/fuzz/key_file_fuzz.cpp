// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_file.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto file = crypto::parse_key_file(text)) {
    fuzz::check(crypto::format_key_file(file->key, file->name) == text, "key files are canonical");
  }
  return 0;
}
