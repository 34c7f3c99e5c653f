// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "node/store/store.hpp"

namespace kedge::test {

/// A reader around a real one that passes the reads of status through; the rest is up to who
/// derives from it.
class PassedStatusReader : public node::StoreReader {
 public:
  explicit PassedStatusReader(std::unique_ptr<node::StoreReader> truth)
      : truth_(std::move(truth)) {}

  Result<std::uint64_t> next_change(node::IssuerId id) const override {
    return truth_->next_change(id);
  }
  Result<node::TargetStatus> target_status(node::IssuerId id,
                                           const node::StatusTarget& target) const override {
    return truth_->target_status(id, target);
  }
  Result<std::vector<std::optional<node::TargetStatus>>> targets(
      node::IssuerId id, std::span<const node::StatusTarget> wanted) const override {
    return truth_->targets(id, wanted);
  }
  Status visit_targets(
      node::IssuerId id,
      const std::function<Status(const node::StatusTarget&, const node::TargetStatus&)>& visit)
      const override {
    return truth_->visit_targets(id, visit);
  }
  Status visit_changes(node::IssuerId id, std::uint64_t first,
                       const std::function<Status(const node::ChangeRun&)>& visit) const override {
    return truth_->visit_changes(id, first, visit);
  }
  Result<node::StatusListRow> status_list(node::IssuerId id, std::uint32_t list) const override {
    return truth_->status_list(id, list);
  }
  Result<std::vector<node::StatusListRow>> status_lists(node::IssuerId id) const override {
    return truth_->status_lists(id);
  }
  Result<node::Allocation> allocation(node::IssuerId id,
                                      std::string_view request_key) const override {
    return truth_->allocation(id, request_key);
  }
  Result<node::StatusRow> status_at(node::IssuerId id, std::uint64_t epoch) const override {
    return truth_->status_at(id, epoch);
  }
  Result<node::StatusRow> status_entry_at(std::uint64_t log_index) const override {
    return truth_->status_entry_at(log_index);
  }
  Result<node::StoredTile> status_tile(node::IssuerId id, std::uint32_t list, std::uint32_t level,
                                       std::uint64_t index, std::uint64_t epoch) const override {
    return truth_->status_tile(id, list, level, index, epoch);
  }
  Status visit_status_tiles(
      node::IssuerId id,
      const std::function<Status(const node::StoredTile&)>& visit) const override {
    return truth_->visit_status_tiles(id, visit);
  }
  Result<node::PublishedList> published(node::IssuerId id, std::uint32_t list,
                                        std::uint8_t encoding, std::uint64_t epoch) const override {
    return truth_->published(id, list, encoding, epoch);
  }
  Result<node::PublishedList> published_before(node::IssuerId id, std::uint32_t list,
                                               std::uint8_t encoding,
                                               std::uint64_t time_ms) const override {
    return truth_->published_before(id, list, encoding, time_ms);
  }

 protected:
  const std::unique_ptr<node::StoreReader> truth_;
};

}  // namespace kedge::test
