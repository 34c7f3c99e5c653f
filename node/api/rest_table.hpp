// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "rpc/http.hpp"

/// Everything that is served besides `POST /rpc`, at a glance. Routes, OpenAPI and the page for
/// people are all made from these two tables.
namespace kedge::node {

/// How long a good answer may be kept (RFC 9111).
enum class Keep : std::uint8_t {
  /// It never changes.
  for_ever,
  /// A few seconds: what grows.
  briefly,
  /// The node is asked each time whether it has changed.
  checked,
  /// It is for one caller, or of a write.
  never,
};

/// A method of the table as a resource. Segments of the path and the query, or the body of a POST,
/// are the method's params, typed by its schema.
struct RestRow {
  std::string_view http_method;
  std::string_view path;
  std::string_view method;
  Keep keep = Keep::never;
  /// Params that the path says without naming them, as members of a JSON object.
  std::string_view fixed = {};
  /// Params that cannot be given with this path, such as those of another way to ask.
  std::span<const std::string_view> without = {};
  /// The member of the answer that holds the items, where they come in pages: the query then knows
  /// `cursor`, and the answer has `next`.
  std::string_view items = {};
  /// The member that says how many items there are in all; empty where the method itself says
  /// what comes next.
  std::string_view total = {};
  /// The answer is made by a handler of its own, of several media types.
  bool negotiated = false;
};

std::span<const RestRow> rest_table();

/// A resource that is no method.
struct ResourceRow {
  /// As the router has it, or empty where the server itself answers; and as it is described.
  std::string_view route;
  std::string_view path;
  std::string_view summary;
  /// What it answers, separated by `, `.
  std::string_view types;
  /// Names in the query, separated by `, `.
  std::string_view query = {};
  /// The scope that a token needs; empty where everybody may.
  std::string_view scope = {};
};

std::span<const ResourceRow> resource_table();

}  // namespace kedge::node
