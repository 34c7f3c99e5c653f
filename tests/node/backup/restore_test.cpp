// SPDX-License-Identifier: Apache-2.0
#include "node/app/initialise.hpp"
#include "tests/node/backup/backup_fixture.hpp"

namespace kedge::test {
namespace {

namespace fs = std::filesystem;
using node::restore_backup;

class RestoreTest : public BackupTest {
 protected:
  RestoreTest() {
    {
      const auto app = start();
      rpc::Client admin = client(*app);
      submit(admin, 1, "final");
    }
    const auto made = back_up("one");
    if (!made) throw std::runtime_error(made.error().message);
    backup_ = made->folder;
    manifest_ = made->manifest;
  }

  std::string refusal() {
    const auto done = restore_backup(backup_, restored(), {});
    EXPECT_FALSE(fs::exists(restored()));
    return done ? "restored" : done.error().message;
  }

  fs::path backup_;
  node::BackupManifest manifest_;
};

/// One bit of any file, and the file is named.
TEST_F(RestoreTest, SeesEveryFlippedBit) {
  ASSERT_GT(manifest_.files.size(), 5U);
  for (const node::BackupFile& file : manifest_.files) {
    if (file.size == 0) continue;
    const fs::path path = backup_ / file.path;
    for (const std::uint64_t at : {std::uint64_t{0}, file.size / 2, file.size - 1}) {
      std::fstream change(path, std::ios::in | std::ios::out | std::ios::binary);
      const auto flip = [&] {
        change.seekg(static_cast<std::streamoff>(at));
        const int octet = change.get();
        change.seekp(static_cast<std::streamoff>(at));
        change.put(static_cast<char>(octet ^ 0x10)).flush();
      };
      flip();
      const std::string refused = refusal();
      EXPECT_NE(refused.find(path.string()), std::string::npos) << refused;
      flip();
    }
  }
  EXPECT_TRUE(restore_backup(backup_, restored(), {}));
}

TEST_F(RestoreTest, SeesWhatIsMissingOrLongerOrElsewhere) {
  const fs::path file = backup_ / "data" / "log.vkey";
  const std::string text = text_of(file);
  fs::remove(file);
  EXPECT_NE(refusal().find("log.vkey is missing"), std::string::npos);
  std::ofstream(file) << text << "x";
  EXPECT_NE(refusal().find("log.vkey has"), std::string::npos);
  fs::remove(file);
  std::ofstream(dir_.path() / "elsewhere") << text;
  fs::create_symlink(dir_.path() / "elsewhere", file);
  EXPECT_NE(refusal().find("no regular file"), std::string::npos);
}

TEST_F(RestoreTest, SeesAManifestThatLies) {
  const std::string text = text_of(backup_ / node::kManifestFile);
  const std::string size = "\"log_size\": " + std::to_string(manifest_.log_size);
  std::string lie = text;
  lie.replace(lie.find(size), size.size(), "\"log_size\": 4711");
  std::ofstream(backup_ / node::kManifestFile, std::ios::trunc) << lie;
  EXPECT_NE(refusal().find("not what the manifest says"), std::string::npos);
  lie = text;
  lie.replace(lie.find(settings_.log.origin), settings_.log.origin.size(), "other.example/x");
  std::ofstream(backup_ / node::kManifestFile, std::ios::trunc) << lie;
  EXPECT_NE(refusal(), "restored");
}

TEST_F(RestoreTest, RestoresIntoNothingButAnEmptyDirectory) {
  fs::create_directories(restored());
  std::ofstream(restored() / "mine") << "x";
  const auto full = restore_backup(backup_, restored(), {});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Errc::already_exists);
  EXPECT_NE(full.error().message.find("mine"), std::string::npos);
  EXPECT_EQ(text_of(restored() / "mine"), "x");
  fs::remove(restored() / "mine");
  fs::create_directory(restored() / "lost+found");
  EXPECT_TRUE(restore_backup(backup_, restored(), {}));
}

/// Stopped at every moment: the directory is as it was.
TEST_F(RestoreTest, AnInterruptedOneLeavesNothing) {
  int moments = 0;
  for (bool done = false; !done; ++moments) {
    ASSERT_LT(moments, 1000);
    int left = moments;
    node::Watch watch;
    watch.stopped = [&left] { return left-- <= 0; };
    const auto restored_now = restore_backup(backup_, restored(), watch);
    done = restored_now.has_value();
    if (!done) {
      EXPECT_EQ(restored_now.error().code, Errc::unavailable);
    }
    EXPECT_EQ(fs::exists(restored()), done);
  }
  EXPECT_GT(moments, 10);
}

/// Killed rather than stopped: no node makes a second log of what is there.
TEST_F(RestoreTest, NoNodeStartsOnHalfOfOne) {
  ASSERT_TRUE(restore_backup(backup_, restored(), {}));
  const config::DataDir data(restored());
  fs::create_directory(data.restoring());
  EXPECT_THROW(start(restored()), std::runtime_error);
  fs::rename(data.store(), data.restoring() / "store");
  EXPECT_THROW(start(restored()), std::runtime_error);
  EXPECT_FALSE(fs::exists(data.store()));
  config::Settings settings = settings_;
  settings.data_dir = restored();
  EXPECT_EQ(node::initialise(settings).error().code, Errc::unavailable);
  fs::rename(data.restoring() / "store", data.store());
  fs::remove(data.restoring());
  start(restored());
}

}  // namespace
}  // namespace kedge::test
