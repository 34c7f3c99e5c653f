// SPDX-License-Identifier: Apache-2.0
// The node with its defaults, but for many issuers: whoever holds the cookie names in the token
// whom it writes for. Until SIGTERM.
//   kedge_scale_node DATA_DIR ISSUERS
#include <cstdlib>

#include "node/access/scopes.hpp"
#include "tests/bench/scale/issuer_token.hpp"
#include "tests/bench/serve.hpp"

namespace kedge::bench {
namespace {

/// `Bearer <cookie>/<number>` writes for the issuer of that number.
class NamingAuthorizer final : public rpc::Authorizer {
 public:
  explicit NamingAuthorizer(const std::string& cookie) : start_("Bearer " + cookie + "/") {}

  [[nodiscard]] Result<rpc::Caller> authorize(std::string_view authorization) const override {
    if (authorization.empty()) return rpc::Caller{};
    const std::string bare = start_.substr(0, start_.size() - 1);
    if (authorization == bare) {
      return node::make_caller(node::kAllScopes, issuer_name(0), "cookie");
    }
    if (authorization.size() == start_.size() + kIssuerDigits &&
        equal_constant_time(as_bytes(authorization.substr(0, start_.size())), as_bytes(start_))) {
      const std::string number(authorization.substr(start_.size()));
      return node::make_caller(node::kAnchorWrite.bit | node::kStatusWrite.bit,
                               issuer_name(std::strtoull(number.c_str(), nullptr, 10)),
                               "issuer " + number);
    }
    return Error{Errc::unauthorized, "expected Bearer, the node's cookie and an issuer's number"};
  }

 private:
  std::string start_;
};

int run(const std::string& data, std::uint64_t issuers) {
  config::Settings settings;
  settings.data_dir = data;
  settings.issuer = issuer_name(0);
  settings.rpc.listen = "127.0.0.1:0";
  node::AppOptions options;
  for (std::uint64_t i = 1; i < issuers; ++i) options.issuers.push_back(issuer_name(i));
  options.authorizer = [](const std::string& cookie) {
    return std::make_unique<NamingAuthorizer>(cookie);
  };
  return serve(settings, std::move(options));
}

}  // namespace
}  // namespace kedge::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "expected a data directory and a number of issuers\n";
    return 2;
  }
  return kedge::bench::run(argv[1], std::strtoull(argv[2], nullptr, 10));
}
