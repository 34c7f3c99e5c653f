// SPDX-License-Identifier: Apache-2.0
// One independent verifier a form. Each takes a document and throws if it refuses it. None of them
// may use the network: every issuer is a did:key.
import { createHash } from "node:crypto";
import { verifyCredentialJwt } from "@cef-ebsi/verifiable-credential";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { driver as didKeyDriver } from "@digitalbazaar/did-method-key";
import { createVerifyCryptosuite } from "@digitalbazaar/ecdsa-jcs-2019-cryptosuite";
import * as EcdsaMultikey from "@digitalbazaar/ecdsa-multikey";
import * as vc from "@digitalbazaar/vc";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { verifyCredential } from "did-jwt-vc";
import { compactVerify, decodeProtectedHeader, importJWK } from "jose";
import { base58btc } from "multiformats/bases/base58";

// --- EBSI JWT: the library that EBSI publishes. Its issuers are in no registry here.
const registry = (name) => `http://localhost:1/${name}`;

export async function ebsi(document) {
  await verifyCredentialJwt(document, {
    ebsiAuthority: "localhost:1",
    ebsiEnvConfig: {
      didRegistry: registry("did-registry/v5/identifiers"),
      trustedIssuersRegistry: registry("trusted-issuers-registry/v5/issuers"),
      trustedPoliciesRegistry: registry("trusted-policies-registry/v3/users"),
    },
    skipAccreditationsValidation: true,
  });
}

// --- The same JWTs by did-jwt-vc. The multicodec jwk_jcs-pub (0xeb51) of EBSI's did:key is unknown to
// the common resolvers, so that the DID document is made here.
const jwkOf = (did) => {
  const bytes = base58btc.decode(did.slice("did:key:".length));
  if (bytes[0] !== 0xd1 || bytes[1] !== 0xd6 || bytes[2] !== 0x03) throw new Error("not jwk_jcs-pub");
  return JSON.parse(Buffer.from(bytes.slice(3)).toString("utf8"));
};

const resolver = {
  resolve: async (url) => {
    const did = url.split("#")[0];
    const id = `${did}#${did.slice("did:key:".length)}`;
    const method = { id, type: "JsonWebKey2020", controller: did, publicKeyJwk: jwkOf(did) };
    return {
      didResolutionMetadata: {},
      didDocumentMetadata: {},
      didDocument: { id: did, verificationMethod: [method], assertionMethod: [id] },
    };
  },
};

export async function didJwt(document) {
  await verifyCredential(document, resolver);
}

// --- Data Integrity, ecdsa-jcs-2019, by Digital Bazaar.
const driver = didKeyDriver();
driver.use({ multibaseMultikeyHeader: "zDna", fromMultibase: EcdsaMultikey.from });

async function documentLoader(url) {
  if (!url.startsWith("did:key:")) throw new Error(`nothing else is loaded: ${url}`);
  const document = await driver.get({ url });
  return { contextUrl: null, documentUrl: url, document };
}

export async function dataIntegrity(document) {
  const suite = new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });
  const credential = JSON.parse(document);
  const result = await vc.verifyCredential({ credential, suite, documentLoader });
  if (!result.verified) throw result.error;
}

// --- SD-JWT VC.
async function issuerKey(url) {
  const [controller, publicKeyMultibase] = url.split("#");
  const keyPair = await EcdsaMultikey.from({
    type: "Multikey",
    id: url,
    controller,
    publicKeyMultibase,
  });
  return importJWK(await EcdsaMultikey.toJwk({ keyPair }), "ES256");
}

export async function sdJwt(document) {
  const { kid, typ } = decodeProtectedHeader(document.split("~")[0]);
  if (typ !== "dc+sd-jwt") throw new Error(`typ ${typ}`);
  const key = await issuerKey(kid);
  const instance = new SDJwtVcInstance({
    hashAlg: "sha-256",
    hasher: (data, algorithm) =>
      createHash(algorithm.replace("-", "")).update(Buffer.from(data)).digest(),
    verifier: async (data, signature) => {
      await compactVerify(`${data}.${signature}`, key);
      return true;
    },
  });
  const { payload } = await instance.verify(document);
  // This library ignores a disclosure that no digest refers to, where RFC 9901 section 7.1 refuses
  // it; so a changed disclosure shows in what is missing.
  const disclosed = ["givenName", "familyName", "dateOfBirth", "grade"];
  for (const claim of disclosed) {
    if (payload[claim] === undefined) throw new Error(`${claim} is not disclosed`);
  }
  if (payload.learningOutcomes.length !== 3) throw new Error("a learning outcome is not disclosed");
}
