// SPDX-License-Identifier: Apache-2.0
#include "node/bench/child_process.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/bench/stopwatch.hpp"

namespace kedge::node::bench {
namespace {

constexpr double kPatienceSeconds = 20;
constexpr int kCannotExecute = 127;

/// Between fork and exec: nothing that takes a lock or memory.
[[noreturn]] void become(const std::vector<char*>& words, int output, const Cores& cores,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kCannotExecute);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (!cores.empty()) run_on(0, cores);
  execvp(words.front(), words.data());
  _exit(kCannotExecute);
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& words,
                                         const std::filesystem::path& output, const Cores& cores) {
  std::vector<std::string> copies = words;
  std::vector<char*> pointers;
  for (std::string& word : copies) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    return Error{Errc::storage, "cannot write " + output.string() + ": " + std::strerror(errno)};
  }
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(pointers, file, cores, parent);
  close(file);
  if (pid < 0) {
    return Error{Errc::unavailable, "cannot start " + words.front() + ": " + std::strerror(errno)};
  }
  return ChildProcess(pid);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(other.pid_), status_(std::exchange(other.status_, 0)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = other.pid_;
  status_ = std::exchange(other.status_, 0);
  return *this;
}

ChildProcess::~ChildProcess() {
  end();
}

bool ChildProcess::running() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return !status_;
}

int ChildProcess::wait() {
  int status = 0;
  while (!status_) {
    if (waitpid(pid_, &status, 0) == pid_) {
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else if (errno != EINTR) {
      status_ = kCannotExecute;
    }
  }
  return *status_;
}

bool ChildProcess::gone_within(double seconds) {
  const Stopwatch watch;
  while (running()) {
    if (watch.seconds() > seconds) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

void ChildProcess::end() {
  if (status_) return;
  ::kill(pid_, SIGTERM);
  if (!gone_within(kPatienceSeconds)) kill();
}

void ChildProcess::kill() {
  if (status_) return;
  ::kill(pid_, SIGKILL);
  wait();
}

Result<std::string> run_program(const std::vector<std::string>& words,
                                const std::filesystem::path& folder, const Cores& cores) {
  const std::filesystem::path output = folder / "output";
  auto child = ChildProcess::start(words, output, cores);
  if (!child) return std::move(child).error();
  const int status = child->wait();
  std::string text = text_of(output);
  if (status == 0) return text;
  return Error{Errc::unavailable,
               words.front() + " ended with status " + std::to_string(status) + ": " + text};
}

std::optional<std::filesystem::path> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "") + ":/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path file = std::filesystem::path(folder) / name;
    if (!folder.empty() && access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

}  // namespace kedge::node::bench
