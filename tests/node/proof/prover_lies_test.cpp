// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "node/proof/prover.hpp"
#include "tests/node/proof/lying_reader.hpp"
#include "tests/support/filled_store.hpp"

namespace kedge::node {
namespace {

using test::FilledStore;
using test::LyingReader;

TEST(Prover, FindsEveryLieOfItsStore) {
  FilledStore filled;
  const IssuerId issuer = filled.add_issuer("did:example:issuer");
  filled.accept(issuer, 100);
  filled.seal();
  filled.accept(issuer, 100);
  filled.seal();
  using Lie = LyingReader::Lie;
  const Location where{issuer, 120};
  for (const Lie lie : {Lie::leaf, Lie::node, Lie::tile, Lie::entry, Lie::issuer, Lie::note,
                        Lie::size, Lie::batch, Lie::cut_leaves}) {
    const Prover prover(filled.verifier());
    EXPECT_TRUE(prover.prove(LyingReader(filled.snapshot(), Lie::none), where));
    // A prover that has seen the truth must find the lie as well as a new one.
    for (const Prover* who : {&prover, static_cast<const Prover*>(nullptr)}) {
      const Prover fresh(filled.verifier());
      const auto proof =
          (who != nullptr ? *who : fresh).prove(LyingReader(filled.snapshot(), lie), where);
      ASSERT_FALSE(proof) << "lie " << static_cast<int>(lie);
      EXPECT_EQ(proof.error().code, Errc::corrupt) << proof.error().message;
      // Nodes of batches are not read where the whole tree is built.
      if (lie == Lie::node) continue;
      const auto batch = (who != nullptr ? *who : fresh)
                             .prove_batch(LyingReader(filled.snapshot(), lie), where,
                                          [](std::uint64_t, const Bundle&) { return Status(); });
      ASSERT_FALSE(batch) << "lie " << static_cast<int>(lie);
      EXPECT_EQ(batch.error().code, Errc::corrupt) << batch.error().message;
    }
  }
}

}  // namespace
}  // namespace kedge::node
