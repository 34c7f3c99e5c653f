// SPDX-License-Identifier: Apache-2.0
// A `kedge node` of its own, on a port that is known beforehand because it stands in the lists.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until there is an answer other than undefined, for half a minute. */
export async function until(what, ask) {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`waited in vain for ${what}`);
}

export class KedgeNode {
  #kedge;
  #data;
  #process;
  #log = "";
  #cookie;

  /** Makes the data directory. `status`: settings below [status]; `listKey`: a private JWK. */
  constructor(kedge, directory, { port, issuer, status, listKey }) {
    this.#kedge = kedge;
    this.#data = join(directory, "data");
    this.issuer = issuer;
    this.url = `http://localhost:${port}`;
    mkdirSync(directory);
    const config = join(directory, "kedge.toml");
    const settings = { base_url: this.url, publish_interval: "0ms", ...status };
    writeFileSync(config, [
      "[rpc]", `listen = "127.0.0.1:${port}"`, "[seal]", 'interval = "100ms"', "[status]",
      ...Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`), "",
    ].join("\n"));
    const words = ["--data", this.#data, "--config", config, "--origin", "log.example/interop",
      "--issuer", issuer, "--json"];
    if (listKey !== undefined) {
      const file = join(directory, "list.jwk");
      writeFileSync(file, JSON.stringify(listKey), { mode: 0o600 });
      words.push("--list-key", file);
    }
    const made = JSON.parse(execFileSync(kedge, ["init", ...words], { encoding: "utf8" }));
    this.logKey = made.log_key;
    this.listKey = { id: made.list_key, jwk: JSON.parse(made.list_jwk) };
  }

  async start() {
    const log = (text) => { this.#log += text; };
    const stdio = ["ignore", "pipe", "pipe"];
    this.#process = spawn(this.#kedge, ["node", "--data", this.#data], { stdio });
    process.once("exit", () => this.#process.kill("SIGKILL"));
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding("utf8").on("data", log);
    }
    await until("the node", () => {
      if (this.#process.exitCode !== null) throw new Error(`the node has ended:\n${this.#log}`);
      return statSync(join(this.#data, "address"), { throwIfNoEntry: false });
    });
    this.#cookie = readFileSync(join(this.#data, "cookie"), "utf8").trim();
  }

  /** Stops it and checks that it went cleanly. */
  async stop() {
    if (this.#process === undefined || this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    const status = await ended;
    if (status !== 0) throw new Error(`the node ended with ${status}:\n${this.#log}`);
  }

  get log() { return this.#log; }

  async call(method, params) {
    const response = await fetch(`${this.url}/rpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.#cookie}` },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  /** Sets statuses (list, index, value), seals them and waits until the list's documents tell. */
  async change(targets, tokenUri) {
    const { etag } = await this.published(tokenUri);
    const { targets: set } = await this.call("status_set", { targets, reason: "superseded" });
    if (!set.every(({ changed }) => changed)) throw new Error(`not changed: ${JSON.stringify(set)}`);
    await this.call("anchor_seal", {});
    return this.published(tokenUri, etag);
  }

  /** The token of a list, which is there when all documents of the list are: another one than that. */
  async published(tokenUri, otherThan = null) {
    return until("the list", async () => {
      const response = await fetch(tokenUri, { headers: { Accept: "application/statuslist+jwt" } });
      const text = await response.text();
      const etag = response.headers.get("etag");
      return response.status === 200 && etag !== otherThan ? { text, etag, response } : undefined;
    });
  }

  /** The proof bundle of a credential's digest, once it is in an epoch. */
  async proof(digest) {
    return until("the proof", async () => {
      const headers = { Accept: "application/json" };
      const response = await fetch(`${this.url}/v1/proofs/${digest}`, { headers });
      return response.status === 200 ? Buffer.from(await response.arrayBuffer()) : undefined;
    });
  }
}
