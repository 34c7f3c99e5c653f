// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/published.hpp"
#include "node/log/entry_bundle.hpp"
#include "node/log/tile_path.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kPrefix = "/log/";

Result<std::string> read_hashes(const StoreReader& reader, const TilePath& path) {
  const Result<std::vector<Hash>> hashes = reader.tile(path.level, path.index);
  if (!hashes) return hashes.error();
  if (hashes->size() < path.width) return Error{Errc::corrupt, "a published tile is too short"};
  std::string out;
  out.reserve(path.width * sizeof(Hash));
  for (std::size_t i = 0; i < path.width; ++i) out.append(as_text((*hashes)[i]));
  return out;
}

Result<std::string> read_entries(const StoreReader& reader, const TilePath& path) {
  const Result<std::vector<Bytes>> entries =
      reader.log_entries(path.index * kTileWidth, path.width);
  if (!entries) return entries.error();
  if (entries->size() < path.width) return Error{Errc::corrupt, "published entries are missing"};
  const Result<Bytes> bundle = encode_entry_bundle(*entries);
  if (!bundle) return Error{Errc::corrupt, bundle.error().message};
  return std::string(as_text(*bundle));
}

}  // namespace

rpc::HttpResponse get_tile(const Services& services, const rpc::HttpRequest& request) {
  const std::string_view relative = std::string_view(request.path).substr(kPrefix.size());
  const Result<TilePath> path = parse_tile_path(relative);
  if (!path) return rpc::error_response({Errc::not_found, path.error().message});
  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<std::uint64_t> size = published_size(*reader, std::nullopt, {});
  if (!size) return rpc::error_response(size.error());
  if (path->width > tile_width(path->level, path->index, *size)) {
    return rpc::error_response({Errc::not_found, "the published log does not reach so far"});
  }
  Result<std::string> body =
      path->kind == TileKind::hashes ? read_hashes(*reader, *path) : read_entries(*reader, *path);
  if (!body) return rpc::error_response(body.error());
  rpc::HttpResponse response;
  response.content_type = "application/octet-stream";
  response.body = std::move(*body);
  // The log only grows: what stands at a path, partial or full, never changes.
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

}  // namespace kedge::node::api
