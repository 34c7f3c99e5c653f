// SPDX-License-Identifier: Apache-2.0
// What the npm package `canonicalize` (by an author of RFC 8785) takes for a document: parsed,
// canonicalised without its proof, hashed. Prints the digest, and how often a second of processor time.
//   node canonicalize.mjs DOCUMENT SECONDS
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';

const text = readFileSync(process.argv[2], 'utf8');
const seconds = Number(process.argv[3]);

function digest() {
  const document = JSON.parse(text);
  delete document.proof;
  return createHash('sha256').update(canonicalize(document)).digest('hex');
}

function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

// Until the compiler of the engine has seen enough of it.
const warm = processorSeconds() + Math.min(0.5, seconds / 2);
while (processorSeconds() < warm) digest();

let times = 0;
const begin = processorSeconds();
while (processorSeconds() - begin < seconds) {
  for (let i = 0; i < 100; ++i) digest();
  times += 100;
}
const taken = processorSeconds() - begin;
console.log(digest());
console.log(times / taken);
