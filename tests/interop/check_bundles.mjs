#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Runs the independent verifier over what write_bundles has written: every bundle is accepted in
// both forms, and refused as soon as one bit of it is another.
//
//   node check_bundles.mjs DIR

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBundle, verifyBundle } from './verify_bundle.mjs';

const dir = process.argv[2];
const read = (name) => readFileSync(join(dir, name));
const vkey = read('log.vkey').toString().trim();
const names = readdirSync(dir).filter((name) => name.endsWith('.digest')).map((name) => name.slice(0, -7));
assert.ok(names.length > 20, 'too few bundles');

function refused(document, digest) {
  try {
    verifyBundle(document, vkey, digest);
    return false;
  } catch {
    return true;
  }
}

/** Flips every bit, or one bit of each octet where that would take too long. */
function flipAll(document, digest, bits, what) {
  for (let i = 0; i < document.length; ++i) {
    for (const bit of bits) {
      document[i] ^= 1 << bit;
      assert.ok(refused(document, digest), `${what}: octet ${i}, bit ${bit} flipped and still valid`);
      document[i] ^= 1 << bit;
    }
  }
}

let seen = 0;
for (const name of names) {
  const digest = Buffer.from(read(`${name}.digest`).toString(), 'hex');
  const json = read(`${name}.proof.json`);
  const cbor = read(`${name}.proof.cbor`);
  for (const document of [json, cbor]) {
    const found = verifyBundle(document, vkey, digest);
    assert.equal(found.digest, digest.toString('hex'));
    assert.equal(found.checkpoint.origin, 'log.example/interop');
    assert.ok(refused(document, Buffer.alloc(32)), 'another digest');
    assert.ok(refused(document.subarray(0, -1), digest), 'truncated');
  }
  assert.deepEqual(decodeBundle(json), decodeBundle(cbor), `${name}: the forms differ`);
  const bits = name === '16-8' ? [0, 1, 2, 3, 4, 5, 6, 7] : [seen % 8];
  if (seen < 5 || name === '16-8') {
    flipAll(json, digest, bits, `${name}.proof.json`);
    flipAll(cbor, digest, bits, `${name}.proof.cbor`);
  }
  ++seen;
}

const content = read('with-credential.credential');
const digest = createHash('sha256').update(content).digest();
assert.equal(verifyBundle(read('with-credential.proof.json'), vkey, digest).issuer, 'did:example:École €');

// Statuses: of a value, of an index beyond the list, of an issuer that has changed nothing.
for (const [name, reason] of Object.entries(JSON.parse(read('statuses.json')))) {
  const [json, cbor] = ['json', 'cbor'].map((form) => read(`${name}.status.${form}`));
  assert.deepEqual(decodeBundle(json), decodeBundle(cbor), `${name}: the forms differ`);
  for (const document of [json, cbor]) {
    if (reason !== 'valid') {
      assert.throws(() => verifyBundle(document, vkey), { message: reason }, name);
      continue;
    }
    assert.deepEqual(verifyBundle(document, vkey).status,
      { value: 'valid', epoch: 7, time: 1767225600000 }, name);
    const digest = decodeBundle(document).digest;
    flipAll(document, digest, [0, 6], `${name}.status`);
  }
}

// Parts of one bundle in another.
const [a, b] = ['100-0', '100-99'].map((name) => JSON.parse(read(`${name}.proof.json`)));
for (const part of ['credential', 'batch', 'log']) {
  const mixed = Buffer.from(JSON.stringify({ ...a, [part]: b[part] }));
  // The two share one batch, so only what differs can be wrong.
  const same = JSON.stringify(a[part]) === JSON.stringify(b[part]);
  assert.equal(refused(mixed, undefined), !same, part);
}
console.log(`${names.length} bundles in both forms accepted, every changed one refused`);
