/** The guard knows some versions of Alchemy, and refuses to stand in front of any other. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { data, fill } from "../support/data.ts";
import { install, pretend, ROOT } from "../support/installed.ts";
import { App, program } from "../support/program.ts";

const TIME = 120_000;
/** Each run finds out anew which Alchemy there is. */
const ALONE = { alone: true };
const DESTROY = { args: ["--destroy"], alone: true };
const SHOP = 'await Database("db"); await raw.KVNamespace("kv", { title: "kv-" + stage });';

/** An app with a package of its own, in which another Alchemy can be put. */
async function start(): Promise<App> {
  const app = await App.start();
  await install(app.folder, ROOT, ["alchemy"]);
  return app;
}

test.concurrent(
  "an Alchemy that is not known is refused, and nothing is changed",
  async () => {
    await using app = await start();
    await app.deploy("pr-1", program(SHOP), ALONE);
    fill(app);
    const before = data(app);
    const calls = app.cloudflare.log.length;
    const caught = program(`try { ${SHOP} } catch {}`);
    for (const [said, words] of [
      [{ version: "0.95.0" }, "runs Alchemy `0.95.0`, which the guard does not know"],
      [{ version: "0.80.1" }, "`0.80.1`"],
      [{ name: "fork", version: "0.94.0" }, "`fork@0.94.0`"],
    ] as const) {
      await pretend(app.folder, ROOT, said);
      const output = await app.refused("pr-1", "alchemy-unknown", program(""), ALONE);
      expect(output).toContain(words);
      expect(output).toContain("it knows 0.81.3, ");
      expect(output).toContain("alchemy.pr-1.run.ts:7");
    }
    await app.refused("pr-1", "alchemy-unknown", program(SHOP), DESTROY);
    await app.refused("pr-1", "alchemy-unknown", caught, ALONE);
    expect(app.cloudflare.log.slice(calls)).toEqual([]);
    expect(data(app)).toEqual(before);
    await pretend(app.folder, ROOT, { version: "0.94.7" });
    await app.deploy("pr-1", program(SHOP), ALONE);
    expect(data(app)).toEqual(before);
  },
  TIME,
);

test.concurrent(
  "a bundle that has the package in it finds the Alchemy beside it, and is refused without one",
  async () => {
    await using app = await start();
    await app.write("alchemy.run.ts", program(SHOP));
    const outside = ["--external=alchemy", "--external=alchemy/*"];
    const args = ["build", "--target=bun", ...outside, "--outfile=bundle.js", "alchemy.run.ts"];
    const built = Bun.spawnSync([process.execPath, ...args], { cwd: app.folder });
    expect(built.stderr.toString()).not.toContain("error");
    const bundle = await Bun.file(join(app.folder, "bundle.js")).text();
    await app.deploy("pr-1", bundle, ALONE);
    // What a bundler leaves of it where modules are no modules any more.
    const hidden = bundle.replaceAll("import.meta.resolve", "import.meta.none");
    expect(hidden).not.toBe(bundle);
    const output = await app.refused("pr-1", "alchemy-unknown", hidden, ALONE);
    expect(output).toContain("cannot read which version of Alchemy");
  },
  TIME,
);
