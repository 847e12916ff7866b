/**
 * What the tests of all kinds have to know beside the catalogue. A new kind is one row here: what its
 * function cannot do without, and what the script of its Worker exports.
 */
import { ALL_KINDS, type Kind, type KindSpec } from "../../ts/kinds.ts";
import type { Account } from "../cloudflare/account.ts";
import { SCRIPT } from "../support/program.ts";

export interface Row {
  /** Options that the function needs beside the name, of Alchemy 0.94 and of 2. */
  options?: string;
  options2?: string;
  /** What the account has to have before. */
  before?: (account: Account) => void;
}

/** The bucket that pipelines write into. */
const RECORDS = "records";

/** The image that containers run. */
const IMAGE = `registry.cloudflare.com/sandbox@sha256:${"0".repeat(64)}`;

export const TABLE: Readonly<Record<Kind, Row>> = {
  database: {},
  // Cloudflare deletes no bucket that holds something.
  bucket: { options: "empty: true" },
  kv: {},
  queue: {},
  vectorize: {
    options: 'dimensions: 768, metric: "cosine"',
    options2: 'dimensions: 768, metric: "cosine"',
  },
  hyperdrive: {
    options: `origin: { host: "db.example.com", port: 5432, database: "shop", user: "me", password: "x" }`,
    options2: `origin: { scheme: "postgres", host: "db.example.com", database: "shop", user: "me",
      password: Redacted.make("x") }`,
  },
  "dispatch-namespace": {},
  "ai-gateway": {},
  pipeline: {
    options: `source: [{ type: "binding", format: "json" }], destination: { type: "r2", format: "json",
      path: { bucket: "${RECORDS}" }, credentials: { accessKeyId: alchemy.secret("a"),
      secretAccessKey: alchemy.secret("b") } }`,
    options2: `destination: { bucket: "${RECORDS}", credentials: { accessKeyId: Redacted.make("a"),
      secretAccessKey: Redacted.make("b") } }`,
    before: ({ buckets }) => void buckets.create(RECORDS),
  },
  "analytics-engine": {},
  "durable-object": {
    options: 'className: "Counter", sqlite: true',
    options2: 'className: "Counter"',
  },
  workflow: { options: 'className: "Onboarding"', options2: 'className: "Onboarding"' },
  // An image with a digest in Cloudflare's registry needs neither Docker nor a call to the registry.
  container: {
    options: `className: "Room", image: "${IMAGE}"`,
    options2: `className: "Room", image: "${IMAGE}"`,
  },
  worker: { options: `script: ${JSON.stringify(SCRIPT)}`, options2: 'main: "./script.ts"' },
};

/** The kinds that have a block, in the order in which a program declares them: Workers bind the others. */
export const BLOCKS: readonly (KindSpec & { block: string })[] = ALL_KINDS.flatMap((spec) =>
  spec.block === null ? [] : [{ ...spec, block: spec.block }],
).sort((a, b) => Number(a.kind === "worker") - Number(b.kind === "worker"));

/** The logical id and the base name of a kind's resource, which every rule for names allows. */
export const idOf = (kind: Kind) => kind.replaceAll("-", "");
export const baseOf = (kind: Kind) => `shop-${idOf(kind)}`;
