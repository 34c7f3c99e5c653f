// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/sample/sample.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::uint64_t kSamples = 64;

/// What `kedge submit` does to each document: profile rule and SHA-256, on one processor.
class DigestScenario : public Scenario {
 public:
  std::string name() const override { return "digest"; }
  std::string summary() const override {
    return "digests of sample credentials on one processor, by profile";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds;
    const sample::SampleMaker maker(1);
    for (std::uint64_t i = 0; i < kSamples; ++i) {
      auto sample = maker.make(i);
      if (!sample) return std::move(sample).error();
      documents_[sample->profile].push_back(std::move(sample->document));
    }
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    std::vector<Figure> figures;
    for (const auto& of_profile : documents_) {
      const auto profile = of_profile.first;
      const auto& documents = of_profile.second;
      bool good = true;
      const double rounds =
          times_per_second(seconds_ / static_cast<double>(documents_.size()), [&] {
            for (const std::string& document : documents) {
              good &= crypto::credential_digest(profile, as_bytes(document)).has_value();
            }
          });
      if (!good) return Error{Errc::internal, "a sample has no digest"};
      const std::string name(crypto::profile_name(profile));
      figures.push_back({.id = "digest-" + name,
                         .what = "documents, " + name + ", " +
                                 std::to_string(average_size(documents)) + " bytes on average",
                         .value = rounds * static_cast<double>(documents.size())});
    }
    return figures;
  }

 private:
  static std::size_t average_size(const std::vector<std::string>& documents) {
    std::size_t total = 0;
    for (const std::string& document : documents) total += document.size();
    return total / documents.size();
  }

  double seconds_ = 1;
  std::map<crypto::DigestProfile, std::vector<std::string>> documents_;
};

}  // namespace

std::unique_ptr<Scenario> make_digest_scenario() {
  return std::make_unique<DigestScenario>();
}

}  // namespace kedge::node::bench
