// SPDX-License-Identifier: Apache-2.0
// W3C Bitstring Status List v1.0 by Digital Bazaar's verifier. It answers `verified: true` for what is
// revoked, so that the statuses themselves are asked for.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as vc from "@digitalbazaar/vc";
import { checkStatus, decodeList } from "@digitalbazaar/vc-bitstring-status-list";
import { jwtVerify } from "jose";
import { keyOfJwt, resolveDidKey, signSuite, verifySuite } from "./did_key_verifier.mjs";

const noLoader = async (url) => { throw new Error(`nothing is loaded here: ${url}`); };

/** A credential that names the entry, signed by the issuer. */
export async function issueWithBitstringStatus(key, entry) {
  const credential = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    id: `urn:uuid:${randomUUID()}`,
    type: ["VerifiableCredential"],
    issuer: key.did,
    validFrom: "2026-01-31T08:00:00Z",
    credentialSubject: { id: `urn:uuid:${randomUUID()}` },
    credentialStatus: entry.credentialStatus,
  };
  return vc.issue({ credential, suite: await signSuite(key), documentLoader: noLoader });
}

export async function fetchList(url, accept) {
  const response = await fetch(url, { headers: { Accept: accept } });
  assert.equal(response.status, 200, url);
  return response;
}

/** Resolves did:key and fetches lists, which `alter` may change on their way. */
const loader = (accept, alter = (list) => list) => async (url) => {
  if (url.startsWith("did:key:")) return { documentUrl: url, document: await resolveDidKey(url) };
  assert.ok(url.startsWith("http://localhost:"), url);
  const document = alter(await (await fetchList(url, accept)).json());
  return { documentUrl: url, document };
};

const statuses = (result) => Object.fromEntries(
  result.results.map(({ credentialStatus, status }) => [credentialStatus.statusPurpose, status]));

/** Throws unless the verifier says of the credential: signed, and this is its status. */
export async function expectBitstringStatus(algorithm, credential, expected) {
  for (const accept of ["application/vc", "application/ld+json, application/json"]) {
    const documentLoader = loader(accept);
    const suite = verifySuite(algorithm);
    const checked = await checkStatus({ credential, suite, documentLoader });
    assert.ifError(checked.error);
    assert.equal(checked.verified, true);
    assert.deepEqual(statuses(checked), expected);
    const verified = await vc.verifyCredential({ credential, suite, documentLoader, checkStatus });
    assert.ifError(verified.error);
    assert.equal(verified.verified, true);
    assert.deepEqual(statuses(verified.statusResult), expected);
  }
  for (const { statusPurpose, statusListIndex, statusListCredential } of credential.credentialStatus) {
    const jwt = await (await fetchList(statusListCredential, "application/vc+jwt")).text();
    const options = { typ: "vc+jwt" };
    const { payload } = await jwtVerify(jwt, await keyOfJwt(jwt), options);
    assert.equal(payload.id, statusListCredential);
    assert.equal(payload.issuer, credential.issuer);
    assert.equal(payload.credentialSubject.statusPurpose, statusPurpose);
    const list = await decodeList(payload.credentialSubject);
    assert.equal(list.getStatus(Number(statusListIndex)), expected[statusPurpose]);
  }
}

const changes = {
  "another list": (list) => {
    const { encodedList } = list.credentialSubject;
    const place = Math.floor(encodedList.length / 2);
    const other = encodedList[place] === "A" ? "B" : "A";
    list.credentialSubject.encodedList = encodedList.slice(0, place) + other + encodedList.slice(place + 1);
    return list;
  },
  "another validity": (list) => ({ ...list, validUntil: "2999-01-01T00:00:00Z" }),
  "another ttl": (list) => ({ ...list, credentialSubject: { ...list.credentialSubject, ttl: 1 } }),
  "no proof": ({ proof, ...list }) => list,
};

/** Throws unless the verifier refuses lists that somebody has changed, and those of another issuer. */
export async function expectChangedListsRefused(algorithm, credential, stranger) {
  for (const [what, alter] of Object.entries(changes)) {
    const documentLoader = loader("application/vc", alter);
    const checked = await checkStatus({ credential, suite: verifySuite(algorithm), documentLoader });
    assert.equal(checked.verified, false, what);
  }
  const foreign = { ...credential, issuer: stranger };
  const documentLoader = loader("application/vc");
  const checked = await checkStatus({ credential: foreign, suite: verifySuite(algorithm), documentLoader });
  assert.match(String(checked.error), /do not match/);
}
