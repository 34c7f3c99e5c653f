// SPDX-License-Identifier: Apache-2.0
// The three paths of EBSI's registries that its verifier asks for, on localhost: DID Registry v5, Trusted
// Issuers Registry v5, and the registry's proxies, which pass on what an issuer's own server says.
import { createServer } from "node:http";

export class EbsiRegistry {
  #server = createServer((request, response) => this.#answer(request, response));
  #documents = new Map();
  #proxies = new Map();
  #passedOn = 0;
  /** What becomes of a list on its way through the proxy. */
  alter = (text) => text;

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.authority = `localhost:${this.#server.address().port}`;
    this.didRegistry = `http://${this.authority}/did-registry/v5/identifiers`;
    this.issuers = `http://${this.authority}/trusted-issuers-registry/v5/issuers`;
  }
  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** How many lists went through the proxies. */
  get passedOn() { return this.#passedOn; }

  proxyUrl(did, id) { return `${this.issuers}/${did}/proxies/${id}`; }
  /** The registry asks `prefix/path` where it is asked for `.../proxies/id/path`. */
  addProxy(did, id, prefix) { this.#proxies.set(new URL(this.proxyUrl(did, id)).pathname, prefix); }

  /** `methods`: pairs of DID URL and public JWK. */
  addIssuer(did, methods) {
    this.#documents.set(did, {
      "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
      id: did,
      controller: [did],
      verificationMethod: methods.map(([id, publicKeyJwk]) => ({
        id, type: "JsonWebKey2020", controller: did, publicKeyJwk,
      })),
      authentication: methods.map(([id]) => id),
      assertionMethod: methods.map(([id]) => id),
    });
  }

  async #answer(request, response) {
    const { pathname, search } = new URL(request.url, "http://localhost");
    const [, , , , did] = pathname.split("/");
    const send = (status, type, body) => response.writeHead(status, { "Content-Type": type }).end(body);
    const known = this.#documents.get(did);
    if (known !== undefined && pathname === `/did-registry/v5/identifiers/${did}`) {
      return send(200, "application/did+ld+json", JSON.stringify(known));
    }
    if (known !== undefined && pathname === `/trusted-issuers-registry/v5/issuers/${did}`) {
      return send(200, "application/json", JSON.stringify({ did, attributes: [] }));
    }
    for (const [path, prefix] of this.#proxies) {
      if (!pathname.startsWith(`${path}/`) || search !== "") continue;
      const listed = await fetch(prefix + pathname.slice(path.length));
      const text = this.alter(await listed.text());
      this.#passedOn += 1;
      return send(listed.status, "text/plain", text);
    }
    return send(404, "application/problem+json",
      JSON.stringify({ title: "Not Found", status: 404, type: "about:blank", detail: pathname }));
  }
}
