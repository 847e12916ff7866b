/** Pages about tasks, word by word, as a reader follows them. */
import { expect, test } from "bun:test";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { codeIn, root, textOf } from "./markdown.ts";
import { Reader } from "./reader.ts";

/** What a page says is printed. */
const shown = (page: string) =>
  codeIn(textOf(page))
    .filter(({ language }) => language === "text")
    .flatMap(({ text }) => text.trim().split("\n"));

test("a monorepo", async () => {
  await using reader = await Reader.start();
  const folder = reader.folder("acme");
  const done = await reader.follow(codeIn(textOf("docs/monorepo.md")), folder);
  const [, checked, deployed, destroyed, together] = done;
  expect(done).toHaveLength(5);
  expect(checked?.out).toContain("api-db-pr-7");
  expect(checked?.out).toContain("web-files-pr-7");
  expect(checked?.changed).toEqual([]);
  const api = ["api-db-pr-7", "api-worker-pr-7"];
  expect(deployed?.held).toEqual([...api, "web-files-pr-7", "web-worker-pr-7"]);
  expect(destroyed?.held).toEqual(api);
  const shop = ["shop-api-pr-7", "shop-db-pr-7", "shop-web-pr-7"];
  expect(together?.held).toEqual([...api, ...shop]);

  // What `check` is said to report.
  const program = codeIn(textOf("docs/monorepo.md")).find(({ file }) =>
    file?.startsWith("apps/web/"),
  );
  const faults = {
    "duplicate-name": (text: string) =>
      text
        .replace('blocksOf("web")', 'blocksOf("api")')
        .replace("{ Bucket, Worker }", "{ Bucket, Database, Worker }")
        .replace('Bucket("files");', 'Bucket("files");\nawait Database("db");'),
    "shared-app": (text: string) => text.replace('alchemy("web")', 'alchemy("api")'),
  };
  for (const [code, fault] of Object.entries(faults)) {
    reader.write(folder, "apps/web/alchemy.run.ts", fault(program?.text ?? ""));
    expect(await reader.shell("npx @alch/blocks check || true", folder)).toContain(code);
  }
}, 300_000);

/** Stands for the tools of the frameworks: it writes what their builds write. */
const BUILDER = `#!/usr/bin/env node
const { mkdirSync, writeFileSync } = require("node:fs");
for (const file of ["dist/client/index.html", "dist/server/index.js", ".svelte-kit/cloudflare/_worker.js"]) {
  mkdirSync(require("node:path").dirname(file), { recursive: true });
  writeFileSync(file, file.endsWith(".js") ? "export default { fetch: () => new Response() };" : "<p>hello</p>");
}
`;

test("websites of frameworks", async () => {
  await using reader = await Reader.start();
  const page = codeIn(textOf("docs/frameworks.md"));
  const folder = reader.folder("site");
  reader.write(folder, "package.json", '{ "private": true, "type": "module" }');
  await reader.install(folder);
  const bin = join(folder, "node_modules", ".bin");
  mkdirSync(bin, { recursive: true });
  reader.write(bin, "vite", BUILDER);
  chmodSync(join(bin, "vite"), 0o755);

  const [deployed] = await reader.follow(page, folder);
  for (const line of shown("docs/frameworks.md")) expect(deployed?.out).toContain(line);
  const names = (stage: string) => [`my-app-db-${stage}`, `my-app-web-${stage}`];
  expect(deployed?.held).toEqual([...names("pr-7"), ...names("prod")].sort());

  for (const program of ["start/alchemy.run.ts", "kit/alchemy.run.ts"]) {
    const { text = "" } = page.find(({ file }) => file === program) ?? {};
    reader.write(folder, "alchemy.run.ts", text);
    for (const stage of ["prod", "pr-7"])
      await reader.run(`bun ./alchemy.run.ts --stage ${stage}`, folder);
  }
  const others = ["my-kit-files", "my-kit-web", "my-start-db", "my-start-web"];
  const all = ["my-app-db", "my-app-web", ...others].flatMap((base) => [
    `${base}-pr-7`,
    `${base}-prod`,
  ]);
  expect(reader.held()).toEqual(all.sort());

  // The types of the bindings are those of the program.
  const { text = "" } = page.find(({ file }) => file === "alchemy.run.ts") ?? {};
  reader.write(folder, "alchemy.run.ts", text);
  const types = join(root, "node_modules", "@cloudflare", "workers-types");
  const options =
    "--noEmit --strict --skipLibCheck --target es2022 --module nodenext --allowImportingTsExtensions";
  await reader.shell(`tsc ${options} --types "${types}" src/worker.ts`, folder);
}, 300_000);

test("state stores", async () => {
  await using reader = await Reader.start("Node 22");
  const folder = reader.folder("shop");
  reader.write(folder, "package.json", '{ "private": true, "type": "module" }');
  const [deployed, read] = await reader.follow(codeIn(textOf("docs/state-stores.md")), folder);
  expect(deployed?.held).toEqual(["alchemy-state", "shop-db-pr-7", "shop-db-prod"]);
  expect(read?.held).toEqual(deployed?.held ?? []);
  expect(read?.out).toContain("2 stages of 1 app");
}, 300_000);
