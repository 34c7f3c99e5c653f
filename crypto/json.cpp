// SPDX-License-Identifier: Apache-2.0
#include "crypto/json.hpp"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

namespace kedge::crypto {
namespace {

using nlohmann::json;

/// The head of a piece of input, fit to stand in an error message whatever octets it holds.
std::string printable(std::string_view text, std::size_t max_size) {
  std::string out(text.substr(0, max_size));
  std::ranges::replace_if(
      out, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return out;
}

/// Whether the value is wanted, or only whether there is one.
enum class Keep : std::uint8_t { all, nothing };

/// Builds the value as nlohmann's own parser does, but refuses what I-JSON forbids. With
/// Keep::nothing it holds no more than what is open: the names, and one element of each array.
class StrictBuilder final : public nlohmann::json_sax<json> {
 public:
  StrictBuilder(json& root, std::size_t max_depth, Keep keep)
      : root_(root), max_depth_(max_depth), keep_(keep) {}

  /// What was wrong, and where it stood.
  [[nodiscard]] Error error() const {
    return invalid_argument("invalid JSON: " + complaint_, path_);
  }

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return refuse("binary values are not JSON"); }

  bool number_float(number_float_t value, const string_t& text) override {
    if (text.find_first_of(".eE") == std::string::npos) {
      return refuse("the integer " + printable(text, 40) + " does not fit 64 bits");
    }
    return add(value);
  }

  bool start_object(std::size_t /*size*/) override { return open(json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    const auto [place, added] = open_.back()->emplace(name, nullptr);
    member_ = &*place;
    if (!added) return refuse("the key \"" + printable(name, 80) + "\" appears twice");
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override {
    if (error.id == 406) return refuse("the number " + printable(last_token, 40) + " is too large");
    // nlohmann's own prefix names the library, not the rule.
    std::string_view what = error.what();
    const std::size_t reason = what.find("syntax error");
    if (reason != std::string_view::npos) what.remove_prefix(reason);
    return refuse("at octet " + std::to_string(position == 0 ? 0 : position - 1) + ": " +
                  printable(what, 300));
  }

 private:
  bool refuse(std::string complaint) {
    complaint_ = std::move(complaint);
    for (std::size_t i = 0; i < open_.size(); ++i) {
      const bool innermost = i + 1 == open_.size();
      if (open_[i]->is_array()) {
        path_ += '[';
        path_ += std::to_string(counts_[i] - (innermost ? 0 : 1));
        path_ += ']';
        continue;
      }
      const json* child = innermost ? member_ : open_[i + 1];
      for (const auto& [name, value] : open_[i]->items()) {
        if (&value != child) continue;
        if (!path_.empty()) path_ += '.';
        path_ += printable(name, 80);
      }
    }
    return false;
  }

  json* place(json&& value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_array()) {
      ++counts_.back();
      if (keep_ == Keep::nothing) open_.back()->clear();
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    *member_ = std::move(value);
    return member_;
  }

  template <class T>
  bool add(T&& value) {
    place(json(std::forward<T>(value)));
    return true;
  }

  bool open(json&& value) {
    if (open_.size() == max_depth_) {
      return refuse("nested deeper than " + std::to_string(max_depth_) + " levels");
    }
    open_.push_back(place(std::move(value)));
    counts_.push_back(0);
    return true;
  }

  bool close() {
    if (keep_ == Keep::nothing) *open_.back() = nullptr;
    open_.pop_back();
    counts_.pop_back();
    return true;
  }

  json& root_;
  std::size_t max_depth_;
  Keep keep_;
  std::vector<json*> open_;
  /// Of the elements of those that are arrays.
  std::vector<std::size_t> counts_;
  json* member_ = nullptr;
  std::string complaint_;
  std::string path_;
};

Status read(std::string_view text, const JsonLimits& limits, Keep keep, json& root) {
  if (text.size() > limits.max_bytes) {
    return invalid_argument("the JSON text has " + std::to_string(text.size()) +
                            " octets, more than the limit of " + std::to_string(limits.max_bytes));
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    return invalid_argument("invalid JSON: it begins with a byte order mark");
  }
  // To nlohmann a NUL ends the input; whatever stands behind it would go unread.
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    return invalid_argument("invalid JSON: at octet " + std::to_string(at) +
                            ": a NUL, which no JSON text holds");
  }
  StrictBuilder builder(root, limits.max_depth, keep);
  // The parser itself does not recurse, so that the depth is bounded before any recursion.
  if (!json::sax_parse(text.begin(), text.end(), &builder)) return builder.error();
  return {};
}

}  // namespace

Result<json> parse_json(std::string_view text, const JsonLimits& limits) {
  json root;
  if (Status status = read(text, limits, Keep::all, root); !status) return status.error();
  return root;
}

Status check_json(std::string_view text, const JsonLimits& limits) {
  json root;
  return read(text, limits, Keep::nothing, root);
}

}  // namespace kedge::crypto
