// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "node/app/initialise.hpp"
#include "tests/node/backup/backup_fixture.hpp"

namespace kedge::test {
namespace {

namespace fs = std::filesystem;
using node::restore_backup;

TEST_F(BackupTest, ARunningNodeMakesOneThatANodeStartsOn) {
  json made;
  {
    const auto app = start();
    rpc::Client admin = client(*app);
    for (std::uint64_t i = 0; i < 20; ++i) submit(admin, i, "accepted");
    submit(admin, 20, "final");
    call(admin, "issuer_add", {{"issuer", "did:example:college"}});
    call(admin, "issuer_token", {{"issuer", "did:example:college"}, {"scopes", {"read"}}});
    made = call(admin, "node_backup", {{"name", "weekly"}});
    submit(admin, 21, "final");
    // The name is taken, and says so.
    const auto again = admin.call("node_backup", R"({"name":"weekly"})");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::already_exists);
  }
  EXPECT_EQ(made["path"], (backups() / "weekly").string());
  EXPECT_EQ(made["origin"], settings_.log.origin);
  EXPECT_GT(made["log_size"], 1);
  EXPECT_EQ(made["left_out"], json::array());
  EXPECT_EQ(fs::status(backups() / "weekly").permissions(), fs::perms::owner_all);
  EXPECT_FALSE(fs::exists(config::DataDir(settings_.data_dir).store_snapshot()));

  const auto manifest = restore_backup(backups() / "weekly", restored(), {});
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->log_size, made["log_size"]);
  EXPECT_EQ(manifest->files.size(), made["files"]);
  EXPECT_EQ(manifest->bytes(), made["bytes"]);
  const config::DataDir data(restored());
  for (const fs::path& file : {data.log_key(), data.tokens(), data.record()}) {
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << file;
  }
  EXPECT_FALSE(fs::exists(data.cookie()));
  EXPECT_FALSE(fs::exists(data.address()));

  const auto app = start(restored());
  rpc::Client admin = client(*app);
  for (std::uint64_t i = 0; i <= 20; ++i) {
    const json item = submit(admin, i, "sealed");
    EXPECT_EQ(item["duplicate"], true);
    EXPECT_EQ(item["position"], i);
  }
  EXPECT_EQ(call(admin, "token_list", json::object())["tokens"].size(), 1U);
  // What came after it is new, and the ledger goes on.
  EXPECT_EQ(submit(admin, 21, "final")["duplicate"], false);
  EXPECT_EQ(call(admin, "node_info", json::object())["ledgers"][0]["standing"], "consistent");
}

/// Whatever was acknowledged before the call is in it, whatever else goes on; and the parts fit:
/// the record has the heads, the embedded ledger is not ahead.
TEST_F(BackupTest, UnderLoadEveryOneIsWhole) {
  std::atomic<bool> stop = false;
  std::atomic<std::uint64_t> acknowledged = 0;
  std::vector<std::pair<std::string, std::uint64_t>> made;
  {
    const auto app = start();
    std::thread load([&] {
      rpc::Client writer = client(*app);
      for (std::uint64_t i = 0; !stop; ++i) {
        submit(writer, i, "accepted");
        acknowledged = i + 1;
      }
    });
    rpc::Client admin = client(*app);
    for (std::uint64_t i = 0; i < 4; ++i) {
      while (acknowledged < 200 * (i + 1)) std::this_thread::yield();
      const std::uint64_t before = acknowledged;
      const std::string name = "b" + std::to_string(i);
      call(admin, "node_backup", {{"name", name}});
      made.emplace_back(name, before);
    }
    stop = true;
    load.join();
  }
  for (const auto& backup : made) {
    const fs::path data = dir_.path() / ("restored-" + backup.first);
    const auto manifest = restore_backup(backups() / backup.first, data, {});
    ASSERT_TRUE(manifest) << manifest.error().message;
    const auto app = start(data);
    rpc::Client admin = client(*app);
    for (std::uint64_t i = 0; i < backup.second; i += 17) {
      EXPECT_EQ(submit(admin, i, "accepted")["duplicate"], true) << i;
    }
    EXPECT_EQ(submit(admin, backup.second - 1, "final")["position"], backup.second - 1);
    EXPECT_EQ(admin.get("/readyz")->status, 200U);
    const json anchor = call(admin, "ledger_status", json::object())["ledgers"][0];
    EXPECT_EQ(anchor["condition"], "working");
  }
}

TEST_F(BackupTest, AFolderIsNamedByTheOperatorAlone) {
  {
    const auto app = start();
    rpc::Client admin = client(*app);
    for (const std::string name : {"", ".", "..", "../x", "a/b", "/tmp/x", ".hidden", "a b"}) {
      const auto answer = admin.call("node_backup", json{{"name", name}}.dump());
      ASSERT_FALSE(answer) << name;
      EXPECT_EQ(answer.error().field, "name");
    }
    EXPECT_FALSE(fs::exists(backups()));
  }
  settings_.backup.folder.clear();
  const auto app = start();
  rpc::Client admin = client(*app);
  const auto answer = admin.call("node_backup", "{}");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("backup.folder"), std::string::npos);
}

/// Stopped at every moment at which it looks: nothing is left that could be taken for a backup.
TEST_F(BackupTest, AnInterruptedOneIsNone) {
  {
    const auto app = start();
    rpc::Client admin = client(*app);
    submit(admin, 1, "final");
  }
  int moments = 0;
  for (bool done = false; !done; ++moments) {
    ASSERT_LT(moments, 1000);
    int left = moments;
    node::Watch watch;
    watch.stopped = [&left] { return left-- <= 0; };
    const auto made = back_up("one", watch);
    done = made.has_value();
    if (!done) {
      EXPECT_EQ(made.error().code, Errc::unavailable) << made.error().message;
      EXPECT_TRUE(fs::is_empty(backups()));
    }
  }
  EXPECT_GT(moments, 20);
  EXPECT_TRUE(restore_backup(backups() / "one", restored(), {}));
}

TEST_F(BackupTest, WhatACrashHasLeftIsReplacedAndNeverTaken) {
  { const auto app = start(); }
  const fs::path left = backups() / ".one.making";
  fs::create_directories(left / "data" / "store");
  std::ofstream(left / "data" / "store" / "CURRENT") << "MANIFEST-000001\n";
  fs::create_directories(config::DataDir(settings_.data_dir).store_snapshot() / "old");
  const auto taken = restore_backup(left, restored(), {});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::not_found);
  EXPECT_NE(taken.error().message.find("interrupted"), std::string::npos);
  EXPECT_FALSE(fs::exists(restored()));
  const auto made = back_up("one");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(restore_backup(backups() / "one", restored(), {}));
}

TEST_F(BackupTest, IsNotMadeOfWhatIsNotClean) {
  {
    const auto app = start();
    rpc::Client admin = client(*app);
    submit(admin, 1, "final");
  }
  const config::DataDir data(settings_.data_dir);
  const std::string record = text_of(data.record());
  std::ofstream(data.record(), std::ios::trunc) << record.substr(0, record.find('\n') + 1);
  const auto cut = back_up("cut");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, Errc::corrupt);
  EXPECT_NE(cut.error().message.find("the record"), std::string::npos) << cut.error().message;
  std::ofstream(data.record(), std::ios::trunc) << record;
  fs::remove(data.log_key());
  EXPECT_FALSE(back_up("keyless"));
  EXPECT_TRUE(fs::is_empty(backups()));
}

TEST_F(BackupTest, GoesOnlyWhereItIsSafe) {
  { const auto app = start(); }
  settings_.backup.folder = (settings_.data_dir / "backups").string();
  const auto inside = back_up("one");
  ASSERT_FALSE(inside);
  EXPECT_EQ(inside.error().code, Errc::invalid_argument);
  settings_.backup.folder = (dir_.path() / "backups").string();
  EXPECT_FALSE(back_up(".one"));
  fs::create_directories(backups());
  fs::create_symlink("nowhere", backups() / "one");
  EXPECT_EQ(back_up("one").error().code, Errc::already_exists);
  fs::create_directory_symlink(dir_.path(), settings_.data_dir / "link");
  EXPECT_EQ(back_up("two").error().code, Errc::invalid_argument);
}

/// What refers to the log is older than the store, what the log refers to is newer.
TEST_F(BackupTest, CopiesInTheOrderInWhichItFits) {
  { const auto app = start(); }
  const fs::path told = settings_.data_dir / "webhooks" / "state.json";
  fs::create_directory(told.parent_path());
  std::ofstream(told) << "before";
  node::Watch watch;
  watch.progress = [&](std::string_view phase, std::uint64_t, std::uint64_t) {
    if (phase != "store") return;
    std::ofstream(told) << "meanwhile";
    std::ofstream(settings_.data_dir / "keys" / "new.key") << "key";
  };
  ASSERT_TRUE(back_up("one", watch));
  const fs::path data = backups() / "one" / "data";
  EXPECT_EQ(text_of(data / "webhooks" / "state.json"), "before");
  EXPECT_EQ(text_of(data / "keys" / "new.key"), "key");
}

TEST_F(BackupTest, NamesWhatItLacks) {
  settings_.network.tls_key = "/etc/kedge/anchor.key";
  settings_.access.jwks_file = (settings_.data_dir / "jwks.json").string();
  settings_.ledgers.push_back({.name = "besu", .kind = "evm"});
  settings_.ledgers[1].evm.key_file = "ledger.key";
  settings_.webhook.emplace_back().secret_file = "/etc/kedge/webhook";
  const std::vector<node::LeftOut> expected = {{"rpc.tls_key", "/etc/kedge/anchor.key"},
                                               {"ledger[1].key_file", "ledger.key"},
                                               {"webhook[0].secret_file", "/etc/kedge/webhook"}};
  EXPECT_EQ(node::left_out_files(settings_), expected);
}

}  // namespace
}  // namespace kedge::test
