// SPDX-License-Identifier: Apache-2.0
// Issuers allot statuses, revoke, suspend and lift; verifiers that others wrote must read it off the lists
// of the running node. Usage: node check_status.mjs KEDGE
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { verifyBundle } from "../verify_bundle.mjs";
import { canonical } from "./did_key_verifier.mjs";
import {
  expectBitstringStatus, expectChangedListsRefused, fetchList, issueWithBitstringStatus,
} from "./bitstring_lists.mjs";
import {
  expectChangedListRefused, expectEbsiStatus, issueWithEbsiStatus, newEbsiDid,
} from "./ebsi_lists.mjs";
import { EbsiRegistry } from "./ebsi_registry.mjs";
import { IssuerKey } from "./issuer_key.mjs";
import { freePort, KedgeNode } from "./kedge_node.mjs";
import {
  expectChangedTokensRefused, expectTokenClaims, expectTokenStatus, issueWithTokenStatus, statusAt,
} from "./token_lists.mjs";

const kedge = process.argv[2];
const work = mkdtempSync(join(tmpdir(), "kedge-status-"));
const say = (text) => console.log(text);

const values = ["valid", "revoked", "suspended"];
const bits = {
  valid: { revocation: false, suspension: false },
  revoked: { revocation: true, suspension: false },
  suspended: { revocation: false, suspension: true },
};

async function allocate(node) {
  const { entries } = await node.call("status_allocate", { count: values.length, key: "interop" });
  assert.equal(entries.length, values.length);
  return entries;
}

/** Each value of the second list for the entry at its place. */
const targets = (entries, wanted) => entries.flatMap(({ list, index }, place) =>
  (wanted[place] === undefined ? [] : [{ list, index, value: wanted[place] }]));

const sha256 = (data) => createHash("sha256").update(data).digest();

/** The log must have what was published, as a credential of the node's own. */
async function expectAnchored(node, digest) {
  const proof = await node.proof(digest.toString("hex"));
  const { issuer } = verifyBundle(proof, node.logKey, digest);
  assert.equal(issuer, "urn:kedge:log:log.example/interop");
}

/** W3C and IETF lists of an issuer that is a did:key of its list key. */
async function checkDidKeyIssuer(node, key) {
  assert.equal(node.listKey.id, key.url);
  const entries = await allocate(node);
  const credentials = await Promise.all(entries.map((entry) => issueWithBitstringStatus(key, entry)));
  const tokens = await Promise.all(entries.map((entry) => issueWithTokenStatus(key, entry)));
  await node.call("anchor_submit", {
    wait: "sealed",
    items: [
      ...credentials.map((credential) => ({ profile: "jcs", credential })),
      ...tokens.map((credential) => ({ profile: "jws", credential })),
    ],
  });
  const references = entries.map(({ status }) => status.status_list);
  const { uri } = references[0];

  const expectAll = async (expected) => {
    for (const [place, value] of expected.entries()) {
      await expectBitstringStatus(key.algorithm, credentials[place], bits[value]);
      await expectTokenStatus(tokens[place], references[place], values.indexOf(value));
    }
    say(`${key.algorithm}: checkStatus and sd-jwt-vc read ${expected.join(", ")}`);
  };

  const first = await node.published(uri);
  const { iat } = await expectTokenClaims(first.text, uri, key.did);
  await expectAll(["valid", "valid", "valid"]);
  // History counts seconds.
  await sleep(Math.max(0, (iat + 2) * 1000 - Date.now()));
  const second = await node.change(targets(entries, values.with(0, undefined)), uri);
  await expectTokenClaims(second.text, uri, key.did);
  await expectAll(values);
  await expectChangedListsRefused(key.algorithm, credentials[0], new IssuerKey(key.algorithm).did);
  await expectChangedTokensRefused(tokens[0], references[0]);
  assert.equal(await statusAt(references[1], iat + 1), 0);
  const third = await node.change(targets(entries, [undefined, undefined, "valid"]), uri);
  await expectAll(["valid", "revoked", "valid"]);

  for (const { text } of [first, second, third]) {
    await expectAnchored(node, sha256(text.slice(0, text.lastIndexOf("."))));
  }
  for (const { statusListCredential } of entries[0].credentialStatus) {
    const list = await (await fetchList(statusListCredential, "application/vc")).json();
    await expectAnchored(node, sha256(await canonical(key.algorithm, list)));
  }
  say(`${key.algorithm}: the log has what was published`);
}

async function withDidKey(algorithm) {
  const key = new IssuerKey(algorithm);
  const node = new KedgeNode(kedge, join(work, `did-key-${algorithm}`), {
    port: await freePort(), issuer: key.did, listKey: key.privateJwk,
  });
  await run(node, () => checkDidKeyIssuer(node, key));
}

/** EBSI's lists of an issuer that is a did:ebsi, through a proxy of the registry. */
async function checkEbsiIssuer(node, registry) {
  const key = new IssuerKey("ES256");
  const kid = `${node.issuer}#credentials`;
  assert.equal(node.listKey.id, `${node.issuer}#keys-1`);
  registry.addIssuer(node.issuer, [[kid, key.publicJwk], [node.listKey.id, node.listKey.jwk]]);
  const entries = await allocate(node);
  for (const { statusListCredential } of entries[0].ebsiCredentialStatus) {
    assert.ok(statusListCredential.startsWith(`${registry.issuers}/${node.issuer}/proxies/`));
  }
  const credentials = entries.map((entry) => issueWithEbsiStatus(key, node.issuer, kid, entry));
  await node.call("anchor_submit", {
    wait: "sealed", items: credentials.map((credential) => ({ profile: "jws", credential })),
  });
  const { uri } = entries[0].status.status_list;

  const expectAll = async (expected) => {
    for (const [place, value] of expected.entries()) {
      await expectEbsiStatus(credentials[place], registry, value);
    }
    say(`EBSI, lists signed with ${node.listKey.jwk.crv}: ${expected.join(", ")}`);
  };

  await node.published(uri);
  await expectAll(["valid", "valid", "valid"]);
  await node.change(targets(entries, values.with(0, undefined)), uri);
  await expectAll(values);
  await expectChangedListRefused(credentials[0], registry);
  await node.change(targets(entries, [undefined, undefined, "valid"]), uri);
  await expectAll(["valid", "revoked", "valid"]);
}

// EBSI's schema for lists, 2024-01; the default is that of every Verifiable Attestation.
const listSchema = "https://api-pilot.ebsi.eu/trusted-schemas-registry/v3/schemas/" +
  "z7DmpwC9doRxZrtQ9PBjz8qQgGWqojkGExELnrw1x8qdi";

async function withEbsi(algorithm, settings) {
  const did = newEbsiDid();
  const registry = new EbsiRegistry();
  await registry.start();
  const port = await freePort();
  const proxy = registry.proxyUrl(did, `0x${"5e".repeat(32)}`);
  const node = new KedgeNode(kedge, join(work, `ebsi-${algorithm}`), {
    port, issuer: did, status: { key_type: algorithm, ebsi_proxies: [proxy], ...settings },
  });
  registry.addProxy(did, `0x${"5e".repeat(32)}`, node.url + new URL(proxy).pathname);
  try {
    await run(node, () => checkEbsiIssuer(node, registry));
  } finally {
    await registry.stop();
  }
}

async function run(node, check) {
  try {
    await node.start();
    await check();
  } catch (error) {
    console.error(node.log);
    throw error;
  } finally {
    await node.stop();
  }
}

try {
  for (const algorithm of ["ES256", "EdDSA"]) await withDidKey(algorithm);
  await withEbsi("ES256", {});
  await withEbsi("ES256K", { ebsi_schema: listSchema });
} finally {
  rmSync(work, { recursive: true, force: true });
}
