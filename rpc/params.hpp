// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "rpc/json_text.hpp"

namespace kedge::rpc {

/// An unknown name as it may stand in a message: its head, `""` if it has no characters.
std::string shown_name(std::string_view name);

/// Typed reads of a call's params that collect the first error, with the path of its field and what
/// was expected there. Read everything, then ask `finish()`; until then values may be empty.
///
///     Params params(text);
///     const Hash digest = params.hash("digest");
///     const auto issuer = params.optional_string("issuer", 512);
///     if (Status status = params.finish(); !status) return status.error();
///
/// A member that is null counts as absent. `text` must be checked JSON and outlive the object.
class Params {
 public:
  explicit Params(std::string_view text);
  Params(Params&&) noexcept = default;

  [[nodiscard]] bool has(std::string_view name) const;

  /// 64 lower-case hex characters.
  Hash hash(std::string_view name);
  std::optional<Hash> optional_hash(std::string_view name);

  /// A whole number written without fraction or exponent.
  std::uint64_t integer(std::string_view name, std::uint64_t min, std::uint64_t max);
  std::optional<std::uint64_t> optional_integer(std::string_view name, std::uint64_t min,
                                                std::uint64_t max);

  /// `max` counts UTF-8 octets of the decoded string.
  std::string string(std::string_view name, std::size_t max);
  std::optional<std::string> optional_string(std::string_view name, std::size_t max);

  /// Standard base64 with padding.
  Bytes base64(std::string_view name, std::size_t max_bytes);

  std::optional<bool> optional_boolean(std::string_view name);

  /// The index of the string among `choices`.
  std::size_t choice(std::string_view name, std::initializer_list<std::string_view> choices);
  std::optional<std::size_t> optional_choice(std::string_view name,
                                             std::initializer_list<std::string_view> choices);

  /// The received text of an object.
  std::string_view object_text(std::string_view name);
  /// The received text of a value of any kind but null; nullopt if absent.
  std::optional<std::string_view> optional_text(std::string_view name);
  /// A nested object, read in the same way.
  Params object(std::string_view name);
  /// The elements of an array of at most `max` elements.
  std::vector<std::string_view> array(std::string_view name, std::size_t max);

  /// Reports an error that the caller has found, unless there is an earlier one.
  void fail(std::string_view name, std::string expected);

  /// The first error of this object and of those made from it; a field of this object that was not
  /// asked for is one. A nested object needs a finish() of its own for its unknown fields.
  Status finish();

 private:
  struct State;
  Params(std::shared_ptr<State> state, std::string path, std::string_view text);
  std::optional<std::string_view> take(std::string_view name);
  std::optional<std::string_view> take_kind(std::string_view name, JsonKind kind);
  void need(std::string_view name, bool there, std::string_view expected);
  [[nodiscard]] std::string path_of(std::string_view name) const;

  std::shared_ptr<State> state_;
  std::string path_;
  template <class T>
  using Few = boost::container::small_vector<T, 8>;

  Members members_;
  Few<bool> taken_;
  Few<std::string> asked_;
};

}  // namespace kedge::rpc
