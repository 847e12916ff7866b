/** The schemas that the outputs are to follow. */

import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";

const root = join(import.meta.dir, "..", "..");

function valid(schema: object, value: unknown): void {
  // Only an outside schema has formats, and keywords of a draft that is no longer known.
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
  for (const name of ["monitor", "stages", "cost"]) ajv.addSchema(schemaOf(name), `${name}.json`);
  const validate = ajv.compile(schema);
  validate(value);
  expect(validate.errors ?? []).toEqual([]);
}

function schemaOf(name: string): object {
  return JSON.parse(readFileSync(join(root, "schemas", `${name}.json`), "utf8")) as object;
}

/** `value` follows a schema of ours. */
export function expectValid(
  name:
    | "check"
    | "cost"
    | "plan"
    | "migrate"
    | "monitor"
    | "metrics"
    | "state"
    | "stages"
    | "destroy"
    | "sweep"
    | "to-v2",
  value: unknown,
): void {
  valid(schemaOf(name), value);
}

/** `value` is SARIF, by the schema that Microsoft publishes. */
export function expectSarif(value: unknown): void {
  const file = "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";
  const {
    $schema: _draft,
    id: _id,
    ...schema
  } = JSON.parse(readFileSync(join(root, file), "utf8"));
  valid(schema, value);
}
