// Writes everything that is made from the core's catalogue of kinds, from the versions of Alchemy that it
// knows, and from the analyser's rules:
// `ts/generated/`, the exports of the core, the enums in `schemas/`, `docs/rules.md` and the tables in other pages. `--check`
// writes nothing and fails if something has drifted.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configSchema, readRules, rulesModule, rulesPage } from "./rules.mjs";
import { env, root, run } from "./run.mjs";
import { PAGES, page } from "./tables.mjs";

const NOTE = "Made from src/kind/ by `npm run generate`. Do not edit.";

async function catalogue() {
  const core = JSON.parse(await run("cargo", ["run", "--quiet", "--example", "catalogue"]));
  return { ...core, rules: await readRules() };
}

const union = (values) => values.map((value) => `\n  | ${JSON.stringify(value)}`).join("");

/** The types that the core and the package share. */
function types({ kinds, codes }) {
  return `// ${NOTE}

/** A kind of resource. Each has a name space of its own at Cloudflare. */
export type Kind =${union(kinds.map(({ kind }) => kind))};

/** The code of a refusal. It keeps its meaning between releases. */
export type ErrorCode =${union(codes)};
`;
}

/** The rows of the catalogue, for TypeScript. */
function rows({ kinds, unmodelled, unmodelled2 }) {
  const entries = kinds.map(({ converts: _, ...spec }) => [spec.kind, spec]);
  return `// ${NOTE}
import type { Kind } from "./types.ts";

/** What the project knows about a kind: \`src/kind/spec.rs\` says what each field means. */
export interface KindSpec {
  kind: Kind;
  noun: string;
  plural: string;
  product: string;
  block: string | null;
  example: string;
  alchemy: {
    function: string;
    also: readonly string[];
    resource: string | null;
    naming: readonly string[];
    attribute: string;
    identity: string;
    automatic: Automatic;
    quirks: { ignoresDelete: boolean; takesExisting: boolean; deletesByName: boolean; alwaysRemote: boolean };
  };
  alchemy2: {
    constructor: string;
    also: readonly string[];
    block: string;
    resources: readonly string[];
    naming: string;
    attribute: string;
    identity: string;
    automatic: Automatic;
    onNewName: OnNewName;
    deletesData: boolean;
  };
  base: { words: string };
  cap: number;
  capUnit: "characters" | "bytes";
  foldsCase: boolean;
  naming: readonly string[];
  ownsData: boolean;
  isClass: boolean;
  onNewName: OnNewName;
  binding: string;
  listing: Listing | null;
  quota: { free: number; paid: number } | null;
  regions: Regions | null;
  note: string | null;
}

/** What Alchemy does when the physical name changes. */
export type OnNewName = "replace" | "rename-in-place" | "fails" | "leave-behind" | "stays" | "nothing";

/** The name that Alchemy makes where the program gives none. */
export type Automatic = "with-stage" | "random" | "of-worker" | "id";

/** How the Cloudflare API lists a kind. */
export interface Listing {
  path: string;
  paging: "pages" | "cursor" | "none";
  items: string | null;
  name: readonly string[];
  id: string;
  byName: boolean;
  created: string | null;
  jurisdictions: readonly string[];
  permission: string;
  stores: readonly string[];
}

/** Where in the world a kind can be told to be. */
export interface Regions {
  jurisdictions: readonly string[];
  hints: readonly string[];
  hintOption: string;
}

/** One row for each kind, with all that the project knows about it. */
export const KINDS: Readonly<Record<Kind, KindSpec>> = ${JSON.stringify(Object.fromEntries(entries))};

/** Functions of \`alchemy/cloudflare\` that make something with an account-wide name, and are of no kind, with the reason. */
export const UNMODELLED: Readonly<Record<string, string>> = ${JSON.stringify(unmodelled)};

/** The same for \`alchemy/Cloudflare\` of Alchemy 2. */
export const UNMODELLED_2: Readonly<Record<string, string>> = ${JSON.stringify(unmodelled2)};
`;
}

const withBlock = ({ kinds }) => kinds.filter(({ block }) => block !== null);

/** What a block of the core says of itself. */
function summary({ product, naming, isClass }) {
  const options = naming.map((option) => `\`${option}\``).join(" and ");
  const more = isClass ? ", and `className` if it is missing" : "";
  return `${/^(AI|[AEIOR][a-z\d])/.test(product) ? "An" : "A"} ${product}: sets ${options}${more}.`;
}

/** The exports of the core: one for each block, to be called without a `Scope`. */
function coreExports(all) {
  const words = (text, first) => text.replaceAll(/(^|-)(\w)/g, first);
  const lines = withBlock(all).map((spec) => {
    const variant = words(spec.kind, (_, __, letter) => letter.toUpperCase());
    const name = spec.kind.replaceAll("-", "_");
    return `    ${variant} ${name} "${spec.block}"\n        "${summary(spec)}";\n`;
  });
  return `// ${NOTE}
use wasm_bindgen::prelude::*;

use super::blocks::{blocks, call_alone};
use super::js::Result;
use crate::kind::Kind;

blocks! {
${lines.join("")}}
`;
}

/** The blocks over any resource function. */
function coreBlocks(all) {
  const lines = withBlock(all).map(
    (spec) => `/** ${summary(spec)} */\nexport const ${spec.block} = block("${spec.kind}");\n`,
  );
  return `// ${NOTE}\nimport { block } from "../any.ts";\n\n${lines.join("")}`;
}

/** What has to do with hostnames is of no kind. */
const HOSTS = { Domain: "CustomDomain", Route: "Route" };

/** The blocks of Alchemy 0.94, and the functions that they call. */
function blocks(all) {
  const names = [...withBlock(all).map(({ block }) => block), ...Object.keys(HOSTS)];
  const functions = [
    ...withBlock(all).map(({ alchemy }) => alchemy.function),
    ...Object.values(HOSTS),
  ];
  return {
    resources: `// ${NOTE}
import type * as alchemy from "alchemy/cloudflare";

/**
 * The resource functions that blocks call; Alchemy's own where none are given.
 *
 * @privateRemarks A type and no interface: TypeDoc writes out the types of an interface's functions.
 */
export type Resources = {
${functions.map((name) => `  ${name}: typeof alchemy.${name};\n`).join("")}};
`,
    blocks: `// ${NOTE}
import { createBlocks } from "../blocks.ts";

export const { ${names.join(", ")} } = createBlocks();
`,
  };
}

/** What `tsc` checks of every block of Alchemy 0.94: that Alchemy's function could stand in its place. */
function typeTests(all) {
  const lines = (test) => withBlock(all).map(({ block, alchemy }) => test(block, alchemy.function));
  const takes = (block, theirs) => `Expect<Takes<OptionsOf<"${block}">, PropsOf<"${theirs}">>>,`;
  const returns = (block, theirs) =>
    `Expect<Equal<ReturnType<Blocks["${block}"]>, ReturnType<Resources["${theirs}"]>>>,`;
  const typed = (block) => `Expect<Equal<AnyKeys<OptionsOf<"${block}">>, never>>,`;
  const one = (name, test) => `export type ${name} = [\n${lines(test).join("\n")}\n];\n`;
  return `// ${NOTE}
// Checked by \`tsc\`, never run: every block takes what Alchemy's function takes, and returns the same.
import type { createBlocks, Resources } from "@alch/blocks";
import type { AnyKeys, Equal, Expect } from "./assert.ts";

type Blocks = ReturnType<typeof createBlocks>;
type OptionsOf<Block extends keyof Blocks> = NonNullable<Parameters<Blocks[Block]>[1]>;
/** Alchemy's resources are functions or classes, and the classes take anything. */
type PropsIn<Call> = Call extends (...args: infer Args) => infer Made
  ? [Made] extends [never]
    ? never
    : NonNullable<Args[1 & keyof Args]>
  : never;
type PropsOf<Name extends keyof Resources> = PropsIn<Resources[Name]>;
/** Everything that \`Theirs\` takes can be given to a block, with \`stage\` and \`pin\` beside it. */
type Takes<Ours, Theirs> = Theirs & { stage: "prod"; pin: { prod: "x" } } extends Ours
  ? true
  : false;

${one("Options", takes)}
${one("Results", returns)}
${one("NoAny", typed)}`;
}

/** The blocks of Alchemy 2, and the constructors of those that have rows and no other form. */
function blocks2({ kinds }) {
  const names = [...kinds.map(({ alchemy2 }) => alchemy2.block), ...Object.keys(HOSTS)];
  const others = ["worker", "container"];
  const plain = kinds.filter(({ kind, isClass }) => !isClass && !others.includes(kind));
  const lines = plain.map(({ kind, alchemy2 }) => `"${kind}": Cloudflare.${alchemy2.constructor}`);
  return {
    constructors: `// ${NOTE}
import * as Cloudflare from "alchemy/Cloudflare";

/** Each is named in full: a bundler keeps all of Alchemy for a namespace that is taken apart. */
export const CONSTRUCTORS = { ${lines.join(", ")} };
`,
    blocks: `// ${NOTE}
import { type Blocks, createBlocks } from "../alchemy2/blocks.ts";

// With the types written out, the compiler would name files of Alchemy's that nobody can import.
const blocks = createBlocks();
${names.map((name) => `export const ${name}: Blocks["${name}"] = blocks.${name};\n`).join("")}`,
  };
}

/** The versions of Alchemy that the guard knows. */
function versions({ alchemy, alchemy2, effect }) {
  return `// Made from src/alchemy.rs by \`npm run generate\`. Do not edit.

/** Alchemy 0.x. A later patch of the same minor version counts as known. */
export const ALCHEMY: readonly string[] = ${JSON.stringify(alchemy)};

/** Alchemy 2. No other version counts as known. */
export const ALCHEMY_2: readonly string[] = ${JSON.stringify(alchemy2)};

/** What installs the newest of these. It starts only beside these versions of Effect, and npm would take newer ones. */
export const INSTALL_2 = ${JSON.stringify(install2(alchemy2.at(-1), effect))};
`;
}

function install2(version, effect) {
  const beside = ["effect", "@effect/platform-node", "@effect/platform-node-shared"];
  return `npm install --save-exact alchemy@${version} ${beside.map((name) => `${name}@${effect}`).join(" ")}`;
}

/** Formats a text as the linter wants a file of that name to be. */
function formatted(path, text) {
  const args = ["format", `--stdin-file-path=${path}`];
  const done = spawnSync("biome", args, { cwd: root, env, input: text, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`cannot format ${path}: ${done.stderr}`);
  return done.stdout;
}

/** A schema with every enum that has a kind in it replaced. */
function schema(text, { kinds }) {
  const names = kinds.map(({ kind }) => kind);
  // Hostnames, cron triggers and usage are of no kind, and only the monitor has them.
  const others = ["host", "domain", "route", "certificate", "cron", "usage"];
  const renewed = (key, value) => {
    const isOfKinds = key === "enum" && Array.isArray(value) && value.includes(names[0]);
    return isOfKinds
      ? [...names, ...value.filter((one) => [...others, null].includes(one))]
      : value;
  };
  return `${JSON.stringify(JSON.parse(text, renewed), null, 2)}\n`;
}

const SCHEMAS = ["check", "cost", "migrate", "monitor", "plan"].map(
  (name) => `schemas/${name}.json`,
);
const CONFIG = "schemas/config.json";

const read = (path) => readFileSync(join(root, path), "utf8");

/** Every generated file with the text that it should have. */
async function generated() {
  const all = await catalogue();
  const [of, of2] = [blocks(all), blocks2(all)];
  const module = (name, text) => [`ts/generated/${name}`, formatted(`ts/generated/${name}`, text)];
  return new Map([
    module("types.ts", types(all)),
    module("kinds.ts", rows(all)),
    module("versions.ts", versions(all)),
    module("rules.ts", rulesModule(all.rules)),
    module("core.ts", coreBlocks(all)),
    module("resources.ts", of.resources),
    module("blocks.ts", of.blocks),
    module("constructors2.ts", of2.constructors),
    module("blocks2.ts", of2.blocks),
    ["src/wasm/exports.rs", coreExports(all)],
    [CONFIG, formatted(CONFIG, configSchema(read(CONFIG), all.rules))],
    ["tests/types/kinds.ts", formatted("tests/types/kinds.ts", typeTests(all))],
    ["docs/rules.md", rulesPage(all.rules)],
    ...SCHEMAS.map((path) => [path, formatted(path, schema(read(path), all))]),
    ...PAGES.map((path) => [path, page(read(path), all)]),
  ]);
}

/** Writes what has drifted, or only names it; gives the paths. */
export async function generate({ check = false } = {}) {
  const drifted = [...(await generated())].filter(([path, text]) => {
    try {
      return read(path) !== text;
    } catch {
      return true;
    }
  });
  if (!check) for (const [path, text] of drifted) writeFileSync(join(root, path), text);
  return drifted.map(([path]) => path);
}

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes("--check");
  const drifted = await generate({ check });
  for (const path of drifted) console.log(`${check ? "has drifted" : "wrote"}: ${path}`);
  if (check && drifted.length > 0) {
    console.error("run `npm run generate`");
    process.exitCode = 1;
  }
}
