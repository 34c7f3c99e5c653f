// SPDX-License-Identifier: Apache-2.0
//
// The deterministic CBOR of RFC 8949 section 4.2.1, as far as bundles need it.

const MAX_DEPTH = 16;

function fail(message) {
  throw new Error(`CBOR: ${message}`);
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  take(size) {
    if (size > this.bytes.length - this.at) fail('truncated');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** Type and argument; the argument in its shortest form. */
  head() {
    const first = this.take(1)[0];
    const code = first & 31;
    if (code < 24) return [first >> 5, code];
    if (code > 27) fail('indefinite length');
    const width = 1 << (code - 24);
    const argument = this.take(width).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    const smallest = width === 1 ? 24n : 1n << BigInt(4 * width);
    if (argument < smallest) fail('not the shortest form');
    if (argument > BigInt(Number.MAX_SAFE_INTEGER)) fail('number too large');
    return [first >> 5, Number(argument)];
  }

  text(size) {
    const bytes = this.take(size);
    const text = bytes.toString('utf8');
    if (!Buffer.from(text).equals(bytes)) fail('not UTF-8');
    return text;
  }

  value(depth) {
    if (depth > MAX_DEPTH) fail('nested too deep');
    const [type, argument] = this.head();
    switch (type) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.take(argument);
      case 3:
        return this.text(argument);
      case 4: {
        const items = [];
        for (let i = 0; i < argument; ++i) items.push(this.value(depth + 1));
        return items;
      }
      case 5:
        return this.map(argument, depth);
      case 7:
        if (argument === 20 || argument === 21) return argument === 21;
        if (argument === 22) return null;
        return fail('a simple value');
      default:
        return fail('a tag');
    }
  }

  map(count, depth) {
    const entries = [];
    let previous = Buffer.alloc(0);
    for (let i = 0; i < count; ++i) {
      const start = this.at;
      const [type, size] = this.head();
      if (type !== 3) fail('a key that is no text');
      const key = this.text(size);
      const encoded = this.bytes.subarray(start, this.at);
      if (Buffer.compare(previous, encoded) >= 0) fail('keys not sorted');
      previous = encoded;
      entries.push([key, this.value(depth + 1)]);
    }
    return Object.fromEntries(entries);
  }
}

export function decodeCbor(bytes) {
  const reader = new Reader(bytes);
  const value = reader.value(1);
  if (reader.at !== bytes.length) fail('octets after the end');
  return value;
}
