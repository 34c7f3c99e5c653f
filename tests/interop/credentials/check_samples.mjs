// SPDX-License-Identifier: Apache-2.0
// Every sample must be accepted by the independent verifiers of its form, and refused by each of them
// once a single character has changed. Usage: node check_samples.mjs DIRECTORY
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dataIntegrity, didJwt, ebsi, sdJwt } from "./verifiers.mjs";

const verifiers = { ".jwt": { ebsi, didJwt }, ".json": { dataIntegrity }, ".sd-jwt": { sdJwt } };

const accepts = async (verify, document) => {
  try {
    await verify(document);
    return null;
  } catch (error) {
    return String(error?.message ?? error);
  }
};

const replaced = (document, place) => {
  const other = document[place] === "A" ? "B" : "A";
  return document.slice(0, place) + other + document.slice(place + 1);
};

// A place in the middle of each part of a token, and of each disclosure.
const tokenPlaces = (document) => {
  const places = [];
  let start = 0;
  for (const part of document.split(/[.~]/)) {
    if (part.length > 0) places.push(start + Math.floor(part.length / 2));
    start += part.length + 1;
  }
  return places;
};

// Letters and digits all over a JSON text: names, values and the proof.
const jsonPlaces = (document) => {
  const places = [];
  const step = Math.floor(document.length / 16);
  for (let place = step; place < document.length; place += step) {
    const found = document.slice(place).search(/[a-z0-9]/);
    if (found >= 0) places.push(place + found);
  }
  return places;
};

const directory = process.argv[2];
const counts = {};
let failures = 0;
const fail = (text) => {
  failures += 1;
  console.error(`FAILED ${text}`);
};

for (const file of readdirSync(directory).sort()) {
  const ending = file.slice(file.indexOf("."));
  const document = readFileSync(join(directory, file), "utf8");
  const places = ending === ".json" ? jsonPlaces(document) : tokenPlaces(document);
  for (const [name, verify] of Object.entries(verifiers[ending])) {
    const count = (counts[name] ??= { accepted: 0, refused: 0 });
    const refusal = await accepts(verify, document);
    if (refusal === null) count.accepted += 1;
    else fail(`${name} refuses ${file}: ${refusal}`);
    for (const place of places) {
      if ((await accepts(verify, replaced(document, place))) === null) {
        fail(`${name} accepts ${file} with another character at ${place}`);
      } else {
        count.refused += 1;
      }
    }
  }
}

for (const name of ["ebsi", "didJwt", "dataIntegrity", "sdJwt"]) {
  const { accepted = 0, refused = 0 } = counts[name] ?? {};
  console.log(`${name}: ${accepted} accepted, ${refused} changed ones refused`);
  if (accepted < 3) fail(`${name} saw only ${accepted} samples`);
}
process.exit(failures === 0 ? 0 : 1);
