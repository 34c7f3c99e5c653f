// SPDX-License-Identifier: Apache-2.0
#include "tests/support/devnet.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kedge::test {
namespace {

/// What a script answers that cannot run here.
constexpr int kSkipped = 77;

/// The first line from `fd`; empty at its end.
std::string read_line(int fd) {
  std::string line;
  for (char c = 0; read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

std::unique_ptr<Devnet> Devnet::start(const std::vector<std::string>& options) {
  std::vector<std::string> words = {KEDGE_SCRIPTS_DIR "/devnet", "--port", "0"};
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int out[2];
  if (pipe(out) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    dup2(out[1], STDOUT_FILENO);
    close(out[0]);
    close(out[1]);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(out[1]);
  const std::string url = read_line(out[0]);
  close(out[0]);
  if (!url.empty()) return std::unique_ptr<Devnet>(new Devnet(child, url + "/"));
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kSkipped) {
    std::fputs("no chain to test with: npm or its registry is not there\n", stderr);
    return nullptr;
  }
  throw std::runtime_error("scripts/devnet did not start");
}

Devnet::~Devnet() {
  kill(child_, SIGTERM);
  waitpid(child_, nullptr, 0);
}

std::string Devnet::secret(std::size_t index) {
  static constexpr std::array<const char*, 3> kSecrets = {
      "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
      "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
      "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"};
  return kSecrets.at(index);
}

}  // namespace kedge::test
