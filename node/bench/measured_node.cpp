// SPDX-License-Identifier: Apache-2.0
#include "node/bench/measured_node.hpp"

#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "node/bench/requests.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::size_t kFillConnections = 8;
constexpr std::uint64_t kFillPerCall = 1'000;
constexpr double kFillSeconds = 86'400;

std::filesystem::path data_in(const TemporaryFolder& folder) {
  return folder.path() / "data";
}

Status done(const Result<std::string>& answer) {
  if (!answer) return answer.error();
  return {};
}

}  // namespace

MeasuredNode::MeasuredNode(TemporaryFolder folder, NodeProcess process)
    : folder_(std::move(folder)), process_(std::move(process)) {}

Result<std::unique_ptr<MeasuredNode>> MeasuredNode::start(const std::filesystem::path& parent,
                                                          const Cores& cores,
                                                          const std::string& settings) {
  auto folder = TemporaryFolder::make(parent);
  if (!folder) return std::move(folder).error();
  const std::filesystem::path data = data_in(*folder);
  std::vector<std::string> words = {"/proc/self/exe", "node",     "--data",
                                    data.string(),    "--listen", "127.0.0.1:0"};
  if (!settings.empty()) {
    const std::filesystem::path file = folder->path() / "settings.toml";
    std::ofstream(file) << settings;
    words.insert(words.end(), {"--config", file.string()});
  }
  return run(words, *std::move(folder), cores);
}

Result<std::unique_ptr<MeasuredNode>> MeasuredNode::start_other(
    const std::filesystem::path& program, const std::filesystem::path& parent, const Cores& cores) {
  auto folder = TemporaryFolder::make(parent);
  if (!folder) return std::move(folder).error();
  const std::filesystem::path data = data_in(*folder);
  return run({program.string(), data.string()}, *std::move(folder), cores);
}

Result<std::unique_ptr<MeasuredNode>> MeasuredNode::run(const std::vector<std::string>& words,
                                                        TemporaryFolder folder,
                                                        const Cores& cores) {
  auto process = NodeProcess::start(words, data_in(folder), folder.path() / "node.log", cores);
  if (!process) return std::move(process).error();
  return std::unique_ptr<MeasuredNode>(new MeasuredNode(std::move(folder), *std::move(process)));
}

std::filesystem::path MeasuredNode::data_dir() const {
  return data_in(folder_);
}

Status MeasuredNode::accept(std::uint64_t first, std::uint64_t count) {
  const std::uint64_t calls = count / kFillPerCall;
  const std::uint64_t rest = count % kFillPerCall;
  if (calls > 0) {
    rpc::LoadOptions options = process_.load_options();
    options.connections = kFillConnections;
    options.seconds = kFillSeconds;
    options.max_requests = calls;
    const auto load =
        rpc::run_load(options, submit_requests(process_.token(), first, kFillPerCall));
    if (!load) return load.error();
  }
  if (rest == 0) return {};
  return done(process_.call("anchor_submit", submit_params(first + calls * kFillPerCall, rest)));
}

Status MeasuredNode::make_final(std::uint64_t last) {
  if (Status sealed = done(process_.call("anchor_seal", "{}")); !sealed) return sealed;
  // It is known already, and the answer waits for its anchor.
  std::string params = submit_params(last, 1);
  params.insert(params.size() - 1, R"(,"wait":"final","timeout_ms":120000)");
  return done(process_.call("anchor_submit", params));
}

Status MeasuredNode::fill(std::uint64_t count) {
  if (Status accepted = accept(0, count); !accepted) return accepted;
  return make_final(count - 1);
}

Status MeasuredNode::suspend(std::uint64_t stored, std::uint64_t count) {
  if (Status set = done(process_.call("status_set", suspend_params(stored, count))); !set) {
    return set;
  }
  if (Status sealed = done(process_.call("anchor_seal", "{}")); !sealed) return sealed;
  constexpr int kTries = 600;
  for (int i = 0; i < kTries; ++i) {
    const auto answer = process_.call("status_get", digest_params(0));
    if (!answer) return answer.error();
    if (answer->find(R"("value":"suspended","state":"final")") != std::string::npos) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return Error{Errc::unavailable, "the ledger has no new statuses after a minute"};
}

}  // namespace kedge::node::bench
