// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/hex.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"
#include "node/cli/files.hpp"
#include "node/cli/run.hpp"
#include "node/cli/terminal.hpp"
#include "node/proof/bundle_json.hpp"
#include "tests/node/cli/temporary_directory.hpp"
#include "tests/node/proof/evm_bundle.hpp"

namespace kedge::node::cli {
namespace {

/// From here on this process ends at once if it asks for a socket.
void forbid_sockets() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog filter{std::size(program), program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    _exit(100);
  }
}

/// Runs it in a process that may not open a socket; the wait status.
template <class Run>
int without_sockets(const Run& run) {
  const pid_t child = fork();
  if (child == 0) {
    forbid_sockets();
    _exit(run());
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

class VerifyEvmTest : public testing::Test {
 protected:
  void SetUp() override { write("a.proof.json", bundle_to_json(sample_.bundle)); }

  void write(const std::string& name, std::string_view content) {
    ASSERT_TRUE(write_file(path(name), content));
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

  /// A trust file that believes the blocks in this way.
  void trust(const std::string& blocks) {
    const auto proof = sample_.block.proof();
    write("trust.toml", "log_keys = [\"" + sample_.filled.verifier().vkey() +
                            "\"]\n[[ledger]]\nchain_id = " + std::to_string(proof.chain_id) +
                            "\ncontract = \"" + ledger::evm::to_checksum_text(proof.contract) +
                            "\"\nlog_id = \"" + ledger::evm::to_data(proof.checkpoint.log_id) +
                            "\"\n" + blocks);
  }
  void trust_validators(std::size_t left_out = 0) {
    std::string list;
    const auto& all = sample_.block.validators();
    for (std::size_t i = left_out; i < all.size(); ++i) {
      list += "\"" + ledger::evm::to_text(all[i]) + "\",";
    }
    trust("[[ledger.validators]]\nfrom_block = 0\nseals = \"qbft\"\naddresses = [" + list + "]\n");
  }

  ExitStatus verify(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"verify",   path("a.proof.json"),
                                      "--digest", crypto::to_hex(sample_.digest),
                                      "--trust",  path("trust.toml")};
    words.insert(words.end(), more.begin(), more.end());
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal(out, err, {});
    const ExitStatus status = run(words, terminal);
    out_ = out.str();
    err_ = err.str();
    return status;
  }

  test::EvmBundle sample_;
  TemporaryDirectory directory_;
  std::string out_;
  std::string err_;
};

TEST_F(VerifyEvmTest, SaysOnWhoseWordTheBlockIsBelieved) {
  trust_validators();
  EXPECT_EQ(verify(), ExitStatus::done) << out_ << err_;
  EXPECT_EQ(out_.find("valid\n"), 0U);
  EXPECT_NE(out_.find("(ledger-confirmed)"), std::string::npos) << out_;
  EXPECT_NE(out_.find("on the word of\n  log key "), std::string::npos) << out_;
  EXPECT_NE(out_.find("chain 6179: 5 of 7 validators, who have sealed the block (QBFT)"),
            std::string::npos)
      << out_;
  EXPECT_EQ(verify({"--json"}), ExitStatus::done);
  const auto verdict = nlohmann::json::parse(out_);
  EXPECT_EQ(verdict["verdict"], "valid");
  EXPECT_EQ(verdict["reasons"][0]["code"], "ledger-confirmed");
  EXPECT_EQ(verdict["trust"].size(), 2U);
}

TEST_F(VerifyEvmTest, OpensNoSocketOffline) {
  const int stopped = without_sockets([] { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 1 : 0; });
  ASSERT_TRUE(WIFSIGNALED(stopped)) << "the filter does not hold";
  trust_validators();
  const int status = without_sockets([this] { return static_cast<int>(verify()); });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(ExitStatus::done));
  trust("[[ledger.block]]\nnumber = 123456\nhash = \"" +
        ledger::evm::to_data(sample_.block.hash()) + "\"\n");
  const int pinned = without_sockets([this] { return static_cast<int>(verify()); });
  ASSERT_TRUE(WIFEXITED(pinned));
  EXPECT_EQ(WEXITSTATUS(pinned), static_cast<int>(ExitStatus::done));
}

TEST_F(VerifyEvmTest, ExitStatusSaysWhatIsKnown) {
  trust_validators(1);
  EXPECT_EQ(verify(), ExitStatus::unknown) << "other validators";
  trust("[[ledger.block]]\nnumber = 123456\nhash = \"0x" + std::string(64, '0') + "\"\n");
  EXPECT_EQ(verify(), ExitStatus::failed) << "another block";
  EXPECT_NE(out_.find("(block-contradicted)"), std::string::npos) << out_;
  // Port 9 of this machine answers nobody.
  trust("[ledger.endpoints]\nurls = [\"http://user:secret@127.0.0.1:9/\"]\nagree = 1\n");
  EXPECT_EQ(verify(), ExitStatus::unknown) << "a node that does not answer";
  EXPECT_EQ(out_.find("secret"), std::string::npos) << out_;
}

TEST_F(VerifyEvmTest, WrongTrustFilesAreNoVerdict) {
  for (const char* text : {"", "log_keys = []", "log_keys = [\"log.example+00000000+AAAA\"]",
                           "log_keys = 1\nother = 2"}) {
    write("trust.toml", text);
    EXPECT_EQ(verify(), ExitStatus::usage) << text;
    EXPECT_EQ(out_, "");
    EXPECT_NE(err_, "");
  }
}

}  // namespace
}  // namespace kedge::node::cli
