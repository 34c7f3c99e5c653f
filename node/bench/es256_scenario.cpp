// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "crypto/jws.hpp"
#include "crypto/keys.hpp"
#include "node/bench/peer.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/bench/temporary_folder.hpp"
#include "node/sample/sample.hpp"

namespace kedge::node::bench {
namespace {

/// A JWT of a whole credential, taken apart, decoded and verified with a key that is at hand;
/// beside what OpenSSL takes for the signature alone.
class Es256Scenario : public Scenario {
 public:
  std::string name() const override { return "es256"; }
  std::string summary() const override {
    return "credentials as JWT with ES256, parsed and verified on one processor";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds / 2;
    auto work = TemporaryFolder::make(options.folder);
    if (!work) return std::move(work).error();
    work_.emplace(*std::move(work));
    auto key = crypto::SecretKey::generate(crypto::KeyType::p256);
    if (!key) return std::move(key).error();
    key_.emplace(*std::move(key));
    const sample::SampleMaker maker(1);
    std::string payload;
    for (std::uint64_t i = 0; payload.empty(); ++i) {
      auto sample = maker.make(i);
      if (!sample) return std::move(sample).error();
      if (sample->profile == crypto::DigestProfile::jcs) payload = std::move(sample->document);
    }
    auto token = crypto::sign_jws(R"({"alg":"ES256","typ":"JWT"})", as_bytes(payload), *key_);
    if (!token) return std::move(token).error();
    token_ = *std::move(token);
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    const Cores core = {usable_cores().front()};
    const OnCores here(core);
    const crypto::PublicKey& key = key_->public_key();
    bool good = true;
    const double ours = times_per_second(seconds_, [&] {
      for (int i = 0; i < 10; ++i) {
        const auto jws = crypto::parse_jws(token_);
        good &= jws.has_value() && crypto::verify_jws(*jws, key).has_value();
      }
    });
    if (!good) return Error{Errc::internal, "a signature does not verify"};
    Figure figure{.id = "es256",
                  .what = "verifications of a JWT of " + std::to_string(token_.size()) + " bytes",
                  .value = ours * 10};
    const auto theirs = openssl_p256_verifications(seconds_, work_->path(), core);
    if (theirs) {
      figure.beside("openssl speed ecdsap256", *theirs);
    } else if (remarks().empty()) {
      remark("no peer: " + theirs.error().message);
    }
    return std::vector<Figure>{figure};
  }

 private:
  double seconds_ = 1;
  std::optional<TemporaryFolder> work_;
  std::optional<crypto::SecretKey> key_;
  std::string token_;
};

}  // namespace

std::unique_ptr<Scenario> make_es256_scenario() {
  return std::make_unique<Es256Scenario>();
}

}  // namespace kedge::node::bench
