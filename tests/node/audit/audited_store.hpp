// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>

#include "node/audit/fsck.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/tampered_reader.hpp"

namespace kedge::test {

inline constexpr const char* kOrigin = "log.example/kedge";

/// Two issuers with batches of several shapes, one without entries, credentials that are not sealed
/// yet, and anchors of two checkpoints:
///
/// | log index | entry | leaves |
/// | --- | --- | --- |
/// | 0, 1 | genesis, epoch 0 | |
/// | 2, 3, 4 | batch of issuer 0, batch of issuer 1, epoch 1 | 37 and 1 |
/// | 5, 6 | batch of issuer 0, epoch 2 | 16 |
/// | 7, 8 | batch of issuer 1, epoch 3 | 5 |
inline FilledStore audited_store() {
  FilledStore filled(kOrigin);
  const node::IssuerId a = filled.add_issuer("did:example:a");
  const node::IssuerId b = filled.add_issuer("did:example:b");
  filled.add_issuer("did:example:idle");
  filled.accept(a, 20);
  filled.accept(a, 17);
  filled.accept(b, 1);
  filled.seal();
  filled.anchor(node::AnchorState::final);
  filled.accept(a, 16);
  filled.seal();
  filled.accept(b, 5);
  filled.seal();
  filled.anchor(node::AnchorState::mined);
  filled.accept(a, 3);
  return filled;
}

/// What fsck finds in the store if the tampering had happened to it.
inline node::FsckReport check(const FilledStore& filled, Tamper tamper) {
  node::FsckOptions options;
  options.origin = kOrigin;
  options.verifier = filled.verifier();
  const TamperedReader reader(filled.snapshot(), std::move(tamper));
  Result<node::FsckReport> report = node::fsck(reader, options);
  if (!report) throw std::runtime_error(report.error().message);
  return *std::move(report);
}

inline bool names(const node::FsckReport& report, std::string_view where) {
  return std::any_of(report.faults.begin(), report.faults.end(),
                     [&](const node::Fault& fault) { return fault.where == where; });
}

inline std::string text_of(const node::FsckReport& report) {
  std::string text = std::to_string(report.fault_count) + " faults";
  for (const node::Fault& fault : report.faults) {
    text += "\n  " + fault.where + ": " + fault.what;
  }
  return text;
}

}  // namespace kedge::test
