// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "crypto/hex.hpp"
#include "node/bench/child_process.hpp"
#include "node/bench/peer.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/bench/temporary_folder.hpp"
#include "node/sample/sample.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::uint64_t kSamples = 400;
/// Octets of the sample that is looked for; the evidence comes to it.
constexpr std::size_t kSize = 3'400 - 430;
constexpr const char* kScript = "canonicalize.mjs";
/// Makes the largest samples as long as that.
constexpr std::string_view kEvidence =
    R"("evidence":[{"type":["Evidence"],"id":"urn:uuid:b8a2cf5e-7f1d-4e22-9a3c-0f7b1d2e3c4d",)"
    R"("verifier":"did:ebsi:zz7XsC9ixAXuZecoD9sZEM1","subjectPresence":"Physical","evidence)"
    R"(Document":["Passport","Diploma Supplément"],"documentPresence":"Physical","score":0.875,)"
    R"("checks":[{"name":"chip","passed":true},{"name":"photo","passed":true},{"name":"address)"
    R"(","passed":null}],"note":"Prüfung am 20. Juni \"vor Ort\""}],)";

/// Canonical form and digest of one credential, on one processor, beside the reference
/// implementation in JavaScript: the same document, the same digest.
class JcsScenario : public Scenario {
 public:
  std::string name() const override { return "jcs"; }
  std::string summary() const override {
    return "canonical form (RFC 8785) and SHA-256 of one credential on one processor";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds / 2;
    if (Status chosen = choose_document(); !chosen) return chosen;
    auto work = TemporaryFolder::make(options.folder);
    if (!work) return std::move(work).error();
    work_.emplace(*std::move(work));
    std::ofstream(work_->path() / "document.json", std::ios::binary) << document_;
    const auto script = helper(options.helpers, kScript);
    if (!script) {
      remark("no peer: " + script.error().message);
      return {};
    }
    script_ = *script;
    return compare_digests();
  }

  Result<std::vector<Figure>> measure() override {
    const Cores core = {usable_cores().front()};
    const OnCores here(core);
    bool good = true;
    const double ours = times_per_second(seconds_, [&] {
      for (int i = 0; i < 100; ++i) good &= digest().has_value();
    });
    if (!good) return Error{Errc::internal, "the document has no digest"};
    Figure figure{.id = "jcs",
                  .what = "digests of a document of " + std::to_string(document_.size()) + " bytes",
                  .value = ours * 100};
    if (script_) {
      const auto theirs = peer_figure(words(seconds_), work_->path(), core);
      if (!theirs) return theirs.error();
      figure.beside("node, npm canonicalize", *theirs);
    }
    return std::vector<Figure>{figure};
  }

 private:
  Status choose_document() {
    const sample::SampleMaker maker(1);
    for (std::uint64_t i = 0; i < kSamples; ++i) {
      auto sample = maker.make(i);
      if (!sample) return std::move(sample).error();
      if (sample->profile != crypto::DigestProfile::jcs) continue;
      if (document_.empty() || distance(sample->document) < distance(document_)) {
        document_ = std::move(sample->document);
      }
    }
    document_.insert(1, kEvidence);
    return {};
  }

  static std::size_t distance(const std::string& document) {
    return document.size() > kSize ? document.size() - kSize : kSize - document.size();
  }

  [[nodiscard]] Result<Hash> digest() const {
    return crypto::credential_digest(crypto::DigestProfile::jcs, as_bytes(document_));
  }

  [[nodiscard]] std::vector<std::string> words(double seconds) const {
    return {"node", script_->string(), (work_->path() / "document.json").string(),
            std::to_string(seconds)};
  }

  /// Two implementations that disagree cannot be compared; a missing one is no failure.
  Status compare_digests() {
    const auto ours = digest();
    if (!ours) return ours.error();
    const auto theirs = run_program(words(0), work_->path());
    if (!theirs) {
      const bool missing = theirs.error().message.find("ERR_MODULE_NOT_FOUND") != std::string::npos;
      remark("no peer: " + (missing ? "npm's canonicalize is not beside " + script_->string()
                                    : theirs.error().message));
      script_.reset();
      return {};
    }
    if (theirs->starts_with(crypto::to_hex(*ours))) return {};
    return Error{Errc::internal, "canonicalize has another digest for the same document"};
  }

  double seconds_ = 1;
  std::string document_;
  std::optional<TemporaryFolder> work_;
  std::optional<std::filesystem::path> script_;
};

}  // namespace

std::unique_ptr<Scenario> make_jcs_scenario() {
  return std::make_unique<JcsScenario>();
}

}  // namespace kedge::node::bench
