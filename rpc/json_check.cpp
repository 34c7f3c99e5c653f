// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include <simdjson.h>

#include "crypto/json.hpp"
#include "rpc/json_text.hpp"

namespace kedge::rpc {
namespace {

namespace dom = simdjson::dom;

/// Beyond this the thread gives its parser's memory back after the check.
constexpr std::size_t kKeptCapacity = std::size_t{1} << 20;

/// simdjson decodes an escaped lone low surrogate to octets that are not UTF-8: ED A0..BF.
bool has_surrogate(std::string_view text) {
  std::size_t at = text.find('\xED');
  while (at != std::string_view::npos && at + 1 < text.size()) {
    if (static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
    at = text.find('\xED', at + 1);
  }
  return false;
}

/// What simdjson leaves open: duplicate names, lone surrogates, and depth, because it does not
/// count empty arrays and objects. Recursion is bounded by the depth that simdjson has accepted.
class Walk {
 public:
  /// `names` is empty, and so it is after.
  Walk(std::size_t max_depth, bool escapes, std::vector<std::string_view>& names)
      : max_depth_(max_depth), escapes_(escapes), names_(names) {}

  bool accepts(const dom::element& value, std::size_t depth) {
    switch (value.type()) {
      case dom::element_type::OBJECT: {
        return depth < max_depth_ && accepts_object(value.get_object().value_unsafe(), depth + 1);
      }
      case dom::element_type::ARRAY: {
        if (depth >= max_depth_) return false;
        const dom::array children = value.get_array().value_unsafe();
        for (const dom::element child : children) {
          if (!accepts(child, depth + 1)) return false;
        }
        return true;
      }
      case dom::element_type::STRING:
        return !escapes_ || !has_surrogate(value.get_string().value_unsafe());
      default:
        return true;
    }
  }

 private:
  bool accepts_object(const dom::object& object, std::size_t depth) {
    const std::size_t begin = names_.size();
    for (const dom::key_value_pair member : object) {
      if (escapes_ && has_surrogate(member.key)) return false;
      names_.push_back(member.key);
      if (!accepts(member.value, depth)) return false;
    }
    const bool unique = distinct(begin);
    names_.resize(begin);
    return unique;
  }

  bool distinct(std::size_t begin) {
    constexpr std::size_t kFew = 8;
    const auto first = names_.begin() + static_cast<std::ptrdiff_t>(begin);
    if (names_.size() - begin > kFew) {
      std::sort(first, names_.end());
      return std::adjacent_find(first, names_.end()) == names_.end();
    }
    for (auto a = first; a != names_.end(); ++a) {
      if (std::find(first, a, *a) != a) return false;
    }
    return true;
  }

  std::size_t max_depth_;
  bool escapes_;
  /// The names of the objects being walked, the innermost last.
  std::vector<std::string_view>& names_;
};

struct Scratch {
  dom::parser parser;
  std::string padded;
  std::vector<std::string_view> names;
};

bool accepts(std::string_view text, std::size_t max_depth) {
  thread_local Scratch kept;
  Scratch large;
  Scratch& scratch = text.size() > kKeptCapacity ? large : kept;
  scratch.padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  scratch.padded.assign(text);
  const std::size_t capacity = std::max(text.size(), scratch.parser.capacity());
  if (capacity > scratch.parser.capacity() || scratch.parser.max_depth() != max_depth + 1) {
    // simdjson refuses depth == its bound.
    if (scratch.parser.allocate(capacity, max_depth + 1) != simdjson::SUCCESS) return false;
  }
  const auto root = scratch.parser.parse(scratch.padded.data(), text.size(), false);
  if (root.error() != simdjson::SUCCESS) return false;
  const bool escapes = text.find('\\') != std::string_view::npos;
  scratch.names.clear();
  return Walk(max_depth, escapes, scratch.names).accepts(root.value_unsafe(), 0);
}

}  // namespace

Status check_json(std::string_view text, std::size_t max_depth) {
  if (text.empty()) return invalid_argument("expected JSON, got nothing");
  if (accepts(text, max_depth)) return {};
  // The slow parser has the same rules and knows the words for what is wrong and where.
  const crypto::JsonLimits limits{.max_bytes = text.size(), .max_depth = max_depth};
  if (Status slow = crypto::check_json(text, limits); !slow) return slow;
  return Error{Errc::internal, "the two JSON parsers disagree"};
}

}  // namespace kedge::rpc
