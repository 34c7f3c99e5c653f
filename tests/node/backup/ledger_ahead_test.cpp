// SPDX-License-Identifier: Apache-2.0
// A log that was restored, and a ledger that was not.
#include "tests/node/backup/backup_fixture.hpp"

namespace kedge::test {
namespace {

namespace fs = std::filesystem;
using node::restore_backup;

class LedgerAheadTest : public BackupTest {
 protected:
  LedgerAheadTest() {
    {
      const auto app = start();
      rpc::Client admin = client(*app);
      submit(admin, 1, "final");
      call(admin, "node_backup", {{"name", "old"}});
      submit(admin, 2, "final");
    }
    const auto done = restore_backup(backups() / "old", restored(), {});
    if (!done) throw std::runtime_error(done.error().message);
    // The ledger was kept somewhere else, and knows more.
    fs::copy_file(config::DataDir(settings_.data_dir).embedded_ledger(),
                  config::DataDir(restored()).embedded_ledger(),
                  fs::copy_options::overwrite_existing);
  }

  static void expect_signs_nothing(const node::App& app) {
    rpc::Client admin = client(app);
    // Readers are served, credentials are taken, nothing is sealed.
    EXPECT_EQ(admin.get("/v1/proofs/" + digest(1))->status, 200U);
    const json before = call(admin, "log_checkpoint", json::object());
    EXPECT_EQ(submit(admin, 3, "accepted")["state"], "accepted");
    const auto sealed = admin.call("anchor_seal", "{}");
    ASSERT_FALSE(sealed);
    EXPECT_EQ(sealed.error().code, Errc::too_busy);
    const auto ready = admin.get("/readyz");
    ASSERT_TRUE(ready);
    EXPECT_EQ(ready->status, 503U);
    EXPECT_NE(ready->body.find("backup"), std::string::npos) << ready->body;
    EXPECT_EQ(call(admin, "log_checkpoint", json::object()), before);
  }
};

TEST_F(LedgerAheadTest, TheNodeSignsNothingAndSaysWhy) {
  expect_signs_nothing(*start(restored()));
}

/// A backup of such a node, running or stopped, must not make it good by cutting its ledger.
TEST_F(LedgerAheadTest, ABackupOfItIsAheadAsWell) {
  {
    const auto app = start(restored());
    rpc::Client admin = client(*app);
    call(admin, "node_backup", {{"name", "running"}});
  }
  settings_.data_dir = restored();
  ASSERT_TRUE(back_up("stopped"));
  for (const std::string name : {"running", "stopped"}) {
    SCOPED_TRACE(name);
    const fs::path again = dir_.path() / ("again-" + name);
    ASSERT_TRUE(restore_backup(backups() / name, again, {}));
    expect_signs_nothing(*start(again));
  }
}

}  // namespace
}  // namespace kedge::test
