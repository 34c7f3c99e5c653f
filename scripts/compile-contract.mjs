// SPDX-License-Identifier: Apache-2.0
// Compiles AnchorLog.sol with the pinned compiler and prints what the node and its users need to know of
// it, as JSON. Nothing but the source, the compiler and the settings below goes into it: no paths, no
// times, no hash of the metadata.
//   node compile-contract.mjs MODULES AnchorLog.sol
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [modules, source] = process.argv.slice(2);
const require = createRequire(join(modules, "here.js"));
const solc = require("solc");
const { keccak256 } = require("js-sha3");

const settings = {
  // No PUSH0: chains that have not had the Shanghai upgrade run it too.
  evmVersion: "london",
  optimizer: { enabled: true, runs: 1000000 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
};
const input = {
  language: "Solidity",
  sources: { "AnchorLog.sol": { content: readFileSync(source, "utf8") } },
  settings: {
    ...settings,
    outputSelection: {
      "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object",
                   "evm.methodIdentifiers"] },
    },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
const complaints = output.errors ?? [];
if (complaints.length > 0) {
  for (const complaint of complaints) console.error(complaint.formattedMessage);
  process.exit(1);
}
const { abi, evm } = output.contracts["AnchorLog.sol"].AnchorLog;
const runtime = evm.deployedBytecode.object;
console.log(JSON.stringify({
  contract: "AnchorLog",
  compiler: `solc ${solc.version()}`,
  settings,
  abi,
  selectors: evm.methodIdentifiers,
  creation: "0x" + evm.bytecode.object,
  runtime: "0x" + runtime,
  runtimeKeccak: "0x" + keccak256(Buffer.from(runtime, "hex")),
}, null, 2));
