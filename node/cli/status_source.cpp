// SPDX-License-Identifier: Apache-2.0
#include "node/cli/status_source.hpp"

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "crypto/rfc3339.hpp"

namespace kedge::node::cli {
namespace {

constexpr std::uint64_t kPage = 10'000;

Error wrong(const std::string& what) {
  return {Errc::unavailable, "the node's status_changes have no " + what};
}

/// The members of one object; the first that is not what it should be is remembered.
class Members {
 public:
  explicit Members(const nlohmann::json& object) : object_(object) {}

  std::uint64_t number(const char* name, std::uint64_t max = ~std::uint64_t{0}) {
    const nlohmann::json* value = find(name);
    if (value != nullptr && value->is_number_unsigned() && value->get<std::uint64_t>() <= max) {
      return value->get<std::uint64_t>();
    }
    return fail(name), 0;
  }
  std::string text(const char* name) {
    const nlohmann::json* value = find(name);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    return fail(name), std::string();
  }
  StatusValue value(const char* name) {
    const auto parsed = parse_status_name(text(name));
    return parsed ? *parsed : (fail(name), StatusValue::valid);
  }
  std::uint64_t time_ms(const char* name) {
    const auto parsed = crypto::parse_rfc3339(text(name));
    return parsed ? *parsed : (fail(name), 0);
  }
  Hash hash(const char* name) {
    const auto parsed = crypto::hash_from_hex(text(name));
    return parsed ? *parsed : (fail(name), Hash{});
  }
  /// An empty one if it is none.
  const nlohmann::json& array(const char* name) {
    static const nlohmann::json kNone = nlohmann::json::array();
    const nlohmann::json* value = find(name);
    if (value != nullptr && value->is_array()) return *value;
    return fail(name), kNone;
  }

  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  const nlohmann::json* find(const char* name) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }
  void fail(const char* name) {
    if (missing_.empty()) missing_ = name;
  }

  const nlohmann::json& object_;
  std::string missing_;
};

Result<ListRecord> read_list(const nlohmann::json& object) {
  Members members(object);
  ListRecord record;
  record.list = static_cast<std::uint32_t>(members.number("list", 0xffff'ffff));
  record.size = members.number("size");
  record.bits_root = members.hash("bits_root");
  if (!members.missing().empty()) return wrong("lists[]." + members.missing());
  return record;
}

Result<StatusChange> read_change(const nlohmann::json& object) {
  Members members(object);
  StatusChange change;
  change.target.list = static_cast<std::uint32_t>(members.number("list", 0xffff'ffff));
  change.target.index = members.number("index");
  change.before = members.value("old");
  change.after = members.value("new");
  change.time_ms = members.time_ms("time");
  if (!members.missing().empty()) return wrong("changes[]." + members.missing());
  return change;
}

Status read_page(const std::string& answer, StatusRecords& records) {
  const auto json = crypto::parse_json(answer);
  if (!json) return wrong("object");
  Members members(*json);
  const nlohmann::json& lists = members.array("lists");
  const nlohmann::json& changes = members.array("changes");
  if (!members.missing().empty()) return wrong(members.missing());
  records.lists.clear();
  for (const nlohmann::json& object : lists) {
    const auto list = read_list(object);
    if (!list) return list.error();
    records.lists.push_back(*list);
  }
  for (const nlohmann::json& object : changes) {
    const auto change = read_change(object);
    if (!change) return change.error();
    records.changes.push_back(*change);
  }
  return {};
}

}  // namespace

Result<StatusRecords> NodeStatusSource::status_records(std::uint64_t log_index,
                                                       std::uint32_t count) {
  StatusRecords records;
  while (records.changes.size() < count) {
    const std::size_t before = records.changes.size();
    const std::uint64_t wanted = std::min<std::uint64_t>(kPage, count - before);
    const auto answer =
        client_.call("status_changes", "{\"log_index\":" + std::to_string(log_index) +
                                           ",\"start\":" + std::to_string(before) +
                                           ",\"count\":" + std::to_string(wanted) + "}");
    if (!answer) return answer.error();
    if (Status read = read_page(*answer, records); !read) return read.error();
    if (records.changes.size() == before || records.changes.size() > before + wanted) {
      return Error{Errc::unavailable, "the node gives another number of changes than asked for"};
    }
  }
  return records;
}

}  // namespace kedge::node::cli
