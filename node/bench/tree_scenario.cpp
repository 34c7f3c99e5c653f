// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "crypto/sha256.hpp"
#include "crypto/sha256_batch.hpp"
#include "crypto/tree.hpp"
#include "node/bench/peer.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/bench/temporary_folder.hpp"
#include "node/log/leaf.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::size_t kLeaves = 1'000'000;

/// A million leaf entries into their root, on one processor: three compressions a leaf.
class TreeScenario : public Scenario {
 public:
  std::string name() const override { return "tree"; }
  std::string summary() const override {
    return "root of 1,000,000 leaf entries on one processor, in batch and one hash at a time";
  }

  Status prepare(const BenchOptions& options) override {
    seconds_ = options.seconds;
    auto work = TemporaryFolder::make(options.folder);
    if (!work) return std::move(work).error();
    work_.emplace(*std::move(work));
    const auto program = helper(options.helpers, kPeers);
    if (program) {
      helper_ = *program;
    } else {
      remark("no peers: " + program.error().message);
    }
    entries_.resize(kLeaves * LeafEntry::kSize);
    std::uint64_t state = 1;
    for (std::uint8_t& octet : entries_) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      octet = static_cast<std::uint8_t>(state >> 56U);
    }
    return {};
  }

  Result<std::vector<Figure>> measure() override {
    const OnCores here({usable_cores().front()});
    const double part = seconds_ / 4;
    const double batch = times_per_second(part, [&] { batch_root_ = root_in_batch(); }) * kLeaves;
    const double single =
        times_per_second(part, [&] { single_root_ = root_one_by_one(); }) * kLeaves;
    if (batch_root_ != single_root_) {
      return Error{Errc::internal, "the two ways of hashing a tree differ"};
    }
    Figure limit{.id = "tree", .what = "leaves, in batch", .value = batch};
    Figure openssl{.id = "tree-openssl", .what = "leaves, in batch", .value = batch};
    if (helper_) {
      const auto most = peer("sha-limit", part);
      if (!most) return most.error();
      limit.beside("SHA-NI at three compressions a leaf", *most);
      const auto theirs = peer("openssl-tree", part);
      if (!theirs) return theirs.error();
      openssl.beside("OpenSSL, one context", *theirs);
    }
    return std::vector<Figure>{
        limit,
        openssl,
        {.id = "tree-single", .what = "leaves, one hash at a time", .value = single}};
  }

 private:
  Result<double> peer(const std::string& name, double seconds) const {
    return peer_figure({helper_->string(), name, std::to_string(seconds)}, work_->path(),
                       {usable_cores().front()});
  }

  Hash root_in_batch() {
    crypto::hash_leaves(entries_.data(), LeafEntry::kSize, kLeaves, row_.data());
    for (std::size_t count = kLeaves; count > 1; count = (count + 1) / 2) {
      crypto::hash_nodes(row_.data(), count / 2, row_.data());
      // An odd one moves up as it is: that gives RFC 9162's split.
      if (count % 2 == 1) row_[count / 2] = row_[count - 1];
    }
    return row_.front();
  }

  Hash root_one_by_one() const {
    crypto::CompactRange range;
    for (std::size_t i = 0; i < kLeaves; ++i) {
      range.append(
          crypto::leaf_hash(ByteView(entries_).subspan(i * LeafEntry::kSize, LeafEntry::kSize)));
    }
    return range.root();
  }

  double seconds_ = 1;
  std::optional<TemporaryFolder> work_;
  std::optional<std::filesystem::path> helper_;
  std::vector<Hash> row_ = std::vector<Hash>(kLeaves);
  Bytes entries_;
  Hash batch_root_{};
  Hash single_root_{};
};

}  // namespace

std::unique_ptr<Scenario> make_tree_scenario() {
  return std::make_unique<TreeScenario>();
}

}  // namespace kedge::node::bench
