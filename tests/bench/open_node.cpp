// SPDX-License-Identifier: Apache-2.0
// The node with its defaults, but that it asks nobody who they are, counts nothing and keeps no
// record: what the scenario `limits` of `kedge bench` holds the real one against. Until SIGTERM.
//   kedge_open_node DATA_DIR
#include "node/access/scopes.hpp"
#include "tests/bench/serve.hpp"

namespace kedge::bench {
namespace {

class Everybody final : public rpc::Authorizer {
 public:
  explicit Everybody(const std::string& issuer)
      : caller_(node::make_caller(node::kAllScopes, issuer, "everybody")) {}

  [[nodiscard]] Result<rpc::Caller> authorize(std::string_view) const override { return caller_; }

 private:
  const rpc::Caller caller_;
};

int run(const std::string& data) {
  config::Settings settings;
  settings.data_dir = data;
  settings.rpc.listen = "127.0.0.1:0";
  settings.access.record = false;
  node::AppOptions options;
  options.authorizer = [issuer = settings.issuer](const std::string&) {
    return std::make_unique<Everybody>(issuer);
  };
  return serve(settings, std::move(options));
}

}  // namespace
}  // namespace kedge::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "expected a data directory\n";
    return 2;
  }
  return kedge::bench::run(argv[1]);
}
