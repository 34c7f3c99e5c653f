// SPDX-License-Identifier: Apache-2.0
#include "node/store/status_rows.hpp"

#include "node/store/row_codec.hpp"

namespace kedge::node::rows {
namespace {

constexpr Hash kZeros{};

/// A decoded row, unless something in it makes no sense.
template <class T>
Result<T> unless(Result<T> row, const char* fault) {
  if (row && fault != nullptr) return damaged(fault);
  return row;
}

}  // namespace

std::string encode_changes(std::string_view key, const ChangeRun& run) {
  return build(key, [&](BinaryWriter& out) {
    out.put(run.reason);
    put_text(out, run.actor);
    for (const StatusChange& change : run.changes) out.put(encode_status_change(change));
  });
}

Result<ChangeRun> decode_changes(const Source& row) {
  const char* fault = nullptr;
  auto run = parse<ChangeRun>(row, [&](BinaryReader& in, ChangeRun& out) {
    out.issuer = keys::get<std::uint32_t>(row.key, 0);
    out.first_change = keys::get<std::uint64_t>(row.key, 4);
    out.reason = in.get<std::uint8_t>();
    out.actor = take_text(in);
    out.changes.reserve(in.remaining() / StatusChange::kSize);
    while (in.ok() && in.remaining() > 0) {
      const auto change = decode_status_change(in.take(StatusChange::kSize));
      if (!change) {
        fault = "a change of the run may not be";
      } else {
        out.changes.push_back(*change);
      }
    }
    if (out.changes.empty()) fault = "the run has no changes";
  });
  return unless(std::move(run), fault);
}

std::string encode_target(std::string_view key, const TargetStatus& status) {
  return build(key, [&](BinaryWriter& out) {
    out.put(static_cast<std::uint8_t>(status.value)).put(status.time_ms).put(status.change);
    out.put(status.reason);
    put_text(out, status.actor);
  });
}

Result<TargetStatus> decode_target(const Source& row) {
  const char* fault = nullptr;
  auto status = parse<TargetStatus>(row, [&](BinaryReader& in, TargetStatus& out) {
    const auto value = status_from_number(in.get<std::uint8_t>());
    if (value) {
      out.value = *value;
    } else {
      fault = "the row has an unknown status";
    }
    out.time_ms = in.get<std::uint64_t>();
    out.change = in.get<std::uint64_t>();
    out.reason = in.get<std::uint8_t>();
    out.actor = take_text(in);
  });
  return unless(std::move(status), fault);
}

StatusTarget target_of(std::string_view key) {
  return {keys::get<std::uint32_t>(key, 4), keys::get<std::uint64_t>(key, 8)};
}

std::string encode_status_list(std::string_view key, const StatusListRow& row) {
  return build(key, [&](BinaryWriter& out) {
    out.put(row.purposes).put(row.size).put(ByteView(row.key)).put(row.allocated);
  });
}

Result<StatusListRow> decode_status_list(const Source& row) {
  return parse<StatusListRow>(row, [&](BinaryReader& in, StatusListRow& list) {
    list.issuer = keys::get<std::uint32_t>(row.key, 1);
    list.list = keys::get<std::uint32_t>(row.key, 5);
    list.purposes = in.get<std::uint8_t>();
    list.size = in.get<std::uint64_t>();
    list.key = in.get_array<16>();
    list.allocated = in.get<std::uint64_t>();
  });
}

std::string encode_allocation(std::string_view key, const Allocation& allocation) {
  return build(key, [&](BinaryWriter& out) {
    put_text(out, allocation.request_key);
    out.put(allocation.time_ms);
    for (const AllocatedRange& range : allocation.ranges) {
      out.put(range.list).put(range.first_slot).put(range.count);
    }
  });
}

Result<Allocation> decode_allocation(const Source& row) {
  return parse<Allocation>(row, [&](BinaryReader& in, Allocation& allocation) {
    allocation.issuer = keys::get<std::uint32_t>(row.key, 1);
    allocation.request_key = take_text(in);
    allocation.time_ms = in.get<std::uint64_t>();
    while (in.ok() && in.remaining() > 0) {
      AllocatedRange& range = allocation.ranges.emplace_back();
      range.list = in.get<std::uint32_t>();
      range.first_slot = in.get<std::uint64_t>();
      range.count = in.get<std::uint64_t>();
    }
  });
}

std::string encode_status(std::string_view key, const StatusRow& row) {
  return build(key, [&](BinaryWriter& out) {
    out.put(row.issuer_seq).put(row.log_index).put(row.time_ms).put(row.first_change);
    out.put(row.count).put(ByteView(row.changes_root)).put(ByteView(row.status_root));
    for (const ListRecord& record : row.lists) out.put(encode_list_record(record));
  });
}

Result<StatusRow> decode_status(const Source& row) {
  const char* fault = nullptr;
  auto status = parse<StatusRow>(row, [&](BinaryReader& in, StatusRow& out) {
    out.issuer = keys::get<std::uint32_t>(row.key, 0);
    out.epoch = keys::get<std::uint64_t>(row.key, 4);
    out.issuer_seq = in.get<std::uint64_t>();
    out.log_index = in.get<std::uint64_t>();
    out.time_ms = in.get<std::uint64_t>();
    out.first_change = in.get<std::uint64_t>();
    out.count = in.get<std::uint32_t>();
    out.changes_root = in.get_array<32>();
    out.status_root = in.get_array<32>();
    while (in.ok() && in.remaining() > 0) {
      const auto record = decode_list_record(in.take(ListRecord::kSize));
      if (record) out.lists.push_back(*record);
    }
    if (out.lists.empty()) fault = "the row has no list records";
  });
  return unless(std::move(status), fault);
}

std::string encode_status_tile(std::string_view key, const StatusTileNodes& nodes) {
  return build(key, [&](BinaryWriter& out) {
    std::uint16_t which = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i] != kZeros) which = static_cast<std::uint16_t>(which | (1U << i));
    }
    out.put(which);
    for (const Hash& node : nodes) {
      if (node != kZeros) out.put(ByteView(node));
    }
  });
}

Result<StoredTile> decode_status_tile(const Source& row) {
  const char* fault = nullptr;
  auto tile = parse<StoredTile>(row, [&](BinaryReader& in, StoredTile& out) {
    out.issuer = keys::get<std::uint32_t>(row.key, 0);
    out.at.list = keys::get<std::uint32_t>(row.key, 4);
    out.at.tile.level = keys::get<std::uint8_t>(row.key, 8);
    out.at.tile.index = keys::get<std::uint64_t>(row.key, 9);
    out.epoch = ~keys::get<std::uint64_t>(row.key, 17);
    const auto which = in.get<std::uint16_t>();
    for (std::size_t i = 0; i < kStatusTileWidth; ++i) {
      if ((which >> i & 1) == 0) continue;
      out.at.tile.nodes[i] = in.get_array<32>();
      if (out.at.tile.nodes[i] == kZeros) fault = "a node of the tile should not be there";
    }
  });
  return unless(std::move(tile), fault);
}

std::string encode_published(std::string_view key, const PublishedList& list) {
  return build(key, [&](BinaryWriter& out) {
    out.put(list.time_ms).put(ByteView(list.digest)).put(ByteView(list.document));
  });
}

Result<PublishedList> decode_published(const Source& row) {
  return parse<PublishedList>(row, [&](BinaryReader& in, PublishedList& list) {
    list.issuer = keys::get<std::uint32_t>(row.key, 0);
    list.list = keys::get<std::uint32_t>(row.key, 4);
    list.encoding = keys::get<std::uint8_t>(row.key, 8);
    list.epoch = keys::get<std::uint64_t>(row.key, 9);
    list.time_ms = in.get<std::uint64_t>();
    list.digest = in.get_array<32>();
    const ByteView document = in.take(in.remaining());
    list.document.assign(document.begin(), document.end());
  });
}

}  // namespace kedge::node::rows
