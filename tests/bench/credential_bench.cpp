// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <benchmark/benchmark.h>
// A whole credential: canonical form with digest, and a JWT beside what OpenSSL alone takes for it.
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include "crypto/digest_profile.hpp"
#include "crypto/jws.hpp"
#include "crypto/keys.hpp"
#include "crypto/sha256.hpp"

namespace kedge::bench {
namespace {

/// A micro-credential of about 3.4 kB: nested, with text beyond ASCII, numbers with fractions, and
/// members that are not in canonical order.
std::string sample_credential() {
  std::string outcomes;
  for (int i = 0; i < 8; ++i) {
    outcomes +=
        std::string(i == 0 ? "" : ",") +
        R"({"type":"LearningOutcome","id":"urn:epass:learningOutcome:)" + std::to_string(i) +
        R"(","title":{"fr":"Évaluer la qualité d’un jeu de données","en":"Assess the )"
        R"(quality of a data set","el":"Αξιολόγηση ποιότητας δεδομένων"},"relatedESCOSkill")"
        R"(:["http://data.europa.eu/esco/skill/143769cb-b61d-4d68-a61c-d2d9ab2ca0a)" +
        std::to_string(i) + R"("],"weight":)" + std::to_string(i) + R"(.125})";
  }
  return R"({"type":["VerifiableCredential","MicroCredential"],"@context":[)"
         R"("https://www.w3.org/ns/credentials/v2"],"issuer":{"name":"Université d’Exemple","id":)"
         R"("did:ebsi:zrVRB2ddEmVWXkjdyoCB9PY"},"id":"urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5")"
         R"(,"validFrom":"2025-06-20T10:00:00Z","credentialSubject":{"id":)"
         R"("did:key:z2dmzD81cgPx8Vki7JbuuMmFYrWPgYoytykUZ3eyqht1j9KbsEYvdrjxMjQ4tpnje9BDBTzuNDP3k)"
         R"(nn6qLZErzd4bJ5go2CChoPjd5GAH3zpFJP5fuwSk66U5Pq6EhF4nKnHzDnznEP8fX99nZGgwbAh1o7Gj1X52Td)"
         R"(hf7U4KTk66xsA5r","familyName":"Müller","achieved":[{"workloadHours":1.25e2,"ects":5.0,)"
         R"("title":"Data quality \u0026 statistics","learningOutcome":[)" +
         outcomes +
         R"(],"grade":{"scale":"ECTS","value":1.7},"assessment":"supervised \"on-site\" exam\n"}]},)"
         R"("proof":{"type":"DataIntegrityProof","cryptosuite":"ecdsa-jcs-2019","proofValue":"z)" +
         std::string(88, 'x') + R"("}})";
}

void jcs_and_sha256(benchmark::State& state) {
  const std::string credential = sample_credential();
  for (auto _ : state) {
    const auto digest = crypto::credential_digest(crypto::DigestProfile::jcs, as_bytes(credential));
    if (!digest) {
      state.SkipWithError(digest.error().message.c_str());
      return;
    }
    benchmark::DoNotOptimize(*digest);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(credential.size()));
  state.counters["octets"] = static_cast<double>(credential.size());
}
BENCHMARK(jcs_and_sha256);

/// The part of jcs_and_sha256 that no canonicalisation can avoid.
void sha256_of_a_credential(benchmark::State& state) {
  const std::string credential = sample_credential();
  for (auto _ : state) benchmark::DoNotOptimize(crypto::sha256(as_bytes(credential)));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(credential.size()));
}
BENCHMARK(sha256_of_a_credential);

/// A JWT of a whole credential: taken apart, decoded and verified with a key that is at hand.
void verify_jwt_es256(benchmark::State& state) {
  const auto key = crypto::SecretKey::generate(crypto::KeyType::p256);
  const auto token =
      crypto::sign_jws(R"({"alg":"ES256","typ":"JWT"})", as_bytes(sample_credential()), *key);
  for (auto _ : state) {
    const auto jws = crypto::parse_jws(*token);
    if (!jws || !crypto::verify_jws(*jws, key->public_key())) state.SkipWithError("refused");
  }
}
BENCHMARK(verify_jwt_es256)->Unit(benchmark::kMicrosecond);

/// What OpenSSL alone takes for the same signature, as `openssl speed ecdsap256` measures it: over
/// a digest, with a parsed key.
void verify_es256_openssl(benchmark::State& state) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  const Hash digest = crypto::sha256(as_bytes(sample_credential()));
  Bytes signature(80);
  std::size_t size = signature.size();
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
  EVP_PKEY_sign_init(context);
  EVP_PKEY_sign(context, signature.data(), &size, digest.data(), digest.size());
  EVP_PKEY_verify_init(context);
  for (auto _ : state) {
    if (EVP_PKEY_verify(context, signature.data(), size, digest.data(), digest.size()) != 1) {
      state.SkipWithError("refused");
    }
  }
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(key);
}
BENCHMARK(verify_es256_openssl)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kedge::bench
