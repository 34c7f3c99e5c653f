// SPDX-License-Identifier: Apache-2.0
#include "node/bench/node_process.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

#include "config/data_dir.hpp"
#include "config/secret_file.hpp"
#include "node/bench/requests.hpp"
#include "node/bench/stopwatch.hpp"
#include "rpc/url.hpp"

namespace kedge::node::bench {
namespace {

constexpr double kStartSeconds = 600;

std::string first_line_of(const std::filesystem::path& file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  return line;
}

std::string all_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

Result<NodeProcess> NodeProcess::start(const std::vector<std::string>& words,
                                       const std::filesystem::path& data_dir,
                                       const std::filesystem::path& log, const Cores& cores) {
  const config::DataDir dir(data_dir);
  // What a node that was killed has left says nothing of the next one.
  std::error_code ignored;
  std::filesystem::remove(dir.address(), ignored);
  const Stopwatch watch;
  auto process = ChildProcess::start(words, log, cores);
  if (!process) return std::move(process).error();
  NodeProcess node(*std::move(process));
  while (node.url_.empty()) {
    if (!node.process_.running() || watch.seconds() > kStartSeconds) {
      return Error{Errc::unavailable, "the node does not start: " + all_of(log)};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    node.url_ = first_line_of(dir.address());
  }
  node.start_seconds_ = watch.seconds();
  const auto url = rpc::parse_url(node.url_);
  if (!url) return url.error();
  node.port_ = url->port;
  auto token = config::read_secret_file(dir.cookie());
  if (!token) return std::move(token).error();
  node.token_ = *std::move(token);
  return node;
}

Result<rpc::Client> NodeProcess::connect() const {
  rpc::ClientOptions options;
  options.token = token_;
  return rpc::Client::connect(url_, std::move(options));
}

Result<std::string> NodeProcess::call(std::string_view method, const std::string& params) const {
  auto client = connect();
  if (!client) return client.error();
  return client->call(method, params);
}

rpc::LoadOptions NodeProcess::load_options() const {
  rpc::LoadOptions options;
  options.port = port_;
  options.body_start = kGoodAnswer;
  return options;
}

Status NodeProcess::move_to(const Cores& cores) {
  if (run_process_on(process_.pid(), cores)) return {};
  return Error{Errc::unavailable, "cannot choose the node's processors"};
}

std::uint64_t NodeProcess::memory() const {
  std::ifstream in("/proc/" + std::to_string(process_.pid()) + "/status");
  for (std::string word; in >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == "VmRSS:" && in >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

double NodeProcess::processor_seconds() const {
  std::ifstream in("/proc/" + std::to_string(process_.pid()) + "/stat");
  std::string line;
  std::getline(in, line);
  // The second field is a name in brackets, and may be anything; times are the 14th and the 15th.
  constexpr int kBetween = 11;
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
  std::string skipped;
  for (int i = 0; i < kBetween; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

bool NodeProcess::await_rest() const {
  constexpr int kSeconds = 120;
  constexpr double kAtRest = 0.05;
  double before = processor_seconds();
  for (int i = 0; i < kSeconds; ++i) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const double now = processor_seconds();
    if (now - before < kAtRest) return true;
    before = now;
  }
  return false;
}

}  // namespace kedge::node::bench
