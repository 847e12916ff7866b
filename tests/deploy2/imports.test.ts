/** What is for Alchemy 0.94 says so in a program of Alchemy 2, where it would protect nothing. */
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, type Runtime } from "../package/runtimes.ts";
import { App2, TIME, unguarded } from "./app.ts";

const DATABASE = 'yield* D1.Database("db", { name: "db-" + stage });';
const WAY_OUT = "import from there, and write `state: guarded(Cloudflare.state())`";

/** What a module prints that is run without Alchemy's command line. */
async function printed(app: App2, runtime: Runtime, source: string, flags: string[] = []) {
  await writeFile(join(app.folder, "module.mjs"), source);
  const [program = "", ...args] = command(runtime, "module.mjs");
  const options = { cwd: app.folder, stdout: "pipe", stderr: "pipe" } as const;
  const child = Bun.spawn([program, ...flags, ...args], options);
  const streams = [child.stdout, child.stderr].map((stream) => new Response(stream).text());
  const [out = "", error = ""] = await Promise.all(streams);
  return { out, error };
}

const PRELOAD = { Bun: "--preload", "Node 24": "--import" } as const;

test.concurrent(
  "the guard for 0.94 is refused when it is imported",
  async () => {
    await using app = await App2.start();
    const source = `import "@alch/blocks/guard";\n${unguarded(DATABASE)}`;
    expect(await app.refused("prod", "alchemy-unknown", source)).toContain(WAY_OUT);
    for (const [runtime, flag] of Object.entries(PRELOAD) as [Runtime, string][]) {
      const preload = [flag, "@alch/blocks/guard"];
      const { out, error } = await printed(app, runtime, 'console.log("on");', preload);
      expect(out).toBe("");
      expect(error).toContain(WAY_OUT);
    }
  },
  TIME,
);

const IMPORT = 'import { Database } from "@alch/blocks/core";';
const CORE = 'yield* Database("db", {}, D1.Database);';

test.concurrent(
  "a block for 0.94 is refused when it is given a function of Alchemy 2",
  async () => {
    await using app = await App2.start();
    const source = `${IMPORT}\n${unguarded(CORE)}`;
    expect(await app.refused("prod", "alchemy-unknown", source)).toContain(WAY_OUT);
    for (const runtime of Object.keys(PRELOAD) as Runtime[]) {
      const call = `${IMPORT} Database("db", {}, () => console.log("called"));`;
      const { out, error } = await printed(app, runtime, call);
      expect(out).toBe("");
      expect(error).toContain(WAY_OUT);
    }
  },
  TIME,
);
