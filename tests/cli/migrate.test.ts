/** `migrate` on files: what it changes, what it leaves, and that it does no harm on the way. */
import { describe, expect, test } from "bun:test";
import { chmodSync, lstatSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { cli, expectFile, Folder, MAIN, PROGRAM, RUNTIMES } from "./cli.ts";

/** A row as Alchemy's file store writes it. */
function row(folder: Folder, path: string, kind: string, output: object): void {
  const id = path.split("/").at(-1) ?? "";
  const data = { status: "created", kind, id, fqn: path, seq: 0, data: {}, props: {}, output };
  folder.write(`.alchemy/${path}.json`, JSON.stringify(data));
}

const database = (name: string) => ({ id: "uuid", name, type: "d1" });

test.each(RUNTIMES)(
  "--write changes what the dry run shows, once, in %s",
  async (runtime) => {
    using folder = Folder.of("shop");
    const file = "apps/shop/alchemy.run.ts";
    const before = folder.read(file);
    const dry = await cli(folder.path, ["migrate"], { runtime });
    expect(folder.read(file)).toBe(before);
    const written = await cli(folder.path, ["migrate", "--write"], { runtime });
    expect(written).toMatchObject({ code: 0, error: "" });
    expectFile("shop", "migrated.alchemy.run.ts.txt", folder.read(file));
    expectFile("shop", "migrated.storage.ts.txt", folder.read("packages/storage.ts"));
    const again = await cli(folder.path, ["migrate"], { runtime });
    expect(again.out).not.toContain("@@");
    expect(again.out).toContain("nothing to rewrite");
    using other = Folder.of("shop");
    other.write("change.patch", dry.out);
    const applied = Bun.spawnSync(["git", "apply", "change.patch"], { cwd: other.path });
    expect(applied.stderr.toString()).toBe("");
    expect(other.read(file)).toBe(folder.read(file));
  },
  60_000,
);

test("every byte that has nothing to do with it stays", async () => {
  using folder = new Folder();
  const source = (declaration: string) =>
    `\ufeff// caf\u00e9 \u{1f600} e\u0301\r\n\tconst   x = 1 ;;\r\nimport {D1Database,\r\n  Worker} from 'alchemy/cloudflare'\r\n${declaration}\r\n/* end`;
  const raw =
    "const db = await D1Database( 'db' , {name:`shop-db-$" +
    "{app.stage}`,/* keep */ adopt:true,} )";
  folder.write(
    "alchemy.run.ts",
    `import alchemy from "alchemy";\nconst app = await alchemy("shop");\n${source(raw).slice(1)} */`,
  );
  const before = folder.read("alchemy.run.ts");
  await cli(folder.path, ["migrate", "--write"]);
  const after = folder.read("alchemy.run.ts");
  expect(after).toContain("/* keep */ adopt:true,}");
  expect(after).toContain("// caf\u00e9 \u{1f600} e\u0301\r\n\tconst   x = 1 ;;\r\n");
  expect(after.split("\r\n").length).toBeGreaterThanOrEqual(before.split("\r\n").length);
  expect(after).toContain("'db'");
  expect(after).not.toBe(before);
});

test("a mark at the beginning, the mode and a link stay", async () => {
  using folder = new Folder();
  folder.write(
    "real.ts",
    `\ufeffimport alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
await D1Database("db", { name: \`shop-db-\${app.stage}\` });\n`,
  );
  folder.write("package.json", '{ "workspaces": ["app"] }');
  chmodSync(join(folder.path, "real.ts"), 0o755);
  folder.write("app/x", "");
  symlinkSync("../real.ts", join(folder.path, "app", "alchemy.run.ts"));
  await cli(join(folder.path, "app"), ["migrate", "--write"]);
  expect(folder.read("real.ts")).toStartWith("\ufeff");
  expect(folder.read("real.ts")).toContain("@alch/blocks");
  expect(statSync(join(folder.path, "real.ts")).mode & 0o777).toBe(0o755);
  expect(lstatSync(join(folder.path, "app", "alchemy.run.ts")).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder.path).sort()).toEqual(["app", "package.json", "real.ts"]);
});

test("what a link leads to outside of the workspace is left alone, with the reason", async () => {
  using folder = new Folder();
  const source = `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
await D1Database("db", { name: \`shop-db-\${app.stage}\` });\n`;
  for (const name of ["other/file.ts", "other/infra/alchemy.run.ts"]) folder.write(name, source);
  folder.write("shop/.git/HEAD", "");
  folder.write("shop/own.run.ts", source);
  // A folder that is a repository itself is another one, too.
  folder.write("other/infra/.git/HEAD", "");
  symlinkSync("../other/file.ts", join(folder.path, "shop", "file.ts"));
  symlinkSync("../other/infra", join(folder.path, "shop", "infra"));
  const ended = await cli(join(folder.path, "shop"), ["migrate", "--write"]);
  expect(ended).toMatchObject({ code: 0, error: "" });
  expect(ended.out.match(/its symbolic link leads out of the workspace/g)).toHaveLength(2);
  expect(folder.read("other/file.ts")).toBe(source);
  expect(folder.read("other/infra/alchemy.run.ts")).toBe(source);
  expect(folder.read("shop/own.run.ts")).toContain("@alch/blocks");
});

describe("fixed names", () => {
  const source = `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
const db = await D1Database("db", { name: "legacy" });
`;

  test("are left alone where nobody knows whose they are", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", source);
    const ended = await cli(folder.path, ["migrate", "--write", "--json"]);
    const { declarations } = JSON.parse(ended.out);
    expect(declarations).toEqual([
      expect.objectContaining({ file: "alchemy.run.ts", line: 4, id: "db", action: "left" }),
    ]);
    expect(folder.read("alchemy.run.ts")).toBe(source);
  });

  test("are pinned for the owner", async () => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", source);
    const ended = await cli(folder.path, ["migrate", "--write", "--owner-stage", "production"]);
    expect(ended).toMatchObject({ code: 0, error: "" });
    expect(folder.read("alchemy.run.ts")).toMatch(/pin: \{ production: "legacy" \}/);
  });

  test.each([".alchemy", "state"])("are pinned for those who hold them by %s", async (place) => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", source);
    row(folder, "shop/live", "alchemy::Scope", {});
    row(folder, "shop/live/db", "cloudflare::D1Database", database("legacy"));
    if (place !== ".alchemy") {
      Bun.spawnSync(["mv", ".alchemy", place], { cwd: folder.path });
    }
    const args = place === ".alchemy" ? [] : ["--state", place];
    const ended = await cli(folder.path, ["migrate", "--write", ...args]);
    expect(ended).toMatchObject({ code: 0, error: "" });
    expect(folder.read("alchemy.run.ts")).toMatch(/pin: \{ live: "legacy" \}/);
    expect(ended.out).toMatch(/keep +live +database db +legacy/);
  });

  test("a stage in folders is no nested scope", async () => {
    using folder = new Folder();
    folder.write(
      "alchemy.run.ts",
      `${source.replace("const db", `await alchemy.run("deep", async () => {\nconst db`)}});\n`,
    );
    row(folder, "shop/feature/x/deep", "alchemy::Scope", {});
    row(folder, "shop/feature/x/deep/db", "cloudflare::D1Database", database("legacy"));
    const ended = await cli(folder.path, ["migrate", "--write"]);
    expect(folder.read("alchemy.run.ts")).toMatch(/pin: \{ "feature\/x": "legacy" \}/);
    expect(ended.out).toMatch(/keep +feature\/x +database db +legacy/);
  });
});

test("a deploy that would be refused is reported, and the exit code is 1", async () => {
  using folder = new Folder();
  folder.write(
    "alchemy.run.ts",
    `import alchemy from "alchemy";
import { Database } from "@alch/blocks";
const app = await alchemy("shop");
await Database("db", { name: "shop-db" });\n`,
  );
  row(folder, "shop/prod/db", "cloudflare::D1Database", database("older"));
  const ended = await cli(folder.path, ["migrate"]);
  expect(ended.out).toMatch(/refuse +prod +database db +would-replace: .* is deployed as `older`/);
  expect(ended.code).toBe(1);
});

test("a stage is compared with the declaration that it gets to", async () => {
  using folder = new Folder();
  folder.write(
    "alchemy.run.ts",
    `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
if (app.stage === "prod") await D1Database("db", { name: "shop" });
else await D1Database("db", { name: \`shop-\${app.stage}\` });\n`,
  );
  const { out } = await cli(folder.path, ["migrate", "--owner-stage", "prod"]);
  expect(out).toMatch(/keep +prod +database db +shop\n/);
  // One row for all stages that differ in nothing else.
  expect(out).toMatch(/keep +5 stages +database db +shop-\{stage\}\n/);
  expect(out).not.toMatch(/^ +refuse/m);
});

test("a stage that nobody named is not promised to keep its names", async () => {
  using folder = new Folder();
  folder.write(
    "alchemy.run.ts",
    `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
await D1Database("db-preview");\n`,
  );
  const args = ["migrate", "--stage", "prod,pr-1"];
  const { out } = await cli(folder.path, args, { env: { USER: "Naufal" } });
  expect(out).toContain("no stage `Naufal` is deployed: it would be refused with `would-replace`");
  expect(out).toContain("no stage `preview` is deployed: it would be refused with `double-stage`");
  expect(out).not.toContain("its deployed names stay as they are");
});

test("`onRename` says what a deploy does with another name", async () => {
  using folder = new Folder();
  folder.write(
    "alchemy.run.ts",
    `import alchemy from "alchemy";
import { Bucket, Database } from "@alch/blocks";
const app = await alchemy("shop");
await Database("db", { name: "shop-db", onRename: "keep" });
await Bucket("files", { name: "shop-files", onRename: "replace" });\n`,
  );
  row(folder, "shop/dev/db", "cloudflare::D1Database", database("older"));
  row(folder, "shop/dev/files", "cloudflare::R2Bucket", { name: "old-files" });
  const ended = await cli(folder.path, ["migrate"]);
  expect(ended.out).toMatch(/keep +dev +database db +older, and not shop-db-dev, by `onRename`/);
  expect(ended.out).toMatch(/replace +dev +bucket files +old-files becomes shop-files-dev/);
  expect(ended.code).toBe(0);
});

test("a name that only the environment knows is not judged", async () => {
  using folder = new Folder();
  folder.write(
    "alchemy.run.ts",
    `import alchemy from "alchemy";
import { Database } from "@alch/blocks";
const app = await alchemy("shop");
await Database("db", { name: process.env.NAME });\n`,
  );
  row(folder, "shop/prod/db", "cloudflare::D1Database", database("older"));
  const ended = await cli(folder.path, ["migrate"]);
  expect(ended.out).toMatch(/unknown +prod +database db +older; it depends on the variable `NAME`/);
  expect(ended.code).toBe(1);
});

test("a state that cannot be read is not taken for none", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", `import "alchemy/cloudflare";\n`);
  folder.write(".alchemy/shop/prod/db.json", "{");
  const ended = await cli(folder.path, ["migrate"]);
  expect(ended.error).toContain("db.json` cannot be read");
  expect(ended).toMatchObject({ code: 2, out: "" });
});

test("files that were not asked for are not changed", async () => {
  using folder = Folder.of("shop");
  const before = folder.read("packages/storage.ts");
  const ended = await cli(folder.path, ["migrate", "apps/shop/alchemy.run.ts", "--write"]);
  expect(folder.read("packages/storage.ts")).toBe(before);
  expect(ended.out).toContain("the file is not among those to rewrite");
});

test("Ctrl-C leaves whole files", async () => {
  using folder = new Folder();
  const source = `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
await D1Database("db", { name: \`shop-db-\${app.stage}\` });
${"// padding\n".repeat(2000)}`;
  const names = Array.from({ length: 200 }, (_, at) => `${at}.run.ts`);
  for (const name of names) folder.write(name, source);
  const child = Bun.spawn(["node", MAIN, "migrate", "--write", "--json"], {
    cwd: folder.path,
    stdout: "ignore",
    stderr: "pipe",
  });
  // As soon as it writes.
  while (child.exitCode === null) {
    if (names.some((name) => folder.read(name).includes("@alch/blocks"))) break;
    await Bun.sleep(1);
  }
  child.kill("SIGINT");
  await child.exited;
  const left = readdirSync(folder.path).filter((name) => !names.includes(name));
  expect(left).toEqual([]);
  const whole = new Set(names.map((name) => folder.read(name)));
  expect(whole.size).toBeLessThanOrEqual(2);
  for (const text of whole) expect(text.endsWith("// padding\n")).toBe(true);
}, 60_000);

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are sources
const UNSAFE: Record<string, string> = {
  "a stage that is more than the stage":
    'const stage = `v2-${app.stage}`; await D1Database("x", { name: `${app.name}-x-${stage}` });',
  "a name that is undefined": 'await D1Database("x", { name: undefined });',
  "a name that is spread as undefined":
    'const o = { name: undefined }; await D1Database("x", { ...o });',
  "a name that is spread over":
    'const o = { name: `u-${app.stage}` }; await D1Database("x", { name: `x-${app.stage}`, ...o });',
  "an id in parentheses": 'await D1Database(("x"));',
  "a name with a type": 'await D1Database("x", { name: `${app.name}-x-${app.stage}` as string });',
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are sources

test.each(Object.keys(UNSAFE))("%s is left alone, and the others are rewritten", async (what) => {
  using folder = new Folder();
  const start = `import alchemy from "alchemy";\nimport { D1Database } from "alchemy/cloudflare";\n`;
  const one = `${start}const app = await alchemy("shop");\n${UNSAFE[what]}\n`;
  folder.write("one.run.ts", one);
  folder.write(
    "two.run.ts",
    `${start}const app = await alchemy("two");\nawait D1Database("y", { name: \`y-\${app.stage}\` });\n`,
  );
  const ended = await cli(folder.path, ["migrate", "--write", "--json"]);
  expect(ended).toMatchObject({ code: 0, error: "" });
  const { declarations } = JSON.parse(ended.out) as { declarations: { action: string }[] };
  expect(declarations.map(({ action }) => action)).toEqual(["left", "rewritten"]);
  expect(folder.read("one.run.ts")).toBe(one);
  expect(folder.read("two.run.ts")).toContain('Database("y", { name: "y" })');
});

test("without a state, it exits with 1 if a deploy of an assumed stage would be refused", async () => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM.replace("{ name", "{ adopt: true, name"));
  const migrate = (...args: string[]) =>
    cli(folder.path, ["migrate", "--owner-stage", "prod", ...args]);
  const ended = await migrate();
  expect(ended.out).toContain("a deploy of `dev` would be refused: `would-replace`");
  expect(ended.out).toContain("or the stages that there are with `--stage`");
  expect(ended.code).toBe(1);
  // Only `prod` is there: nothing else shares it.
  expect(await migrate("--stage", "prod")).toMatchObject({ code: 0, error: "" });
});
