// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

#include "node/proof/prover.hpp"
#include "node/proof/verifier.hpp"
#include "tests/support/filled_store.hpp"

namespace kedge::test {

inline node::Trust trust_in(const FilledStore& filled) {
  node::Trust trust;
  trust.log_keys = {filled.verifier()};
  return trust;
}

inline node::Bundle bundle_of(const FilledStore& filled, const node::Location& where) {
  const node::Prover prover(filled.verifier());
  auto proof = prover.prove(*filled.snapshot(), where);
  if (!proof) throw std::runtime_error(proof.error().message);
  return proof->bundle.value();
}

/// A small log of two issuers, sealed twice and anchored at the end; its bundle has every field
/// that a bundle can have but a status.
struct SampleBundle {
  static constexpr node::Location kWhere{1, 4};

  SampleBundle() {
    filled.add_issuer("did:example:first");
    filled.add_issuer("did:example:second");
    filled.accept(0, 3);
    filled.seal();
    filled.accept(0, 2);
    filled.accept(1, 7);
    filled.seal();
    filled.anchor();
    bundle = bundle_of(filled, kWhere);
    digest = FilledStore::digest(kWhere.issuer, kWhere.position);
    trust = trust_in(filled);
    trust.require_anchor = true;
  }

  FilledStore filled;
  node::Bundle bundle;
  Hash digest{};
  node::Trust trust;
};

}  // namespace kedge::test
