// SPDX-License-Identifier: Apache-2.0
// StatusList2021 by the library that EBSI publishes.
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { verifyCredentialJwt } from "@cef-ebsi/verifiable-credential";
import { base58btc } from "multiformats/bases/base58";

/** did:ebsi of a legal entity. */
export const newEbsiDid = () =>
  `did:ebsi:${base58btc.encode(Uint8Array.from([1, ...randomBytes(16)]))}`;

// Verifiable Attestation 2024-01, which the library has built in.
const attestationSchema = "https://api-pilot.ebsi.eu/trusted-schemas-registry/v3/schemas/" +
  "zDpWGUBenmqXzurskry9Nsk6vq2R8thh9VSeoRqguoyMD";

export function issueWithEbsiStatus(key, did, kid, entry) {
  const issued = "2026-01-31T08:00:00Z";
  const seconds = Date.parse(issued) / 1000;
  const vc = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    id: `urn:uuid:${randomUUID()}`,
    type: ["VerifiableCredential", "VerifiableAttestation"],
    issuer: did,
    issuanceDate: issued,
    issued,
    validFrom: issued,
    credentialSubject: { id: newEbsiDid() },
    credentialStatus: entry.ebsiCredentialStatus,
    credentialSchema: { id: attestationSchema, type: "FullJsonSchemaValidator2021" },
  };
  const claims = { jti: vc.id, sub: vc.credentialSubject.id, iss: did, nbf: seconds, iat: seconds, vc };
  return key.jwt({ typ: "JWT", kid }, claims);
}

export const verifyWithEbsi = (jwt, registry) => verifyCredentialJwt(jwt, {
  ebsiAuthority: registry.authority,
  ebsiEnvConfig: {
    didRegistry: registry.didRegistry,
    trustedIssuersRegistry: registry.issuers,
    trustedPoliciesRegistry: `http://${registry.authority}/trusted-policies-registry/v3/users`,
  },
  skipAccreditationsValidation: true,
});

/** `expected`: valid, revoked or suspended. */
export async function expectEbsiStatus(jwt, registry, expected) {
  const before = registry.passedOn;
  if (expected === "valid") {
    await verifyWithEbsi(jwt, registry);
  } else {
    const refusal = new RegExp(`^ValidationError: The credential is ${expected}$`);
    await assert.rejects(verifyWithEbsi(jwt, registry), refusal);
  }
  assert.ok(registry.passedOn > before, "the verifier has not asked for a list");
}

/** Throws unless a list is refused that was changed on its way. */
export async function expectChangedListRefused(jwt, registry) {
  registry.alter = (text) => {
    const place = text.lastIndexOf(".") + 9;
    return text.slice(0, place) + (text[place] === "A" ? "B" : "A") + text.slice(place + 1);
  };
  await assert.rejects(verifyWithEbsi(jwt, registry), /StatusList2021Credential JWT is not valid/);
  registry.alter = (text) => text;
}
