/** The example of two regions: deployed by the real Alchemy, and its Worker run in workerd. */
import { expect, test } from "bun:test";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { App } from "../support/program.ts";

const ROOT = join(import.meta.dir, "..", "..");
const EXAMPLE = join(ROOT, "examples", "regions");
const TIME = 120_000;

/** Cloudflare says where a visitor is; here a header does. */
const ENTRY = `
import api from "./api.js";
export default {
  fetch(request, env) {
    const cf = JSON.parse(request.headers.get("visitor"));
    return api.fetch(new Request(request, { cf }), env);
  },
};`;

const VISITORS = {
  EU: { continent: "EU", country: "FR", isEUCountry: "1" },
  US: { continent: "NA", country: "US", longitude: "-74.0" },
  CH: { continent: "EU", country: "CH" },
};

test(
  "its types fit",
  async () => {
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    const check = Bun.spawn([tsc, "-p", EXAMPLE], { stdout: "pipe" });
    expect(await new Response(check.stdout).text()).toBe("");
    expect(await check.exited).toBe(0);
  },
  TIME,
);

test(
  "two stages have two databases each, where they were asked for",
  async () => {
    await using app = await App.start();
    for (const part of ["src", "migrations"]) {
      await cp(join(EXAMPLE, part), join(app.folder, part), { recursive: true });
    }
    const source = await readFile(join(EXAMPLE, "alchemy.run.ts"), "utf8");
    for (const stage of ["prod", "pr-7"]) await app.deploy(stage, source);
    const held = [...app.account.databases.all.values()];
    const where = held.map((one) => [one.name, one.jurisdiction, one.locationHint] as const);
    expect(where.sort()).toEqual([
      ["posts-enam-pr-7", null, "enam"],
      ["posts-enam-prod", null, "enam"],
      ["posts-eu-pr-7", "eu", null],
      ["posts-eu-prod", "eu", null],
    ]);
    const { bindings } = app.account.scripts.get("regions-prod").live;
    const bound = bindings.map(({ name, id }) => [name, held.find((one) => one.id === id)?.name]);
    expect(bound).toEqual([
      ["POSTS_EU", "posts-eu-prod"],
      ["POSTS_ENAM", "posts-enam-prod"],
    ]);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);

test(
  "each visitor reads and writes in their own region",
  async () => {
    const { outputs, success } = await Bun.build({ entrypoints: [join(EXAMPLE, "src", "api.ts")] });
    expect(success).toBe(true);
    const script = (await outputs[0]?.text()) ?? "";
    // Nothing of the core comes along.
    expect(script).not.toContain("WebAssembly");
    const served = async (databases: string[]) => {
      const workerd = new Miniflare({
        modules: [
          { type: "ESModule", path: "index.js", contents: ENTRY },
          { type: "ESModule", path: "api.js", contents: script },
        ],
        compatibilityDate: "2026-01-01",
        d1Databases: databases,
      });
      const schema = await readFile(join(EXAMPLE, "migrations", "0001_posts.sql"), "utf8");
      for (const name of databases) {
        const db = await workerd.getD1Database(name);
        await db.prepare(schema.replaceAll("\n", " ")).run();
      }
      const ask = async (visitor: keyof typeof VISITORS, title?: string) => {
        const init = title === undefined ? {} : { method: "POST", body: title };
        const headers = { visitor: JSON.stringify(VISITORS[visitor]) };
        const response = await workerd.dispatchFetch("http://example.com/", { ...init, headers });
        return response.ok ? response.json() : response.text();
      };
      return { ask, [Symbol.asyncDispose]: () => workerd.dispose() };
    };
    {
      await using both = await served(["POSTS_EU", "POSTS_ENAM"]);
      await both.ask("EU", "bonjour");
      await both.ask("US", "hello");
      expect(await both.ask("EU")).toEqual(["bonjour"]);
      expect(await both.ask("US")).toEqual(["hello"]);
      // Switzerland is near, and not in the Union.
      expect(await both.ask("CH")).toEqual(["bonjour"]);
    }
    await using one = await served(["POSTS_ENAM"]);
    expect(await one.ask("EU")).toContain("no binding of `POSTS` is in the EU");
  },
  TIME,
);
