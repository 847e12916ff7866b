/** What is made from the catalogue of kinds is up to date, and nothing else lists kinds. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "../../scripts/generate.mjs";
import { CRON, HOST, HOST_KINDS, USAGE } from "../../ts/cli/monitor/report.ts";
import { ALCHEMY, ALCHEMY_2 } from "../../ts/generated/versions.ts";
import { ALL_KINDS } from "../../ts/kinds.ts";

const ROOT = join(import.meta.dir, "..", "..");

test("the generated files are what the catalogue makes", async () => {
  expect(await generate({ check: true })).toEqual([]);
}, 600_000);

test("the package may be installed beside the versions of Alchemy that the guard knows", () => {
  const range = [...ALCHEMY.map((version) => `~${version}`), ...ALCHEMY_2].join(" || ");
  for (const file of ["package.json", "package-lock.json"]) {
    const manifest = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
    const { peerDependencies } = manifest.packages?.[""] ?? manifest;
    expect({ file, range: peerDependencies.alchemy }).toEqual({ file, range });
  }
});

test("each version that the guard knows has passed all tests that `npm run versions` runs", () => {
  const json = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  const results = json("tests/versions/results.json");
  // `npm test` deploys with this one.
  const own = json("tests/deploy2/project/package.json").dependencies.alchemy;
  for (const version of [...ALCHEMY, ...ALCHEMY_2].filter((known) => known !== own)) {
    expect({ version, ...results[version] }).toMatchObject({ version, failed: 0 });
    expect(results[version].passed).toBeGreaterThan(0);
  }
});

/** Files that may name types of Alchemy, each for its reason. */
const NAMES_TYPES: Readonly<Record<string, string>> = {
  "analyzer/src/migration/v2/consumers.rs": "a consumer is no kind, and named after queues",
  "analyzer/src/migration/v2/rows.rs": "the same, and parts of Workers, which are named after them",
  "monitor/src/stages/kinds.rs": "parts of resources, which are named after them",
  "ts/cli/destroy/resource.ts": "the same, with the paths that the API has for them",
  "ts/cli/stages/rows2.ts": "what a Worker of Alchemy 2 has on zones, which is named after it",
  "ts/kinds.ts": "the two types that are handled in a way of their own have constants",
  "ts/state/bindings.ts": "the type of a binding, which TypeScript does not infer from the table",
  "ts/alchemy/share.ts": "what Alchemy returns is another shape for each type of binding",
  "ts/alchemy2/container.ts": "`Cloudflare.Container` is the constructor's type as well",
  "ts/alchemy2/host.ts": "a part of a Worker, whose type is named after it",
  "ts/alchemy2/hosts.ts": "the same",
  "ts/alchemy2/regions.ts": "what a block gives has Alchemy's type",
  "ts/alchemy2/worker.ts":
    "`Cloudflare.Worker` is the constructor's type as well, in each of its forms",
  "ts/alchemy2/blocks.ts": "`Cloudflare.Worker` is the constructor's type as well",
  "scripts/demo/claims.mjs": "the demo checks the blocks without using their code",
};

/** Files that may name most kinds, each for its reason. */
const NAMES_KINDS: Readonly<Record<string, string>> = {
  "analyzer/src/migration/v2/attributes.rs": "Alchemy 2 keeps other attributes of each kind",
  "analyzer/src/migration/v2/words.rs": "the options of each kind have other names in Alchemy 2",
  "docs/playground/program.ts":
    "options that a block cannot do without, in a program that compiles",
  "monitor/src/cost/meters.rs": "Cloudflare meters each kind in ways of its own",
  "monitor/src/stages/kinds.rs": "the order in which Cloudflare lets kinds be deleted",
  "scripts/tables.mjs": "base names for the pages; a kind without one shows its `example`",
  "scripts/demo/stages.mjs": "the columns of the demo's own app",
};

test("every block of the catalogue is exported", async () => {
  const [blocks, core] = [await import("@alch/blocks"), await import("@alch/blocks/core")];
  const named = ALL_KINDS.flatMap(({ block }) => (block === null ? [] : [block]));
  const exported = (module: object) => named.filter((name) => name in module);
  expect(exported(blocks)).toEqual(named);
  expect(exported(core)).toEqual(named);
  expect(exported(blocks.createBlocks())).toEqual(named);
});

const FOLDERS = ["ts", "analyzer/src", "monitor/src", "cli-wasm/src", "scripts", "docs/playground"];

/** The sources that people write, without their comments, and without tests in Rust. */
const SOURCES = FOLDERS.flatMap((folder) =>
  [...new Bun.Glob("**/*.{ts,mts,mjs,rs}").scanSync({ cwd: join(ROOT, folder) })]
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => !file.startsWith("ts/generated/")),
);
const textOf = (file: string) =>
  readFileSync(join(ROOT, file), "utf8")
    .replace(/^#\[cfg\(test\)\]\nmod tests \{[\s\S]*/m, "")
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");

describe("no other file", () => {
  const types = ALL_KINDS.flatMap(({ alchemy, alchemy2, binding }) => [
    ...(alchemy.resource === null ? [] : [alchemy.resource]),
    ...alchemy2.resources,
    // Others are words that mean much else, such as `queue`.
    ...(binding.includes("_") ? [binding] : []),
  ]);

  test("names a type of Alchemy", () => {
    const named = SOURCES.filter((file) => types.some((type) => textOf(file).includes(type)));
    expect(named.sort()).toEqual(Object.keys(NAMES_TYPES).sort());
  });

  /** Of each vocabulary, how one kind is written in a list. */
  const words: readonly ((spec: (typeof ALL_KINDS)[number]) => RegExp)[] = [
    ({ kind }) => new RegExp(`["'\`]${kind}["'\`]|^\\s*${kind}:|[{,]\\s*${kind}:`, "m"),
    ({ kind }) => new RegExp(`\\bKind::${pascalCase(kind)}\\b`),
    ({ alchemy }) => new RegExp(`["'\`]${alchemy.function}["'\`]|^\\s*${alchemy.function}:`, "m"),
  ];
  // More than chance, and fewer than there are: a list need not have the newest ones to be one.
  const most = 5;

  test("names most kinds", () => {
    const lists = SOURCES.filter((file) => {
      const text = textOf(file);
      return words.some((word) => ALL_KINDS.filter((spec) => word(spec).test(text)).length >= most);
    });
    expect(lists.sort()).toEqual(Object.keys(NAMES_KINDS).sort());
  });

  test("has an enum with some of the kinds", () => {
    const kinds: readonly unknown[] = ALL_KINDS.map(({ kind }) => kind);
    const others: readonly unknown[] = [null, HOST, USAGE, CRON, ...HOST_KINDS];
    const schemas = [...new Bun.Glob("*.json").scanSync({ cwd: join(ROOT, "schemas") })];
    for (const schema of schemas) {
      JSON.parse(readFileSync(join(ROOT, "schemas", schema), "utf8"), (key, value) => {
        if (key !== "enum" || !value.some((one: unknown) => kinds.includes(one))) return value;
        expect({ schema, kinds: value.filter((one: unknown) => !others.includes(one)) }).toEqual({
          schema,
          kinds: [...kinds],
        });
        return value;
      });
    }
  });
});

function pascalCase(kind: string): string {
  return kind.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
