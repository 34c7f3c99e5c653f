// SPDX-License-Identifier: Apache-2.0
// Writes bundles in both forms, and what they prove, for a verifier in another language:
//   write_bundles DIR   → DIR/log.vkey, DIR/<name>.proof.json, .proof.cbor, .digest, .credential
#include <filesystem>
#include <fstream>
#include <iostream>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/prover.hpp"
#include "node/proof/status_proof_json.hpp"
#include "tests/node/proof/status_log.hpp"
#include "tests/support/filled_store.hpp"

namespace {

using namespace kedge;

void write_file(const std::filesystem::path& path, ByteView bytes) {
  std::ofstream out(path, std::ios::binary);
  const std::string_view text = as_text(bytes);
  if (!out.write(text.data(), static_cast<std::streamsize>(text.size())).flush()) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

void write_bundle(const std::filesystem::path& dir, const test::FilledStore& filled,
                  const std::string& name, const node::Location& where) {
  const node::Prover prover(filled.verifier());
  const auto proof = prover.prove(*filled.snapshot(), where);
  if (!proof) throw std::runtime_error(proof.error().message);
  const node::Bundle& bundle = proof->bundle.value();
  write_file(dir / (name + ".proof.json"), as_bytes(node::bundle_to_json(bundle)));
  write_file(dir / (name + ".proof.cbor"), node::bundle_to_cbor(bundle));
  write_file(dir / (name + ".digest"), as_bytes(crypto::to_hex(bundle.credential.digest)));
}

/// The bundle of one credential with statuses of several logs: DIR/<name>.status.json,
/// .status.cbor; what each says in DIR/statuses.json.
void write_statuses(const std::filesystem::path& dir, const test::FilledStore& filled,
                    const std::string& issuer, const node::Location& where) {
  using node::StatusValue;
  const node::Prover prover(filled.verifier());
  const auto proof = prover.prove(*filled.snapshot(), where);
  if (!proof) throw std::runtime_error(proof.error().message);
  node::Bundle bundle = proof->bundle.value();
  std::string said = "{";
  const auto write = [&](const std::string& name, std::vector<test::SampleList> lists,
                         std::string_view value) {
    test::StatusLogOptions options;
    options.issuer = issuer;
    options.lists = std::move(lists);
    options.before = 500;
    const test::StatusLog log(filled.signer(), options);
    bundle.status = node::status_to_json(log.prove({node::kRegister, where.position}));
    write_file(dir / (name + ".status.json"), as_bytes(node::bundle_to_json(bundle)));
    write_file(dir / (name + ".status.cbor"), node::bundle_to_cbor(bundle));
    if (said.size() > 1) said += ',';
    said += "\"" + name + "\":\"" + std::string(value) + "\"";
  };
  const std::uint64_t index = where.position;
  const auto lists = [&](StatusValue value) {
    return std::vector<test::SampleList>{
        {node::kRegister, 5000, {{index - 1, StatusValue::revoked}, {index, value}}},
        {1, 300, {{7, StatusValue::revoked}}},
        {2, 300}};
  };
  write("valid", lists(StatusValue::valid), "valid");
  write("revoked", lists(StatusValue::revoked), "revoked");
  write("suspended", lists(StatusValue::suspended), "suspended");
  write("beyond", {{node::kRegister, index}}, "valid");
  write("unchanged", {}, "valid");
  write_file(dir / "statuses.json", as_bytes(said + "}"));
}

void write_all(const std::filesystem::path& dir) {
  std::filesystem::create_directories(dir);
  test::FilledStore filled("log.example/interop");
  write_file(dir / "log.vkey", as_bytes(filled.signer().vkey()));
  const node::IssuerId issuer = filled.add_issuer("did:example:École €");
  const node::IssuerId other = filled.add_issuer("did:example:other");

  std::uint64_t first = 0;
  for (const std::uint32_t count : {1u, 2u, 3u, 7u, 16u, 17u, 100u, 257u, 1000u}) {
    filled.accept(issuer, count);
    filled.accept(other, 1);
    filled.seal();
    if (count % 2 == 0) filled.anchor();
    for (const std::uint32_t index : {0u, count / 2, count - 1}) {
      write_bundle(dir, filled, std::to_string(count) + "-" + std::to_string(index),
                   {issuer, first + index});
    }
    first += count;
  }

  const std::string content = "a certificate of any form\n";
  filled.accept_digest(issuer, crypto::DigestProfile::bytes, crypto::sha256(as_bytes(content)));
  filled.seal();
  filled.anchor();
  filled.anchor(node::AnchorState::final, "second copy");
  write_bundle(dir, filled, "with-credential", {issuer, first});
  write_file(dir / "with-credential.credential", as_bytes(content));
  write_statuses(dir, filled, "did:example:École €", {issuer, first - 1});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_bundles DIR\n";
    return 2;
  }
  try {
    write_all(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "write_bundles: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
