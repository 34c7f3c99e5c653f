// SPDX-License-Identifier: Apache-2.0
#include "rpc/server.hpp"

#include <optional>
#include <thread>

#include "rpc/listener.hpp"

namespace kedge::rpc {
namespace {

class ServerImpl final : public Server {
 public:
  ServerImpl(std::shared_ptr<ServerCore> core, unsigned io_threads) : core_(std::move(core)) {
    for (unsigned i = 0; i < std::max(io_threads, 1U); ++i) {
      threads_.push_back(std::make_shared<IoThread>(core_, i));
    }
  }

  ~ServerImpl() override { stop(); }

  Status listen(const ServerOptions& options) {
    public_.emplace(core_, threads_, !options.admin.has_value());
    if (Status done = public_->listen(options.address, options.port); !done) return done;
    if (options.admin) {
      admin_.emplace(core_, threads_, true);
      if (Status done = admin_->listen(options.admin->address, options.admin->port); !done) {
        return done;
      }
    }
    for (const auto& thread : threads_) thread->start();
    started_ = true;
    return {};
  }

  [[nodiscard]] std::uint16_t port() const override { return public_->port(); }
  [[nodiscard]] std::uint16_t admin_port() const override { return admin_ ? admin_->port() : 0; }

  [[nodiscard]] ServerStatus status() const override {
    ServerStatus status{.connections = core_->connections.load(),
                        .streams = core_->streams.load(),
                        .queued_jobs = core_->workers.queued()};
    for (const auto& thread : threads_) status.subscriptions += thread->subscriptions();
    return status;
  }

  void stop() override {
    if (!std::exchange(started_, false)) return;
    threads_.front()->post([this] {
      public_->close();
      if (admin_) admin_->close();
    });
    for (const auto& thread : threads_) thread->drain();
    const auto deadline = std::chrono::steady_clock::now() + core_->limits.stop_deadline;
    while (core_->connections.load() != 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    for (const auto& thread : threads_) thread->stop();
    core_->workers.stop();
  }

 private:
  const std::shared_ptr<ServerCore> core_;
  std::vector<std::shared_ptr<IoThread>> threads_;
  std::optional<Listener> public_;
  std::optional<Listener> admin_;
  bool started_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const MethodTable& methods,
                                              std::vector<Route> routes,
                                              const Authorizer& authorizer, Observer& observer) {
  auto core =
      std::make_shared<ServerCore>(options, methods, std::move(routes), authorizer, observer);
  auto server = std::make_unique<ServerImpl>(std::move(core), options.io_threads);
  if (const Status status = server->listen(options); !status) {
    return status.error();
  }
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace kedge::rpc
