/** `migrate --to-v2`, without either Alchemy: what is written, what is refused, and what is undone. */
import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cli, Folder } from "./cli.ts";
import { expectValid } from "./schemas.ts";

const ROOT = join(import.meta.dir, "..", "..");
const PROGRAM = `import alchemy from "alchemy";
import { R2Bucket } from "alchemy/cloudflare";
const app = await alchemy("shop");
await R2Bucket("files", { name: \`shop-files-\${app.stage}\` });
await app.finalize();
`;

function rowOf(kind: string, id: string, output: object, more: object = {}) {
  return {
    kind: `cloudflare::${kind}`,
    id,
    status: "created",
    data: {},
    props: {},
    output,
    ...more,
  };
}

const bucket = (name: string, id = "files") =>
  rowOf("R2Bucket", id, { name, accountId: "account" });

/** An app with one bucket in each stage. */
function shop(stages: readonly string[] = ["prod", "pr-1"]): Folder {
  const folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  for (const stage of stages) put(folder, `shop/${stage}/files`, bucket(`shop-files-${stage}`));
  return folder;
}

function put(folder: Folder, path: string, row: object): void {
  folder.write(`.alchemy/${path}.json`, JSON.stringify(row));
}

const run = (folder: Folder, ...args: string[]) => cli(folder.path, ["migrate", ...args]);

const asJson = async (folder: Folder, ...args: string[]) => {
  const { out, error, code } = await run(folder, ...args, "--json");
  const answer = JSON.parse(out) as {
    remarks: { code: string }[];
    stages: { stage: string; refused: string | null }[];
    rows: { stage: string; held: string }[];
    backups: string[];
    undone: string[];
  };
  expectValid("to-v2", answer);
  expect(error).toBe("");
  return { ...answer, code };
};

/** Every file, byte for byte, without backups. */
function tree(folder: Folder): Record<string, string> {
  const paths = readdirSync(folder.path, { recursive: true, withFileTypes: true });
  const files = paths
    .filter((one) => one.isFile() && !one.parentPath.includes(".alchemy-backup"))
    .map((one) => join(one.parentPath, one.name))
    .sort();
  return Object.fromEntries(files.map((path) => [path, readFileSync(path, "latin1")]));
}

test("a dry run writes nothing, and --write what it shows, once", async () => {
  using folder = shop();
  const before = tree(folder);
  const dry = await run(folder, "--to-v2");
  expect(dry).toMatchObject({ code: 0, error: "" });
  expect(dry.out).toContain("would write 2 rows and 1 program");
  expect(existsSync(join(folder.path, ".alchemy-backup"))).toBe(false);
  expect(tree(folder)).toEqual(before);
  const written = await asJson(folder, "--to-v2", "--write");
  expect(written.backups).toHaveLength(1);
  const row = JSON.parse(folder.read(".alchemy/state/shop/prod/files.json"));
  expect(row).toMatchObject({
    resourceType: "Cloudflare.R2.Bucket",
    attr: { bucketName: "shop-files-prod", accountId: "account" },
  });
  expect(folder.read("alchemy.v2.run.ts")).toContain("yield* Cloudflare.R2.Bucket");
  expect(folder.read(".alchemy-backup/.gitignore")).toBe("*\n");
  const after = tree(folder);
  const again = await asJson(folder, "--to-v2", "--write");
  expect(again).toMatchObject({ code: 0, backups: [] });
  expect(tree(folder)).toEqual(after);
  await asJson(folder, "--undo", written.backups[0] ?? "");
  expect(tree(folder)).toEqual(before);
  expect((await asJson(folder, "--undo", written.backups[0] ?? "")).undone).toEqual([]);
});

test("one stage goes over alone", async () => {
  using folder = shop();
  await asJson(folder, "--to-v2", "--write", "--stage", "pr-1");
  expect(readdirSync(join(folder.path, ".alchemy/state/shop"))).toEqual(["pr-1"]);
  const { code, error } = await run(folder, "--to-v2", "--stage", "pr-2");
  expect({ code, error }).toMatchObject({
    code: 2,
    error: expect.stringContaining("stage-missing"),
  });
});

test("what is at the root of the app is named, and stays", async () => {
  using folder = shop(["prod"]);
  put(folder, "shop/shared", bucket("shop-shared", "shared"));
  const { remarks, code } = await asJson(folder, "--to-v2", "--write");
  expect({ remarks, code }).toMatchObject({
    remarks: [{ code: "stage-none", stage: "", id: "shared", blocks: false }],
    code: 0,
  });
  expect(readdirSync(join(folder.path, ".alchemy/state/shop"))).toEqual(["prod"]);
  expect((await run(folder, "--to-v2")).out).toContain("note shop/shared: it is at the root");
});

test("without a state, the program is shown and not written", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  const before = tree(folder);
  const dry = await run(folder, "--to-v2");
  expect(dry.out).toContain("+    yield* Cloudflare.R2.Bucket");
  const ended = await run(folder, "--to-v2", "--write");
  expect(ended.error).toContain("state-missing");
  expect(tree(folder)).toEqual(before);
});

test("what cannot be read is said", async () => {
  using folder = shop();
  folder.write(
    "more.run.ts",
    'import alchemy from "alchemy";\nconst app = await alchemy("more");\nconst x = ;',
  );
  const broken = await run(folder, "--to-v2");
  expect(broken.out).toContain("more.run.ts is not rewritten: this does not parse");
  expect(broken.code).toBe(1);
  symlinkSync("nowhere", join(folder.path, "dead.run.ts"));
  expect(await run(folder, "--to-v2", "dead.run.ts")).toMatchObject({ code: 2 });
});

test("what the state says is hostile: nothing is written outside, and nothing is obeyed", async () => {
  using folder = shop(["prod"]);
  const outside = tree(folder);
  folder.write(
    "state.mjs",
    `const row = (id, name) => ({ kind: "cloudflare::R2Bucket", id, status: "created", data: {}, props: {}, output: { name, accountId: "a" } });
const rows = { "../../../../out": row("../../../../out", "\\u001b[2J\\u202ename"), "a\\\\..\\\\..\\\\b": row("a\\\\..\\\\..\\\\b", "x\\n  fake line") };
const scopes = { "": ["shop", "..", "state"], shop: ["good", "../../../../etc", "..\\\\..\\\\x", "\\u001b[31mred"] };
export default ({ chain }) => ({
  list: async () => (chain.length === 2 ? Object.keys(rows) : []),
  listScopes: async () => (chain.length === 0 ? scopes[""] : chain.length === 1 ? scopes.shop : []),
  getBatch: async (ids) => Object.fromEntries(ids.filter((id) => id in rows).map((id) => [id, rows[id]])),
});
`,
  );
  const ended = await run(folder, "--to-v2", "--write", "--state-store", "state.mjs");
  expect(ended.code).toBe(1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  expect(ended.out).not.toMatch(/[\u001b\u202e]/);
  expect(ended.out).not.toMatch(/^ {2}fake line/m);
  const made = Object.keys(tree(folder)).filter((path) => !(path in outside));
  const places = made.map((path) => path.slice(folder.path.length + 1)).sort();
  expect(places.filter((path) => path.endsWith(".json"))).toEqual([
    ".alchemy/state/shop/good/..-..-..-..-out.json",
    ".alchemy/state/shop/good/a-..-..-b.json",
  ]);
  expect(existsSync(join(folder.path, "..", "out.json"))).toBe(false);
});

test("of two runs at once, one writes", async () => {
  using folder = shop(Array.from({ length: 40 }, (_, at) => `pr-${at}`));
  const both = await Promise.all([1, 2, 3].map(() => run(folder, "--to-v2", "--write")));
  const wrote = both.filter(({ out }) => out.includes("--undo"));
  expect(wrote).toHaveLength(1);
  for (const { out, error } of both) {
    if (!out.includes("--undo")) expect(out + error).toMatch(/busy|state-changed|nothing to write/);
  }
  expect(readdirSync(join(folder.path, ".alchemy/state/shop"))).toHaveLength(40);
  expect(existsSync(join(folder.path, ".alchemy-backup/lock"))).toBe(false);
});

test("a state that changes meanwhile is not written over", async () => {
  using folder = shop([]);
  folder.write(
    "state.mjs",
    `let reads = 0;
const row = () => ({ kind: "cloudflare::R2Bucket", id: "files", status: "created", data: {}, props: {}, output: { name: "name-" + reads, accountId: "a" } });
export default ({ chain }) => ({
  list: async () => (chain.length === 2 ? ["files"] : []),
  listScopes: async () => [["shop"], ["prod"], []][chain.length] ?? [],
  getBatch: async (ids) => (ids.length === 0 ? {} : (reads++, { files: row() })),
});
`,
  );
  const ended = await run(folder, "--to-v2", "--write", "--state-store", "state.mjs");
  expect(ended.code).toBe(2);
  expect(ended.error).toContain("state-changed");
  expect(existsSync(join(folder.path, ".alchemy"))).toBe(false);
});

describe("what exists", () => {
  test("is never overwritten", async () => {
    using folder = shop();
    const other = {
      ...{ status: "created", fqn: "files", logicalId: "files", instanceId: "0" },
      ...{ resourceType: "Cloudflare.R2.Bucket", attr: { bucketName: "shop-files-new" } },
    };
    put(folder, "state/shop/prod/files", other);
    folder.write("alchemy.v2.run.ts", "// mine\n");
    const ended = await asJson(folder, "--to-v2", "--write");
    expect(ended.code).toBe(1);
    expect(ended.remarks).toEqual([expect.objectContaining({ code: "row-exists", stage: "prod" })]);
    expect(JSON.parse(folder.read(".alchemy/state/shop/prod/files.json"))).toEqual(other);
    expect(folder.read("alchemy.v2.run.ts")).toBe("// mine\n");
    expect(existsSync(join(folder.path, ".alchemy/state/shop/pr-1/files.json"))).toBe(true);
  });

  test("is not undone if it was changed since", async () => {
    using folder = shop();
    const { backups } = await asJson(folder, "--to-v2", "--write");
    const path = ".alchemy/state/shop/prod/files.json";
    folder.write(path, folder.read(path).replace("created", "updated"));
    const before = tree(folder);
    const ended = await run(folder, "--undo", backups[0] ?? "");
    expect(ended.code).toBe(2);
    expect(ended.error).toContain("undo-changed");
    expect(tree(folder)).toEqual(before);
    // Alchemy 2 has the same resource, so nothing is refused.
    expect((await asJson(folder, "--to-v2")).code).toBe(0);
  });
});

test("a backup that names files elsewhere is none", async () => {
  using folder = shop();
  folder.write("../to-v2-victim.txt", "x");
  for (const path of ["../to-v2-victim.txt", join(folder.path, "..", "to-v2-victim.txt"), ""]) {
    const sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    const list = { version: 1, done: [{ did: "create", path, sha256 }] };
    folder.write(".alchemy-backup/x/undo.json", JSON.stringify(list));
    const ended = await run(folder, "--undo", ".alchemy-backup/x");
    expect(ended.error).toContain("backup-unreadable");
  }
  expect(readFileSync(join(folder.path, "..", "to-v2-victim.txt"), "utf8")).toBe("x");
  for (const path of ["nowhere", "."]) {
    expect((await run(folder, "--undo", path)).error).toContain("backup-unreadable");
  }
});

test("what could not be written is said, and can be undone", async () => {
  using folder = shop();
  folder.write(".alchemy/state/shop/prod", "a file in the way");
  const before = tree(folder);
  const ended = await run(folder, "--to-v2", "--write");
  expect(ended.code).toBe(2);
  expect(ended.error).toContain("write-failed");
  const backup = /--undo (\S+?)`/.exec(ended.error)?.[1] ?? "";
  await asJson(folder, "--undo", backup);
  expect(tree(folder)).toEqual(before);
});

describe("--retire", () => {
  const refusedOf = async (folder: Folder, ...args: string[]) => {
    const { stages } = await asJson(folder, "--to-v2", "--retire", ...args);
    return Object.fromEntries(stages.map(({ stage, refused }) => [stage, refused]));
  };

  test("needs every row, also of what 0.94 has made since", async () => {
    using folder = shop();
    expect(await refusedOf(folder)).toEqual({ "pr-1": "not-taken-over", prod: "not-taken-over" });
    await asJson(folder, "--to-v2", "--write");
    expect(await refusedOf(folder)).toEqual({ "pr-1": null, prod: null });
    put(folder, "shop/prod/late", bucket("late", "late"));
    expect(await refusedOf(folder)).toEqual({ "pr-1": null, prod: "not-taken-over" });
    const before = tree(folder);
    const { backups } = await asJson(folder, "--to-v2", "--retire", "--write");
    expect(folder.read(".alchemy/shop/pr-1")).toStartWith("Retired: ");
    expect(existsSync(join(folder.path, ".alchemy/shop/prod/late.json"))).toBe(true);
    await asJson(folder, "--undo", backups[0] ?? "");
    expect(tree(folder)).toEqual(before);
  });

  test("leaves a stage with another one in its folder", async () => {
    using folder = shop(["feature"]);
    put(folder, "shop/feature/login/files", bucket("inner"));
    await asJson(folder, "--to-v2", "--write");
    expect(await refusedOf(folder)).toEqual({
      feature: "stage-nested",
      "feature/login": "stage-invalid",
    });
  });

  test("takes an SQLite database as a whole", async () => {
    using folder = shop([]);
    folder.write(".alchemy/note", "");
    const path = join(folder.path, ".alchemy", "state.sqlite");
    const database = new Database(path);
    database.run(
      "create table resources (scope, id, kind, fqn, status, data, props, oldProps, output)",
    );
    for (const stage of ["prod", "pr-1"]) {
      const output = JSON.stringify({ name: `files-${stage}`, accountId: "a" });
      database.run(
        "insert into resources values (?, 'files', 'cloudflare::R2Bucket', '', 'created', '{}', '{}', null, ?)",
        [JSON.stringify(["shop", stage]), output],
      );
    }
    database.close();
    const bytes = readFileSync(path);
    const bun = async (...args: string[]) => {
      return cli(folder.path, ["migrate", ...args, "--json"], { runtime: "Bun" });
    };
    expect((await bun("--to-v2", "--write")).code).toBe(0);
    expect((await bun("--to-v2", "--retire", "--stage", "prod")).out).toContain("store-shared");
    const retired = JSON.parse((await bun("--to-v2", "--retire", "--write")).out);
    expect(existsSync(path)).toBe(false);
    expect((await bun("--undo", retired.backups[0])).code).toBe(0);
    expect(readFileSync(path)).toEqual(bytes);
  });

  test("does not empty a store that only a module reaches", async () => {
    using folder = shop(["prod"]);
    renameSync(join(folder.path, ".alchemy"), join(folder.path, "kept"));
    folder.write(
      "state.mjs",
      `const row = ${JSON.stringify(bucket("shop-files-prod"))};
export default ({ chain }) => ({
  list: async () => (chain.length === 2 ? ["files"] : []),
  listScopes: async () => [["shop"], ["prod"], []][chain.length] ?? [],
  getBatch: async (ids) => (ids.length === 0 ? {} : { files: row }),
});
`,
    );
    const store = ["--state-store", "state.mjs"];
    await asJson(folder, "--to-v2", "--write", ...store);
    expect(await refusedOf(folder, ...store)).toEqual({ prod: "store-remote" });
  });
});

test("a run waits for no other one", async () => {
  using folder = shop();
  folder.write(".alchemy-backup/lock", "");
  const before = tree(folder);
  const ended = await run(folder, "--to-v2", "--write");
  expect({ code: ended.code, error: ended.error }).toMatchObject({
    code: 2,
    error: expect.stringContaining("code: busy"),
  });
  expect(tree(folder)).toEqual(before);
});

test("--plan runs Alchemy 2 where the state is", async () => {
  using folder = shop();
  renameSync(join(folder.path, ".alchemy"), join(folder.path, "moved"));
  folder.write("apps/shop/alchemy.run.ts", PROGRAM);
  renameSync(join(folder.path, "moved"), join(folder.path, "apps/shop/.alchemy"));
  folder.write("node_modules/alchemy/package.json", '{ "version": "2.0.0", "bin": "x.cjs" }');
  folder.write("node_modules/alchemy/x.cjs", "console.log(process.cwd(), process.env.MY_TOKEN)");
  await asJson(folder, "--to-v2", "apps", "--write");
  const env = { MY_TOKEN: "not to be shown" };
  const { out } = await cli(folder.path, ["migrate", "--to-v2", "apps", "--plan"], { env });
  expect(out).toContain(`${join(folder.path, "apps", "shop")} ***\n`);
});

test("--plan says what it needs", async () => {
  using folder = shop();
  expect((await run(folder, "--to-v2", "--plan")).error).toContain("plan-impossible");
  await asJson(folder, "--to-v2", "--write");
  expect((await run(folder, "--to-v2", "--plan")).error).toContain("alchemy2-missing");
  folder.write("node_modules/alchemy/package.json", '{ "version": "0.94.0", "bin": "x.js" }');
  expect((await run(folder, "--to-v2", "--plan")).error).toContain("by Alchemy 0.94.0");
  const fake = `#!/usr/bin/env node\nconsole.log(process.argv.slice(2).join(" ") + "\\u001b[2J");`;
  folder.write("node_modules/alchemy/package.json", '{ "version": "2.0.0", "bin": "x.cjs" }');
  folder.write("node_modules/alchemy/x.cjs", fake);
  const { out, code } = await run(folder, "--to-v2", "--plan", "--stage", "prod");
  expect(out).toContain(`plan ${join(folder.path, "alchemy.v2.run.ts")} --stage prod\\u{1b}[2J\n`);
  expect(code).toBe(0);
});

test("the options of --to-v2 mean nothing without it", async () => {
  using folder = shop();
  for (const option of ["--plan", "--retire", "--account=x"]) {
    const { code, error } = await run(folder, option);
    expect(code).toBe(2);
    expect(error).toContain("is only for `--to-v2`");
  }
});

test("each code has its part of the page", () => {
  const page = readFileSync(join(ROOT, "docs", "from-0.94-to-2.md"), "utf8");
  const folders = ["analyzer/src/migration/v2", "ts/cli/to-v2", "ts/cli/commands"];
  const sources = folders.flatMap((folder) => {
    const names = readdirSync(join(ROOT, folder)).filter(
      (name) => folder !== "ts/cli/commands" || name === "to-v2.ts",
    );
    return names.map((name) => readFileSync(join(ROOT, folder, name), "utf8"));
  });
  const text = sources.join("\n");
  const scripts = sources.filter((source) => source.includes("import {")).join("\n");
  const written = [...text.matchAll(/code: "([a-z0-9-]+)"/g)].map(([, code = ""]) => code);
  const parts = [...page.matchAll(/^### ([a-z0-9-]+)$/gm)].map(([, code = ""]) => code);
  expect(parts).toEqual([...parts].sort());
  expect(written.filter((code) => !parts.includes(code))).toEqual([]);
  expect(parts.filter((code) => !text.includes(`"${code}"`))).toEqual([]);
  const thrown = [...scripts.matchAll(/"([a-z0-9]+(?:-[a-z0-9]+)+|busy)",?\s*\)/g)];
  expect(thrown.map(([, code = ""]) => code).filter((code) => !parts.includes(code))).toEqual([]);
});
