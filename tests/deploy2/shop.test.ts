/** The example for Alchemy 2. */
import { expect, test } from "bun:test";
import { cp, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { names } from "../support/data.ts";
import { App2, TIME } from "./app.ts";

const ROOT = join(import.meta.dir, "..", "..");
const EXAMPLE = join(ROOT, "examples", "shop-v2");

/** The store of the example needs an account that runs Workers. */
const LOCAL = '(await import("alchemy/State")).localState()';

test.concurrent(
  "its types fit, and two stages share nothing",
  async () => {
    await using app = await App2.start();
    app.account.addZone("example.com");
    const met = (host: string) =>
      ["", "orders/1"].map((page) => app.account.meet(`https://${host}.example.com/${page}`));
    for (const name of ["alchemy.run.ts", "src", "migrations", "tsconfig.json"]) {
      await cp(join(EXAMPLE, name), join(app.folder, name), { recursive: true });
    }
    const types = join("node_modules", "@cloudflare");
    await symlink(join(ROOT, types), join(app.folder, types));
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    const check = Bun.spawn([tsc, "-p", app.folder], { stdout: "pipe" });
    expect(await new Response(check.stdout).text()).toBe("");
    const source = await readFile(join(EXAMPLE, "alchemy.run.ts"), "utf8");
    const program = source.replace("Cloudflare.state()", LOCAL);
    await app.deploy("prod", program);
    await app.deploy("pr-1", program);
    for (const name of ["shop", "shop-db", "shop-bills", "shop-menu", "shop-sales"]) {
      expect(names(app)).toContain(`${name}-prod`);
      expect(names(app)).toContain(`${name}-pr-1`);
    }
    for (const [host, script] of [
      ["shop-v2", "shop-prod"],
      ["shop-v2-pr-1", "shop-pr-1"],
    ] as const) {
      const answer = { script, dns: true, tls: true };
      expect(met(host)).toMatchObject([answer, answer]);
    }
    await app.destroy("pr-1", program);
    expect(met("shop-v2-pr-1").map(({ script }) => script)).toEqual([undefined, undefined]);
    expect(met("shop-v2")[0]?.script).toBe("shop-prod");
    expect(names(app).filter((name) => name.includes("pr-1"))).toEqual([]);
    expect(app.lost().filter((one) => one.includes("prod"))).toEqual([]);
    // The stage is protected: what has data stays in the account.
    const before = names(app);
    await app.destroy("prod", program);
    expect(names(app)).toEqual(before);
    expect(app.cloudflare.unhandled).toEqual([]);
  },
  TIME,
);
