// SPDX-License-Identifier: Apache-2.0
// Keys of issuers, with Node's own cryptography, and the did:key that names them.
import { generateKeyPairSync, sign } from "node:crypto";
import { base58btc } from "multiformats/bases/base58";

const kinds = {
  ES256: { type: "ec", options: { namedCurve: "P-256" }, hash: "sha256", codec: [0x80, 0x24] },
  ES256K: { type: "ec", options: { namedCurve: "secp256k1" }, hash: "sha256", codec: [0xe7, 0x01] },
  EdDSA: { type: "ed25519", options: {}, hash: null, codec: [0xed, 0x01] },
};

export const base64url = (value) =>
  Buffer.from(typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value))
    .toString("base64url");

export class IssuerKey {
  #pair;
  #kind;

  constructor(algorithm) {
    this.algorithm = algorithm;
    this.#kind = kinds[algorithm];
    this.#pair = generateKeyPairSync(this.#kind.type, this.#kind.options);
  }

  get publicJwk() { return this.#pair.publicKey.export({ format: "jwk" }); }
  get privateJwk() { return this.#pair.privateKey.export({ format: "jwk" }); }

  /** did:key of the W3C method: multicodec and compressed key. */
  get did() {
    const { x, y } = this.publicJwk;
    const point = Buffer.from(x, "base64url");
    const prefix = y === undefined ? [] : [2 + (Buffer.from(y, "base64url").at(-1) & 1)];
    return `did:key:${base58btc.encode(Uint8Array.from([...this.#kind.codec, ...prefix, ...point]))}`;
  }
  get url() { return `${this.did}#${this.did.slice("did:key:".length)}`; }

  /** The signature of a JWS over its signing input. */
  sign(input) {
    const key = { key: this.#pair.privateKey, dsaEncoding: "ieee-p1363" };
    return base64url(sign(this.#kind.hash, Buffer.from(input), key));
  }

  jwt(header, payload) {
    const input = `${base64url({ alg: this.algorithm, ...header })}.${base64url(payload)}`;
    return `${input}.${this.sign(input)}`;
  }
}
