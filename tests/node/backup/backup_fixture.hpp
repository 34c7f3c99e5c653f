// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "config/secret_file.hpp"
#include "node/app/app.hpp"
#include "node/app/log_key.hpp"
#include "node/backup/make_backup.hpp"
#include "node/backup/restore_backup.hpp"
#include "node/store/rocks_store.hpp"
#include "rpc/client.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::test {

/// Whole nodes with a folder for backups, and what is done to these.
class BackupTest : public testing::Test {
 protected:
  using json = nlohmann::json;

  BackupTest() : log_({.level = "off"}) {
    settings_.data_dir = dir_.path() / "data";
    settings_.rpc.listen = "127.0.0.1:0";
    settings_.seal.interval = std::chrono::milliseconds(20);
    settings_.backup.folder = (dir_.path() / "backups").string();
  }

  /// A node on this directory.
  std::unique_ptr<node::App> start(const std::filesystem::path& data) {
    config::Settings settings = settings_;
    settings.data_dir = data;
    auto app = node::App::start(std::move(settings), log_);
    if (!app) throw std::runtime_error(app.error().message);
    return std::move(*app);
  }
  std::unique_ptr<node::App> start() { return start(settings_.data_dir); }

  static rpc::Client client(const node::App& app) {
    rpc::ClientOptions options;
    options.token = *config::read_secret_file(config::DataDir(app.settings().data_dir).cookie());
    auto client = rpc::Client::connect(app.url(), std::move(options));
    if (!client) throw std::runtime_error(client.error().message);
    return std::move(*client);
  }

  static json call(rpc::Client& client, const std::string& method, const json& params) {
    const auto answer = client.call(method, params.dump());
    if (!answer) throw std::runtime_error(method + ": " + answer.error().message);
    return json::parse(*answer);
  }

  static std::string digest(std::uint64_t number) {
    std::string text = std::to_string(number);
    return std::string(64 - text.size(), '0') + text;
  }

  static json submit(rpc::Client& client, std::uint64_t number, const std::string& wait) {
    const json item = {{"profile", "external"}, {"digest", digest(number)}};
    return call(client, "anchor_submit", {{"items", json::array({item})}, {"wait", wait}})
        .at("items")
        .at(0);
  }

  /// Of the node that is not running.
  Result<node::MadeBackup> back_up(const std::string& name, const node::Watch& watch = {}) {
    const config::DataDir dir(settings_.data_dir);
    const auto store = node::open_rocks_store(dir.store());
    if (!store) return store.error();
    const auto key = node::load_log_vkey(dir);
    if (!key) return key.error();
    const node::BackupJob job{.settings = settings_,
                              .target = backups() / name,
                              .log_key = *key,
                              .time_ms = 1'769'846'709'123,
                              .version = "0.1.0"};
    return node::make_backup(**store, job, watch);
  }

  [[nodiscard]] std::filesystem::path backups() const { return settings_.backup.folder; }
  [[nodiscard]] std::filesystem::path restored() const { return dir_.path() / "restored"; }

  static std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  TempDir dir_;
  config::Settings settings_;
  node::NodeLog log_;
};

}  // namespace kedge::test
