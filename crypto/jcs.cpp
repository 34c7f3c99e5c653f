// SPDX-License-Identifier: Apache-2.0
#include "crypto/jcs.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include <simdjson.h>

#include "crypto/json.hpp"
#include "crypto/json_string.hpp"

namespace kedge::crypto {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53;
/// From here on ECMAScript writes numbers with an exponent.
constexpr double kExponentForm = 1e21;

/// What a reader of UTF-16 would compare: supplementary characters, whose UTF-8 begins with 0xF0
/// and above, come as surrogates before U+E000 to U+FFFF, whose UTF-8 begins with 0xEE and 0xEF.
std::uint8_t utf16_rank(std::uint8_t octet) {
  if (octet < 0xEE) return octet;
  return octet >= 0xF0 ? static_cast<std::uint8_t>(octet - 2)
                       : static_cast<std::uint8_t>(octet + 8);
}

bool utf16_less(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  const auto [left, right] =
      std::mismatch(a.begin(), a.begin() + std::ptrdiff_t(common), b.begin());
  if (left == a.begin() + std::ptrdiff_t(common)) return a.size() < b.size();
  return utf16_rank(static_cast<std::uint8_t>(*left)) <
         utf16_rank(static_cast<std::uint8_t>(*right));
}

/// The raw text is valid UTF-8, so that a surrogate in the parsed one can only come from an escape
/// that stood alone. In UTF-8 it begins with 0xED, as U+D000 to U+D7FF do.
bool has_surrogate(std::string_view text) {
  for (std::size_t at = text.find('\xED'); at != text.npos; at = text.find('\xED', at + 1)) {
    if (static_cast<std::uint8_t>(text[at + 1]) >= 0xA0) return true;
  }
  return false;
}

class Canonicalizer {
 public:
  explicit Canonicalizer(std::string& out) : out_(out) {}

  /// False if the value is not I-JSON; `complaint()` says why.
  bool write(dom::element value, std::size_t depth) {
    switch (value.type()) {
      case dom::element_type::OBJECT:
        return write_object(value.get_object().value_unsafe(), depth, false);
      case dom::element_type::ARRAY:
        return write_array(value.get_array().value_unsafe(), depth);
      case dom::element_type::STRING:
        return write_string(value.get_string().value_unsafe());
      case dom::element_type::INT64:
        return write_integer(value.get_int64().value_unsafe());
      case dom::element_type::UINT64:
        return refuse_integer();
      case dom::element_type::DOUBLE:
        return write_double(value.get_double().value_unsafe());
      case dom::element_type::BOOL:
        out_ += value.get_bool().value_unsafe() ? "true" : "false";
        return true;
      case dom::element_type::NULL_VALUE:
        out_ += "null";
        return true;
    }
    return refuse("a value has no type");
  }

  bool write_object(dom::object object, std::size_t depth, bool without_proof) {
    if (depth == kJcsMaxDepth) return refuse_depth();
    const std::size_t first = members_.size();
    for (const dom::key_value_pair member : object) members_.push_back(member);
    std::sort(members_.begin() + std::ptrdiff_t(first), members_.end(),
              [](const auto& a, const auto& b) { return utf16_less(a.key, b.key); });
    out_ += '{';
    const std::size_t last = members_.size();
    bool empty = true;
    for (std::size_t i = first; i < last; ++i) {
      const dom::key_value_pair member = members_[i];
      if (i > first && members_[i - 1].key == member.key) return refuse("a key appears twice");
      const std::size_t before = out_.size();
      if (!empty) out_ += ',';
      if (!write_string(member.key)) return false;
      out_ += ':';
      if (!write(member.value, depth + 1)) return false;
      // The member was written all the same, so that what it holds is checked too.
      if (without_proof && member.key == "proof") {
        out_.resize(before);
      } else {
        empty = false;
      }
    }
    out_ += '}';
    members_.erase(members_.begin() + std::ptrdiff_t(first), members_.end());
    return true;
  }

  [[nodiscard]] const char* complaint() const { return complaint_; }

 private:
  bool refuse(const char* complaint) {
    complaint_ = complaint;
    return false;
  }

  bool refuse_integer() {
    return refuse("an integer lies beyond 2^53, where numbers are not exact");
  }
  bool refuse_depth() { return refuse("it is nested deeper than 64 levels"); }

  bool write_array(dom::array array, std::size_t depth) {
    if (depth == kJcsMaxDepth) return refuse_depth();
    out_ += '[';
    bool empty = true;
    for (const dom::element value : array) {
      if (!empty) out_ += ',';
      empty = false;
      if (!write(value, depth + 1)) return false;
    }
    out_ += ']';
    return true;
  }

  bool write_integer(std::int64_t value) {
    if (value > kMaxInteger || value < -kMaxInteger) return refuse_integer();
    char text[24];
    out_.append(text, std::to_chars(std::begin(text), std::end(text), value).ptr);
    return true;
  }

  /// Between the two bounds the canonical form is an integer, which would be refused when read.
  bool write_double(double value) {
    const double size = std::fabs(value);
    if (size > double(kMaxInteger) && size < kExponentForm) return refuse_integer();
    append_es6_number(out_, value);
    return true;
  }

  bool write_string(std::string_view text) {
    if (has_surrogate(text)) return refuse("a surrogate stands alone");
    append_json_string(out_, text);
    return true;
  }

  std::string& out_;
  /// The members of all objects that are open, innermost last.
  std::vector<dom::key_value_pair> members_;
  const char* complaint_ = nullptr;
};

/// The careful parser says where a text breaks a rule; the fast one only knows that it does.
Error explain(std::string_view json, std::string_view complaint) {
  if (const Status checked = check_json(json, {json.size(), kJcsMaxDepth}); !checked) {
    return checked.error();
  }
  return invalid_argument("invalid JSON: " + std::string(complaint));
}

enum class Root : bool { any, object_without_proof };

Result<std::string> canonicalize(dom::parser& parser, std::string_view json, Root root) {
  dom::element value;
  if (json.starts_with("\xEF\xBB\xBF") || parser.parse(json.data(), json.size()).get(value) != 0) {
    return explain(json, "a rule of RFC 8259 is broken");
  }
  std::string out;
  out.reserve(json.size() + 64);
  Canonicalizer canonicalizer(out);
  if (root == Root::any) {
    if (!canonicalizer.write(value, 0)) return explain(json, canonicalizer.complaint());
    return out;
  }
  dom::object object;
  if (value.get(object) != 0) return invalid_argument("the JSON text is not an object");
  if (!canonicalizer.write_object(object, 0, true)) return explain(json, canonicalizer.complaint());
  return out;
}

Result<std::string> canonicalize(std::string_view json, Root root) {
  // A parser keeps its buffers. Those of a common credential are worth keeping, those of a huge
  // document are not.
  constexpr std::size_t kLargestKept = std::size_t{1} << 18;
  if (json.size() > kLargestKept) {
    dom::parser parser;
    return canonicalize(parser, json, root);
  }
  thread_local dom::parser parser;
  return canonicalize(parser, json, root);
}

}  // namespace

Result<std::string> jcs_canonicalize(std::string_view json) {
  return canonicalize(json, Root::any);
}

Result<std::string> jcs_without_proof(std::string_view json) {
  return canonicalize(json, Root::object_without_proof);
}

}  // namespace kedge::crypto
