// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "node/store/rows.hpp"

namespace kedge::test {

/// Whether a decoder takes these octets under this key.
using Takes = std::function<bool(const std::string& key, const std::string& value)>;

template <class Decode>
Takes takes(Decode decode) {
  return [decode](const std::string& key, const std::string& value) {
    return decode(node::rows::Source{key, value}).has_value();
  };
}

/// Every row must be refused with any bit of key or value flipped, cut anywhere, and with a
/// trailing octet.
inline void expect_strict(const std::string& key, const std::string& value, const Takes& taken) {
  ASSERT_TRUE(taken(key, value));
  for (std::size_t i = 0; i < (key.size() + value.size()) * 8; ++i) {
    std::string bad_key = key;
    std::string bad_value = value;
    char& octet = i / 8 < key.size() ? bad_key[i / 8] : bad_value[i / 8 - key.size()];
    octet = static_cast<char>(octet ^ (1 << (i % 8)));
    ASSERT_FALSE(taken(bad_key, bad_value)) << "bit " << i;
  }
  for (std::size_t size = 0; size < value.size(); ++size) {
    ASSERT_FALSE(taken(key, value.substr(0, size))) << "cut to " << size;
  }
  ASSERT_FALSE(taken(key, value + '\0'));
}

}  // namespace kedge::test
