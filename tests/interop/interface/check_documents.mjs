// SPDX-License-Identifier: Apache-2.0
// Checks openrpc.json and openapi.json against the schemas of their standards, and answers.json (what
// the node answered to the examples) against the schemas that openrpc.json publishes.
// Usage: node check_documents.mjs FOLDER
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import Ajv2020 from "ajv/dist/2020.js";
import Ajv from "ajv";
import { Validator } from "@seriousme/openapi-schema-validator";

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const openrpc = read("openrpc.json");
const openapi = read("openapi.json");
const answers = read("answers.json");
const require = createRequire(import.meta.url);

async function checkOpenApi(document) {
  const result = await new Validator().validate(structuredClone(document));
  return result.valid ? undefined : JSON.stringify(result.errors).slice(0, 2000);
}

/** The schema of OpenRPC 1.3. What it says of JSON Schemas is elsewhere: ours are compiled below. */
function checkOpenRpc(document) {
  const { openrpcDocument } = require("@open-rpc/meta-schema");
  const { $schema, ...schema } = JSON.parse(JSON.stringify(openrpcDocument)
    .replaceAll('{"$ref":"https://meta.json-schema.tools"}', "true")
    .replaceAll(/\{"\$ref":"https:[^"]*"\}/g, '{"type":"string"}'));
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  return validate(document) ? undefined : JSON.stringify(validate.errors).slice(0, 2000);
}

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
ajv.addFormat("uri-reference", true);
ajv.addFormat("binary", true);
ajv.addKeyword("components");
const compile = (schema, components) =>
  ajv.compile({ ...structuredClone(schema), components: structuredClone(components) });

function paramsSchema(method) {
  return {
    type: "object",
    properties: Object.fromEntries(method.params.map(({ name, schema }) => [name, schema])),
    required: method.params.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

assert.equal(await checkOpenApi(openapi), undefined);
assert.equal(checkOpenRpc(openrpc), undefined);
// A validator that takes everything would say nothing.
assert.notEqual(await checkOpenApi({ ...openapi, paths: { "/x": { get: { responses: 7 } } } }), undefined);
assert.notEqual(checkOpenRpc({ ...openrpc, methods: [{ params: "x" }] }), undefined);

const methods = new Map(openrpc.methods.map((method) => [method.name, method]));
let checked = 0;
for (const { method: name, params, shown, answer } of answers) {
  const method = methods.get(name);
  const takes = compile(paramsSchema(method), openrpc.components);
  assert.ok(takes(params), `${name}: ${ajv.errorsText(takes.errors)}`);
  const gives = compile(method.result.schema, openrpc.components);
  for (const value of [answer, shown]) {
    assert.ok(gives(value), `${name}: ${ajv.errorsText(gives.errors)}`);
    assert.ok(!gives({ ...value, surprise: 1 }), `${name}: a property too many was taken`);
    checked += 1;
  }
}
assert.ok(checked > 2 * methods.size);

let examples = 0;
for (const [path, operations] of Object.entries(openapi.paths)) {
  for (const [verb, operation] of Object.entries(operations)) {
    const contents = [operation.requestBody?.content, operation.responses["200"]?.content];
    for (const content of contents) {
      for (const [type, { schema, example }] of Object.entries(content ?? {})) {
        const validate = compile(schema, openapi.components);
        if (example === undefined) continue;
        assert.ok(validate(example), `${verb} ${path} ${type}: ${ajv.errorsText(validate.errors)}`);
        examples += 1;
      }
    }
    for (const { schema } of operation.parameters ?? []) compile(schema, openapi.components);
  }
}
assert.ok(examples > 20);
console.log(`${methods.size} methods, ${checked} answers, ${Object.keys(openapi.paths).length} paths, ` +
  `${examples} examples: as published`);
