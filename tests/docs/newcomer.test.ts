/**
 * Getting started, word by word: each file of it is written and each command of it is run, in an
 * empty folder that has the packed package, and no file of this project.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Cloudflare, startCloudflare } from "../cloudflare/index.ts";
import { pack, type Tarball } from "../package/project.ts";
import { codeIn, root, textOf } from "./markdown.ts";

let temporary: string;
let tarball: Tarball;
let cloudflare: Cloudflare;

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), "alch-blocks-newcomer-"));
  tarball = await pack(temporary);
  cloudflare = await startCloudflare({ subdomainPatienceMs: 2000 });
}, 120_000);

afterAll(async () => {
  await cloudflare?.close();
  if (temporary) rmSync(temporary, { recursive: true, force: true });
});

const INSTALL = "npm install alchemy @alch/blocks";

/** Runs the lines of a block in a shell of their own, as a reader would, and gives what they print. */
async function shell(script: string, folder: string): Promise<string> {
  const child = Bun.spawn(["sh", "-e"], {
    cwd: folder,
    env: {
      PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}`,
      HOME: temporary,
      npm_config_offline: "true",
      npm_config_cache: process.env.npm_config_cache ?? join(process.env.HOME ?? "", ".npm"),
      ALCHEMY_TELEMETRY_DISABLED: "1",
      NO_COLOR: "1",
      ...cloudflare.env,
    },
    stdin: new Blob([script]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`\`${script}\` ended with ${code}:\n${out}${error}`);
  return out;
}

/** Installs the tarball in place of what the registry has; Alchemy is this project's. */
async function install(folder: string): Promise<string> {
  const flags = "--offline --legacy-peer-deps --ignore-scripts --no-audit --no-fund";
  const out = await shell(`npm install ${flags} "${tarball.path}"`, folder);
  const target = join(folder, "node_modules", "alchemy");
  symlinkSync(join(root, "node_modules", "alchemy"), target, "junction");
  return out;
}

const changes = (from: number) =>
  cloudflare.log
    .slice(from)
    .filter(({ method }) => method !== "GET" && method !== "TEST")
    .map(({ method, path }) => `${method} ${path}`);

const held = () =>
  cloudflare.account
    .state()
    .map(({ name }) => name)
    .sort();

test("getting started works, from an empty folder on", async () => {
  const folder = join(temporary, "hello");
  mkdirSync(folder);
  const done: { script: string; out: string; changed: string[]; held: string[] }[] = [];
  for (const { language, text, file } of codeIn(textOf("docs/getting-started.md"))) {
    if (language === "text") continue;
    if (language === "ts") {
      if (file === undefined) throw new Error(`a program of no file:\n${text}`);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
      continue;
    }
    expect(language).toBe("sh");
    // A reader has one shell for all of them.
    expect(text).not.toMatch(/^cd /m);
    const from = cloudflare.log.length;
    const [before = "", after] = text.split(`${INSTALL}\n`);
    let out = await shell(before, folder);
    if (after !== undefined) out += (await install(folder)) + (await shell(after, folder));
    done.push({ script: text, out, changed: changes(from), held: held() });
  }
  const [installed, looked, deployed, again, destroyed, raw, migrated, watched] = done;
  expect(done).toHaveLength(8);
  expect(installed?.script).toContain(INSTALL);
  expect(looked?.out).toContain("hello-db-feature-login-0356hv2zv");
  expect(looked?.changed).toEqual([]);

  // What the docs show is what is printed.
  const [shown] = codeIn(textOf("docs/getting-started.md")).filter(
    ({ language }) => language === "text",
  );
  for (const line of shown?.text.trim().split("\n") ?? ["none"]) {
    expect(deployed?.out).toContain(line);
  }
  const dev = ["hello-api-dev", "hello-db-dev", "hello-files-dev"];
  expect(deployed?.held).toEqual(
    [...dev, ...dev.map((name) => name.replace(/dev$/, "feature-login-0356hv2zv"))].sort(),
  );
  const data = again?.changed.filter((call) => !call.includes("/workers/scripts/hello-api-dev"));
  expect(data).toEqual([]);
  expect(destroyed?.held).toEqual(dev);
  expect(raw?.held).toEqual([...dev, "old-cache-prod", "old-db-prod"]);
  expect(migrated?.out).toContain('Database("db", { name: "old-db" })');
  expect(migrated?.changed).toEqual([]);
  expect(migrated?.held).toEqual(raw?.held ?? []);
  expect(watched?.changed).toEqual([]);
  expect(watched?.out).toContain("no findings: looked at 5 names in 2 stages of 2 apps");
  expect(cloudflare.unhandled).toEqual([]);
}, 300_000);
