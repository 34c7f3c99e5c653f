// SPDX-License-Identifier: Apache-2.0
#include "node/app/node_log.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace kedge::node {
namespace {

spdlog::level::level_enum spd_level(NodeLog::Level level) {
  switch (level) {
    case NodeLog::Level::debug:
      return spdlog::level::debug;
    case NodeLog::Level::info:
      return spdlog::level::info;
    case NodeLog::Level::warning:
      return spdlog::level::warn;
    case NodeLog::Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"\\=\n\t\r") != std::string_view::npos;
}

}  // namespace

struct NodeLog::Impl {
  std::shared_ptr<spdlog::logger> logger;
  bool json = false;
};

NodeLog::NodeLog(const config::LoggingSettings& settings) : impl_(std::make_unique<Impl>()) {
  impl_->json = settings.format == "json";
  impl_->logger =
      std::make_shared<spdlog::logger>("kedge", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  impl_->logger->set_level(spdlog::level::from_str(settings.level));
  impl_->logger->flush_on(spdlog::level::info);
  impl_->logger->set_pattern(impl_->json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                         : "%Y-%m-%d %H:%M:%S.%e %-7l %v",
                             spdlog::pattern_time_type::utc);
}

NodeLog::~NodeLog() = default;

bool NodeLog::writes(Level level) const {
  return impl_->logger->should_log(spd_level(level));
}

void NodeLog::write(Level level, std::string_view event, std::span<const Field> fields) {
  if (!writes(level)) return;
  std::string line;
  if (impl_->json) {
    line = "\"event\":" + json_text(event);
    for (const auto& [name, value] : fields) line += "," + json_text(name) + ":" + json_text(value);
  } else {
    line = std::string(event);
    for (const auto& [name, value] : fields) {
      line += "  " + std::string(name) + "=" + (needs_quotes(value) ? json_text(value) : value);
    }
  }
  impl_->logger->log(spd_level(level), "{}", line);
}

void NodeLog::error(std::string_view event, const Error& error) {
  if (error.field.empty()) {
    write(Level::error, event, {{"reason", error.message}});
  } else {
    write(Level::error, event, {{"reason", error.message}, {"field", error.field}});
  }
}

}  // namespace kedge::node
