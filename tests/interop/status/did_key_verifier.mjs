// SPDX-License-Identifier: Apache-2.0
// What the verifiers of several forms need of did:key, by Digital Bazaar's resolver.
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { driver as didKeyDriver } from "@digitalbazaar/did-method-key";
import * as ecdsaJcs2019 from "@digitalbazaar/ecdsa-jcs-2019-cryptosuite";
import * as EcdsaMultikey from "@digitalbazaar/ecdsa-multikey";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import * as eddsaJcs2022 from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { compactVerify, decodeProtectedHeader, importJWK } from "jose";

const forms = {
  ES256: { cryptosuite: ecdsaJcs2019, Multikey: EcdsaMultikey, header: "zDna" },
  EdDSA: { cryptosuite: eddsaJcs2022, Multikey: Ed25519Multikey, header: "z6Mk" },
};

const driver = didKeyDriver();
for (const { Multikey, header } of Object.values(forms)) {
  driver.use({ multibaseMultikeyHeader: header, fromMultibase: Multikey.from });
}

export const resolveDidKey = (url) => driver.get({ url });

export const verifySuite = (algorithm) =>
  new DataIntegrityProof({ cryptosuite: forms[algorithm].cryptosuite.createVerifyCryptosuite() });

/** The bytes that the cryptosuite hashes of a document, without its proof. */
export const canonical = (algorithm, { proof, ...document }) =>
  forms[algorithm].cryptosuite.createVerifyCryptosuite().canonize(document);

export async function signSuite(key) {
  const { cryptosuite, Multikey } = forms[key.algorithm];
  const jwk = key.privateJwk;
  const pair = await Multikey.fromJwk({ jwk, secretKey: true, id: key.url, controller: key.did });
  return new DataIntegrityProof({
    signer: pair.signer(), cryptosuite: cryptosuite.createSignCryptosuite(),
  });
}

/** The key that `kid` names, for jose. Throws if the header names another algorithm than the key's. */
export async function keyOfJwt(jwt) {
  const { kid, alg } = decodeProtectedHeader(jwt);
  const method = await resolveDidKey(kid);
  const { Multikey } = forms[alg];
  return importJWK(await Multikey.toJwk({ keyPair: await Multikey.from(method) }), alg);
}

export async function verifyJws(jws) {
  await compactVerify(jws, await keyOfJwt(jws));
}
