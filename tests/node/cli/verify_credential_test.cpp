// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/did.hpp"
#include "crypto/digest_profile.hpp"
#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "node/cli/files.hpp"
#include "node/cli/run.hpp"
#include "node/cli/terminal.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/prover.hpp"
#include "node/sample/sample.hpp"
#include "tests/node/cli/temporary_directory.hpp"
#include "tests/rpc/canned_server.hpp"
#include "tests/support/filled_store.hpp"

namespace kedge::node::cli {
namespace {

using crypto::DigestProfile;
using nlohmann::json;
using rpc::test::CannedServer;

/// `kedge verify` with the credential itself.
class VerifyCredentialCommand : public testing::Test {
 protected:
  VerifyCredentialCommand() : issuer_(filled_.add_issuer("did:example:anchorer")) {
    write("log.vkey", filled_.verifier().vkey() + "\n");
  }

  void write(const std::string& name, std::string_view content) {
    ASSERT_TRUE(write_file(path(name), content));
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

  /// Anchors a document; both are files afterwards.
  void anchor(DigestProfile profile, const std::string& document) {
    const auto digest = crypto::credential_digest(profile, as_bytes(document));
    ASSERT_TRUE(digest) << digest.error().message;
    filled_.accept_digest(issuer_, profile, *digest);
    filled_.seal();
    const Prover prover(filled_.verifier());
    auto proof = prover.prove(*filled_.snapshot(), {issuer_, anchored_++});
    ASSERT_TRUE(proof) << proof.error().message;
    write("proof.json", bundle_to_json(*proof->bundle));
    write("credential", document);
  }

  /// The verdict, and the codes of its reasons.
  std::string verify(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"verify",    path("proof.json"), path("credential"),
                                      "--log-key", path("log.vkey"),   "--json"};
    words.insert(words.end(), more.begin(), more.end());
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal(out, err, {});
    run(words, terminal);
    EXPECT_EQ(err.str(), "");
    const json verdict = json::parse(out.str());
    auto text = verdict["verdict"].get<std::string>();
    for (const json& reason : verdict["reasons"]) text += ":" + reason["code"].get<std::string>();
    return text;
  }

  std::string trust_file(const std::string& credentials) {
    write("trust.toml",
          "log_keys = [\"" + filled_.verifier().vkey() + "\"]\n[credentials]\n" + credentials);
    return path("trust.toml");
  }

  test::FilledStore filled_;
  TemporaryDirectory directory_;
  IssuerId issuer_;
  std::uint64_t anchored_ = 0;
};

TEST_F(VerifyCredentialCommand, EverySampleIsValid) {
  const sample::SampleMaker maker(3);
  for (std::uint64_t i = 0; i < 12; ++i) {
    const auto sample = maker.make(i);
    ASSERT_TRUE(sample);
    anchor(sample->profile, sample->document);
    EXPECT_EQ(verify(), "valid:log-key-only") << sample->file_name;
    EXPECT_EQ(verify({"--require", "signature,validity"}), "valid:log-key-only");
    EXPECT_EQ(verify({"--require", "status"}), "unknown:status-missing");
    EXPECT_EQ(verify({"--at", "2020-01-01T00:00:00Z"}), sample->file_name.ends_with(".sd-jwt")
                                                            ? "valid:log-key-only"
                                                            : "invalid:credential-not-yet-valid");
  }
}

/// An issuer that only the trust file knows, and a status list at a host that it names.
TEST_F(VerifyCredentialCommand, TheTrustFileSaysWhomToAsk) {
  const auto key = crypto::SecretKey::generate(crypto::KeyType::p256);
  ASSERT_TRUE(key);
  const std::string did = "did:ebsi:zZeKyEJfUTGwajhNyNX928z";
  const std::string url = did + "#key";
  const json document = {{"id", did},
                         {"verificationMethod",
                          {{{"id", url},
                            {"type", "JsonWebKey2020"},
                            {"controller", did},
                            {"publicKeyJwk", crypto::jwk_from_public_key(key->public_key())}}}},
                         {"assertionMethod", {url}}};
  const CannedServer server([&](const std::string& request) {
    if (request.starts_with("GET /did-registry/v5/identifiers/" + did)) {
      return CannedServer::http(document.dump());
    }
    return CannedServer::http("{}", "503 Service Unavailable");
  });
  const json claims = {{"@context", {"https://www.w3.org/ns/credentials/v2"}},
                       {"type", {"VerifiableCredential"}},
                       {"issuer", did},
                       {"credentialSubject", {{"name", "A learner"}}},
                       {"credentialStatus",
                        {{"type", "BitstringStatusListEntry"},
                         {"statusPurpose", "revocation"},
                         {"statusListIndex", "7"},
                         {"statusListCredential", server.url() + "/lists/1"}}}};
  const json header = {{"alg", "ES256"}, {"typ", "vc+jwt"}, {"kid", url}};
  const auto token = crypto::sign_jws(header.dump(), as_bytes(claims.dump()), *key);
  ASSERT_TRUE(token);
  anchor(DigestProfile::jws, *token);

  EXPECT_EQ(verify(), "unknown:issuer-key-unknown");
  EXPECT_EQ(verify({"--require", "none"}), "valid:log-key-only");
  EXPECT_EQ(server.connections(), 0U);
  write("issuer.json", document.dump());
  EXPECT_EQ(verify({"--trust", trust_file("did_documents = [\"issuer.json\"]\n")}),
            "valid:log-key-only");
  EXPECT_EQ(server.connections(), 0U);
  const std::string registry = "did_registry = \"" + server.url() + "/did-registry/v5\"\n";
  EXPECT_EQ(verify({"--trust", trust_file(registry)}), "valid:log-key-only");
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(verify({"--trust", trust_file(registry), "--require", "status"}),
            "unknown:status-not-looked-up");
  EXPECT_EQ(verify({"--trust", trust_file(registry + "status_hosts = [\"https://a.example\"]\n")}),
            "unknown:status-host-untrusted");
  EXPECT_EQ(
      verify({"--trust", trust_file(registry + "status_hosts = [\"" + server.url() + "\"]\n")}),
      "unknown:status-unreachable");
}

}  // namespace
}  // namespace kedge::node::cli
