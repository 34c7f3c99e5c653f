// SPDX-License-Identifier: Apache-2.0
// IETF Token Status List by the verifier of SD-JWT VC from the OpenWallet Foundation. It does not compare
// `sub` with the address, which jose does here.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { getListFromStatusListJWT } from "@sd-jwt/jwt-status-list";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { jwtVerify } from "jose";
import { keyOfJwt, verifyJws } from "./did_key_verifier.mjs";

const hashing = {
  hashAlg: "sha-256",
  hasher: (data) => createHash("sha256").update(Buffer.from(data)).digest(),
};

export async function issueWithTokenStatus(key, entry) {
  const instance = new SDJwtVcInstance({
    ...hashing,
    signAlg: key.algorithm,
    signer: (data) => key.sign(data),
    saltGenerator: (length) => randomBytes(length).toString("base64url"),
  });
  const claims = {
    iss: key.did, iat: Math.floor(Date.now() / 1000), vct: "https://example.edu/diploma",
    status: entry.status, given_name: "Ada", family_name: "Example",
  };
  return instance.issue(claims, { _sd: ["given_name", "family_name"] }, { header: { kid: key.url } });
}

/** `statusListFetcher`: the library's own if it is left out. */
const verify = (token, statusListFetcher) => new SDJwtVcInstance({
  ...hashing,
  ...(statusListFetcher === undefined ? {} : { statusListFetcher }),
  verifier: async (data, signature) => {
    await verifyJws(`${data}.${signature}`);
    return true;
  },
}).verify(token);

/** 0 valid, 1 revoked, 2 suspended: only the first is accepted. */
export async function expectTokenStatus(token, { idx, uri }, expected) {
  if (expected === 0) {
    const { payload } = await verify(token);
    assert.equal(payload.given_name, "Ada");
  } else {
    await assert.rejects(verify(token), /Status is not valid/);
  }
  const list = await (await fetch(uri, { headers: { Accept: "application/statuslist+jwt" } })).text();
  assert.equal(getListFromStatusListJWT(list).getStatus(idx), expected);
}

export async function expectTokenClaims(jwt, uri, issuer) {
  const { payload } = await jwtVerify(jwt, await keyOfJwt(jwt), {
    typ: "statuslist+jwt", subject: uri, issuer, requiredClaims: ["iat", "exp", "ttl"],
  });
  assert.equal(payload.status_list.bits, 2);
  assert.equal(payload.ttl, 300);
  const { aggregation_uri: aggregation } = payload.status_list;
  const { status_lists: uris } = await (await fetch(aggregation)).json();
  assert.deepEqual(uris, [uri]);
  return payload;
}

/** What the list said at a time, in seconds. */
export async function statusAt({ idx, uri }, time) {
  const response = await fetch(`${uri}?time=${time}`, { headers: { Accept: "application/statuslist+jwt" } });
  assert.equal(response.status, 200);
  const jwt = await response.text();
  await verifyJws(jwt);
  return getListFromStatusListJWT(jwt).getStatus(idx);
}

/** Throws unless a list with another signature, or with other statuses, is refused. */
export async function expectChangedTokensRefused(token, { uri }) {
  const [header, payload, signature] = (await (await fetch(uri)).text()).split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString("base64url");
  const other = (signature[9] === "A" ? "B" : "A");
  for (const changed of [
    `${header}.${longer}.${signature}`,
    `${header}.${payload}.${signature.slice(0, 9)}${other}${signature.slice(10)}`,
  ]) {
    await assert.rejects(verify(token, async () => changed), /Status List JWT verification failed/);
  }
}
