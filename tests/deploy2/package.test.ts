/** The package beside Alchemy 2 alone: that it loads, and that its types are Alchemy's. */
import { expect, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ALL_KINDS } from "../../ts/kinds.ts";
import { command } from "../package/runtimes.ts";
import { App2, TIME } from "./app.ts";

const ROOT = join(import.meta.dir, "..", "..");
const MIGRATED = join(ROOT, "tests", "fixtures", "to-v2", "shop");

/** What `@alch/blocks/v2` exports beside a block for each kind. */
const OTHERS = ["BlockError", "Domain", "Route", "createBlocks", "guarded", "perRegion", "thrifty"];
const EXPORTS = [...ALL_KINDS.map(({ alchemy2 }) => alchemy2.block), ...OTHERS].sort();

/** Runs a command in the folder of an app; gives what it printed. */
async function printed(app: App2, ...words: string[]): Promise<string> {
  const child = Bun.spawn(words, { cwd: app.folder, stdout: "pipe", stderr: "pipe" });
  const streams = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const [[out = "", error = ""]] = await Promise.all([Promise.all(streams), child.exited]);
  return out + error;
}

test.concurrent(
  "it loads in Bun and in Node",
  async () => {
    await using app = await App2.start();
    const program = `
    const v2 = await import("@alch/blocks/v2");
    const { physicalName } = await import("@alch/blocks/naming");
    console.log(Object.keys(v2).sort().join(), physicalName("worker", "api", "pr-1"));
  `;
    await writeFile(join(app.folder, "load.mjs"), program);
    for (const runtime of ["Bun", "Node 24"] as const) {
      expect(await printed(app, ...command(runtime, "load.mjs"))).toBe(
        `${EXPORTS.join()} api-pr-1\n`,
      );
    }
  },
  TIME,
);

test.concurrent(
  "the programs of the page have the right types",
  async () => {
    await using app = await App2.start();
    const page = await readFile(join(ROOT, "docs", "alchemy-2.md"), "utf8");
    const programs = [...page.matchAll(/```ts\n(import [\s\S]*?)```/g)].map(
      ([, program]) => program,
    );
    expect(programs).toHaveLength(4);
    // What `migrate --to-v2` writes is one more.
    programs.push(await readFile(join(MIGRATED, "output", "alchemy.v2.run.ts"), "utf8"));
    await mkdir(join(app.folder, "src"));
    await writeFile(join(app.folder, "src", "api.ts"), "export interface Counter {}");
    const files = programs.map((_, at) => `page-${at}.ts`);
    for (const [at, file] of files.entries()) {
      await writeFile(join(app.folder, file), programs[at] ?? "");
    }
    const wrong = `
import { guarded } from "@alch/blocks/v2";
import * as Layer from "effect/Layer";
guarded(Layer.empty);
`;
    await writeFile(join(app.folder, "wrong.ts"), wrong);
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2023", "--types", ""];
    const modules = ["--module", "nodenext", "--lib", "es2023,dom,esnext.disposable"];
    const imports = ["--allowImportingTsExtensions"];
    const faults = await printed(
      app,
      tsc,
      ...options,
      ...modules,
      ...imports,
      "--ignoreConfig",
      ...files,
      "wrong.ts",
    );
    expect(faults.match(/^[\w.-]+(?=\(.*error)/gm)).toEqual(["wrong.ts"]);
  },
  TIME,
);
