#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// Verifies Kedge proof bundles (JSON or CBOR) without any code of Kedge: written from the
// description of the formats, with nothing but Node's own modules. It is for checking that the
// description is enough, and for whoever wants to see what a verification is.
//
//   node verify_bundle.mjs --vkey log.vkey [--digest HEX | --bytes FILE] BUNDLE
//
// Exit status: 0 valid, 1 refused, 2 usage.

import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { decodeCbor } from './cbor.mjs';

const PROFILES = { bytes: 1, jws: 2, jcs: 3, jades: 4, external: 5 };

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);
const u64 = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};

function need(condition, message) {
  if (!condition) throw new Error(message);
}

function exactKeys(object, keys, where) {
  need(object !== null && typeof object === 'object' && !Array.isArray(object), `${where}: no object`);
  const found = Object.keys(object).sort().join();
  need(found === [...keys].sort().join(), `${where}: fields ${found}`);
}

function hex(text, size, where) {
  need(typeof text === 'string' && new RegExp(`^[0-9a-f]{${2 * size}}$`).test(text), `${where}: no hex`);
  return Buffer.from(text, 'hex');
}

function base64(text, where) {
  const bytes = Buffer.from(text, 'base64');
  need(bytes.toString('base64') === text, `${where}: no canonical base64`);
  return bytes;
}

const utf8 = (bytes, where) => {
  const text = bytes.toString('utf8');
  need(Buffer.from(text).equals(bytes), `${where}: no UTF-8`);
  return text;
};

/** The members of a bundle as Buffers and numbers, from either form. */
export function decodeBundle(document) {
  const cbor = document.length > 0 && document[0] >> 5 === 5;
  const value = cbor ? decodeCbor(document) : JSON.parse(utf8(document, 'bundle'));
  const hash = (item, where, size = 32) => {
    if (!cbor) return hex(item, size, where);
    need(Buffer.isBuffer(item) && item.length === size, `${where}: no ${size} octets`);
    return item;
  };
  const top = ['format', 'credential', 'batch', 'log', 'anchors'];
  exactKeys(value, 'status' in value ? [...top, 'status'] : top, 'bundle');
  const { format, credential, batch, log, anchors } = value;
  need(format === 'kedge-proof/1', 'format');
  exactKeys(credential, ['profile', 'digest', 'salt'], 'credential');
  exactKeys(batch, ['issuer', 'entry', 'index', 'path'], 'batch');
  exactKeys(log, ['index', 'path', 'checkpoint'], 'log');
  for (const text of [batch.issuer, log.checkpoint, credential.profile]) {
    need(typeof text === 'string', 'expected a text');
  }
  need(Object.hasOwn(PROFILES, credential.profile), 'credential.profile');
  need(Number.isSafeInteger(batch.index) && batch.index >= 0, 'batch.index');
  need(Number.isSafeInteger(log.index) && log.index >= 0, 'log.index');
  need(Array.isArray(batch.path) && Array.isArray(log.path) && Array.isArray(anchors), 'arrays');
  return {
    profile: PROFILES[credential.profile],
    digest: hash(credential.digest, 'credential.digest'),
    salt: hash(credential.salt, 'credential.salt', 16),
    issuer: batch.issuer,
    entry: cbor ? batch.entry : base64(batch.entry, 'batch.entry'),
    batchIndex: batch.index,
    batchPath: batch.path.map((item, i) => hash(item, `batch.path[${i}]`)),
    logIndex: log.index,
    logPath: log.path.map((item, i) => hash(item, `log.path[${i}]`)),
    checkpoint: log.checkpoint,
    anchors: anchors.map((anchor) => hashesAsHex(anchor)),
    status: 'status' in value ? decodeStatus(value.status, cbor, hash) : undefined,
  };
}

const STATUS_FIELDS = ['list', 'index', 'value', 'directory', 'directoryIndex', 'directoryPath',
  'epochEntry', 'epochIndex', 'epochPath', 'checkpoint', 'anchors'];
const RECORD_FIELDS = ['record', 'recordIndex', 'recordPath'];
const CHUNK_FIELDS = ['chunk', 'chunkPath'];
const VALUES = ['valid', 'revoked', 'suspended'];

/** The members of a status proof as Buffers and numbers. */
function decodeStatus(value, cbor, hash) {
  const withRecord = 'record' in value;
  const withChunk = 'chunk' in value;
  need(withRecord || !withChunk, 'status.record');
  exactKeys(value, [...STATUS_FIELDS, ...(withRecord ? RECORD_FIELDS : []),
    ...(withChunk ? CHUNK_FIELDS : [])], 'status');
  const { directory, record } = value;
  exactKeys(directory, ['issuerHash', 'nextIssuerSeq', 'credentialCount', 'statusRoot', 'lastEntryHash'],
    'status.directory');
  const numbers = [value.list, value.index, value.directoryIndex, value.epochIndex,
    directory.nextIssuerSeq, directory.credentialCount];
  if (withRecord) {
    exactKeys(record, ['list', 'size', 'bitsRoot'], 'status.record');
    numbers.push(record.list, record.size, value.recordIndex);
  }
  for (const number of numbers) need(Number.isSafeInteger(number) && number >= 0, 'status: a number');
  need(VALUES.includes(value.value), 'status.value');
  need(typeof value.checkpoint === 'string', 'status.checkpoint');
  const path = (name) => {
    need(Array.isArray(value[name]), `status.${name}`);
    return value[name].map((item, i) => hash(item, `status.${name}[${i}]`));
  };
  need(Array.isArray(value.anchors), 'status.anchors');
  return {
    list: value.list,
    index: value.index,
    value: value.value,
    directory: {
      issuerHash: hash(directory.issuerHash, 'status.directory.issuerHash'),
      nextIssuerSeq: directory.nextIssuerSeq,
      credentialCount: directory.credentialCount,
      statusRoot: hash(directory.statusRoot, 'status.directory.statusRoot'),
      lastEntryHash: hash(directory.lastEntryHash, 'status.directory.lastEntryHash'),
    },
    directoryIndex: value.directoryIndex,
    directoryPath: path('directoryPath'),
    record: withRecord ? { list: record.list, size: record.size,
      bitsRoot: hash(record.bitsRoot, 'status.record.bitsRoot') } : undefined,
    recordIndex: value.recordIndex,
    recordPath: withRecord ? path('recordPath') : undefined,
    chunk: withChunk ? hash(value.chunk, 'status.chunk') : undefined,
    chunkPath: withChunk ? path('chunkPath') : undefined,
    epochEntry: cbor ? value.epochEntry : base64(value.epochEntry, 'status.epochEntry'),
    epochIndex: value.epochIndex,
    epochPath: path('epochPath'),
    checkpoint: value.checkpoint,
    anchors: value.anchors.map((anchor) => hashesAsHex(anchor)),
  };
}

/** In CBOR the hashes of an anchor are byte strings, in JSON texts; here they are texts. */
function hashesAsHex(value) {
  if (Buffer.isBuffer(value)) {
    need(value.length === 32, 'anchor: a byte string that is no hash');
    return value.toString('hex');
  }
  if (Array.isArray(value)) return value.map(hashesAsHex);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hashesAsHex(item)]));
}

/** RFC 9162 section 2.1.3.2. */
function rootFromPath(leafHash, index, size, path) {
  need(index < size, 'index beyond the tree');
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let hash = leafHash;
  for (const sibling of path) {
    need(sn !== 0n, 'path too long');
    if (fn % 2n === 1n || fn === sn) {
      hash = sha256(NODE, sibling, hash);
      while (fn % 2n === 0n && fn !== 0n) {
        fn /= 2n;
        sn /= 2n;
      }
    } else {
      hash = sha256(NODE, hash, sibling);
    }
    fn /= 2n;
    sn /= 2n;
  }
  need(sn === 0n, 'path too short');
  return hash;
}

function decodeBatchEntry(entry) {
  need(Buffer.isBuffer(entry) && entry.length === 126, 'the entry is not a batch entry');
  need(entry[0] === 1 && entry[1] === 1, 'the entry is not a batch entry of version 1');
  return {
    issuerHash: entry.subarray(10, 42),
    firstPosition: Number(entry.readBigUInt64BE(50)),
    count: entry.readUInt32BE(58),
    root: entry.subarray(62, 94),
  };
}

function parseVkey(vkey) {
  const [name, id, key] = [vkey.split('+')[0], vkey.split('+')[1], vkey.split('+').slice(2).join('+')];
  const material = base64(key, 'vkey');
  need(material.length === 33 && material[0] === 1, 'vkey: not an Ed25519 key');
  const keyId = sha256(Buffer.from(`${name}\n`), material).subarray(0, 4);
  need(keyId.toString('hex') === id, 'vkey: wrong key id');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), material.subarray(1)]);
  return { name, keyId, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

/** C2SP signed-note and tlog-checkpoint. */
function openCheckpoint(note, vkey) {
  need(typeof note === 'string' && note.endsWith('\n'), 'checkpoint: no note');
  const cut = note.lastIndexOf('\n\n');
  need(cut > 0, 'checkpoint: no signatures');
  const text = note.slice(0, cut + 1);
  const trusted = parseVkey(vkey);
  let verified = false;
  for (const line of note.slice(cut + 2, -1).split('\n')) {
    const match = /^— (\S+) (\S+)$/u.exec(line);
    need(match !== null, 'checkpoint: a line is no signature');
    const blob = base64(match[2], 'checkpoint signature');
    if (match[1] !== trusted.name || !blob.subarray(0, 4).equals(trusted.keyId)) continue;
    need(verifySignature(null, Buffer.from(text), trusted.key, blob.subarray(4)), 'checkpoint signature');
    verified = true;
  }
  need(verified, 'checkpoint: not signed by the trusted key');
  const [origin, size, root] = text.split('\n');
  need(origin === trusted.name, 'checkpoint: another origin');
  need(/^(0|[1-9][0-9]*)$/.test(size), 'checkpoint: size');
  return { origin, size: BigInt(size), root: base64(root, 'checkpoint root') };
}

/** The least size of a tree in which this leaf's path has this length; any such tree will do. */
function leastSize(index, length) {
  for (let size = BigInt(index) + 1n; size < 1n << 32n; ++size) {
    let steps = 0;
    for (let fn = BigInt(index), sn = size - 1n; sn > 0n; fn /= 2n, sn /= 2n) {
      if (fn % 2n === 1n || fn < sn) ++steps;
    }
    if (steps === length) return size;
    need(steps < length, 'no tree has a path of this length');
  }
  throw new Error('no tree has a path of this length');
}

/** The epoch of a status proof, once everything in it follows. */
function checkStatus(status, issuerHash, position, vkey, origin) {
  const { directory, record } = status;
  need(directory.issuerHash.equals(issuerHash), 'the status is of another issuer');
  need(status.list === 0 && status.index === position, 'the status is of another credential');
  need(position < directory.credentialCount, 'the status is from before the credential');
  let stated = 'valid';
  if (record === undefined) {
    need(directory.statusRoot.equals(Buffer.alloc(32)), 'the record of the list is missing');
  } else {
    const encoded = Buffer.alloc(12);
    encoded.writeUInt32BE(record.list);
    encoded.writeBigUInt64BE(BigInt(record.size), 4);
    const leaf = sha256(LEAF, encoded, record.bitsRoot);
    const size = leastSize(status.recordIndex, status.recordPath.length);
    need(rootFromPath(leaf, status.recordIndex, size, status.recordPath).equals(directory.statusRoot),
      'status record path');
    need(record.list === 0, 'the register always has a record');
    if (position < record.size) {
      need(status.chunk !== undefined, 'the chunk is missing');
      const chunks = Math.ceil(record.size / 128);
      const root = rootFromPath(sha256(LEAF, status.chunk), Math.floor(position / 128), chunks, status.chunkPath);
      need(root.equals(record.bitsRoot), 'status chunk path');
      const place = position % 128;
      stated = VALUES[(status.chunk[place >> 2] >> (2 * (place & 3))) & 3];
    } else {
      need(status.chunk === undefined, 'a chunk that says nothing');
    }
  }
  need(stated === status.value, 'the value is another one');
  const entry = status.epochEntry;
  need(Buffer.isBuffer(entry) && entry.length === 86 && entry[0] === 1 && entry[1] === 3, 'no epoch entry');
  const recordLeaf = sha256(LEAF, directory.issuerHash, u64(directory.nextIssuerSeq),
    u64(directory.credentialCount), directory.statusRoot, directory.lastEntryHash);
  const directoryRoot = rootFromPath(recordLeaf, status.directoryIndex, entry.readUInt32BE(18), status.directoryPath);
  need(directoryRoot.equals(entry.subarray(22, 54)), 'status directory path');
  const checkpoint = openCheckpoint(status.checkpoint, vkey);
  need(checkpoint.origin === origin, 'the status is of another log');
  const logRoot = rootFromPath(sha256(LEAF, entry), status.epochIndex, checkpoint.size, status.epochPath);
  need(logRoot.equals(checkpoint.root), 'status log path');
  for (const anchor of status.anchors) {
    need(anchor.ledger === 'embedded', `anchors of the kind ${anchor.ledger} are not checked here`);
    checkEmbedded(anchor, checkpoint);
  }
  need(status.value === 'valid', status.value);
  return { value: status.value, epoch: Number(entry.readBigUInt64BE(10)), time: Number(entry.readBigUInt64BE(2)) };
}

/** The embedded ledger is the node's own file: this only finds damage. */
function checkEmbedded(anchor, checkpoint) {
  exactKeys(anchor, ['epoch', 'head', 'ledger', 'name', 'prev', 'root', 'seq', 'size', 'time'], 'anchor');
  const time = Date.parse(anchor.time);
  need(new Date(time).toISOString() === anchor.time, 'anchor.time');
  const root = hex(anchor.root, 32, 'anchor.root');
  need(BigInt(anchor.size) === checkpoint.size && root.equals(checkpoint.root), 'another checkpoint');
  const head = sha256(hex(anchor.prev, 32, 'anchor.prev'), u64(anchor.seq), u64(anchor.epoch),
    u64(anchor.size), root, u64(time), Buffer.from(anchor.name));
  need(head.equals(hex(anchor.head, 32, 'anchor.head')), 'anchor.head');
}

/**
 * Throws with the reason unless the bundle proves `digest` (its own, if none is given) and, where it
 * has a status, that it was valid: `revoked` and `suspended` are reasons. How old the status may be
 * is the caller's to say: `status.time` is that of its epoch, in milliseconds.
 */
export function verifyBundle(document, vkey, digest = undefined) {
  const bundle = decodeBundle(document);
  need(digest === undefined || bundle.digest.equals(digest), 'digest-mismatch');
  const leafEntry = Buffer.concat([Buffer.from([bundle.profile]), bundle.salt, bundle.digest]);
  const entry = decodeBatchEntry(bundle.entry);
  need(sha256(Buffer.from(bundle.issuer)).equals(entry.issuerHash), 'issuer-mismatch');
  const batchRoot = rootFromPath(sha256(LEAF, leafEntry), bundle.batchIndex, entry.count, bundle.batchPath);
  need(batchRoot.equals(entry.root), 'batch-path');
  const checkpoint = openCheckpoint(bundle.checkpoint, vkey);
  const logRoot = rootFromPath(sha256(LEAF, bundle.entry), bundle.logIndex, checkpoint.size, bundle.logPath);
  need(logRoot.equals(checkpoint.root), 'log-path');
  for (const anchor of bundle.anchors) {
    need(anchor.ledger === 'embedded', `anchors of the kind ${anchor.ledger} are not checked here`);
    checkEmbedded(anchor, checkpoint);
  }
  const status = bundle.status === undefined ? undefined : checkStatus(bundle.status,
    entry.issuerHash, entry.firstPosition + bundle.batchIndex, vkey, checkpoint.origin);
  return { issuer: bundle.issuer, digest: bundle.digest.toString('hex'), checkpoint, status };
}

function main(args) {
  const options = {};
  while (args.length > 1) {
    const name = args.shift();
    if (!['--vkey', '--digest', '--bytes'].includes(name)) return 2;
    options[name] = args.shift();
  }
  if (args.length !== 1 || options['--vkey'] === undefined) return 2;
  let digest;
  if (options['--digest'] !== undefined) digest = hex(options['--digest'], 32, 'digest');
  if (options['--bytes'] !== undefined) digest = sha256(readFileSync(options['--bytes']));
  try {
    const vkey = readFileSync(options['--vkey'], 'utf8').trim();
    const found = verifyBundle(readFileSync(args[0]), vkey, digest);
    console.log(`valid: ${found.digest} of ${found.issuer}, in ${found.checkpoint.origin}`);
    if (found.status !== undefined) {
      const time = new Date(found.status.time).toISOString();
      console.log(`status: ${found.status.value} as of epoch ${found.status.epoch}, ${time}`);
    }
    return 0;
  } catch (error) {
    console.log(`refused: ${error.message}`);
    return 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = main(process.argv.slice(2));
  if (process.exitCode === 2) {
    console.error('usage: verify_bundle.mjs --vkey FILE [--digest HEX | --bytes FILE] BUNDLE');
  }
}
