/** What no state has: who can have made it, and when the monitor advises to adopt it. */
import { expect, test } from "bun:test";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { App, program } from "../support/program.ts";
import { monitor } from "./monitor.ts";
import { deployTo, inside, pathOf } from "./monorepo.ts";

const TIME = 120_000;

const database = (name: string) => `await raw.D1Database("db", { name: ${name} });`;

/** The shop's name in any stage; the blog gives the same in the stage `pr-3`. */
const MAIN = database('"main-" + stage');

/** Programs of the blog whose text does not tell that, and the variables that do. */
const BLOGS: Record<string, { source: string; env: Record<string, string> }> = {
  "a name from a variable": {
    source: program(database('process.env.DB_NAME + "-" + stage'), "blog"),
    env: { DB_NAME: "main" },
  },
  "a name that a condition chooses": {
    source: program(database('(process.env.PREVIEW ? "main-" : "blog-") + stage'), "blog"),
    env: { PREVIEW: "1" },
  },
  "an app that a variable names": {
    source: program(database('app.name + "-" + stage'), "ext").replace(
      '"ext"',
      'process.env.APP_NAME ?? "ext"',
    ),
    env: { APP_NAME: "main" },
  },
};

/** The shop is deployed to prod, and the blog to pr-3. */
async function repository(blog = "a name from a variable"): Promise<App> {
  const app = await App.start();
  const { source, env } = BLOGS[blog] as (typeof BLOGS)[string];
  await deployTo(app, "blog", source, { stage: "pr-3", env });
  await deployTo(app, "shop", program(MAIN));
  return app;
}

test.each(Object.keys(BLOGS))(
  "%s: what the app can have made is unknown while its state is elsewhere",
  async (blog) => {
    await using app = await repository(blog);
    await rm(pathOf(app, "blog", ".alchemy"), { recursive: true });
    const { found, unknown, code } = await monitor(inside(app, "shop"));
    expect({ found, unknown, code }).toEqual({
      found: [],
      unknown: ["state null no-state"],
      code: 2,
    });
  },
  TIME,
);

test(
  "an app whose state lacks only the stage can have made it, too",
  async () => {
    await using app = await repository();
    const { source } = BLOGS["a name from a variable"] as (typeof BLOGS)[string];
    await rm(pathOf(app, "blog", ".alchemy"), { recursive: true });
    await deployTo(app, "blog", source, { env: { DB_NAME: "blog" } });
    const { found, report } = await monitor(inside(app, "shop"));
    expect(found).toEqual(["warning orphan database main-pr-3"]);
    expect(report.findings[0]?.help).toContain("adopt it in no app");
    expect(report.findings[0]?.help).not.toContain("adopt: true");
  },
  TIME,
);

test(
  "a program whose app cannot be told can have made it, too",
  async () => {
    await using app = await repository();
    await rm(pathOf(app, "blog", ".alchemy"), { recursive: true });
    const source =
      'import { D1Database } from "alchemy/cloudflare";\nawait D1Database("db", NAMES);';
    await app.write("apps/blog/alchemy.run.ts", source);
    const { found, report } = await monitor(inside(app, "shop"));
    expect(found).toEqual(["warning orphan database main-pr-3"]);
    expect(report.findings[0]?.help).not.toContain("adopt: true");
  },
  TIME,
);

test(
  "where not all programs of the workspace are read, nothing is to be adopted",
  async () => {
    await using app = await repository();
    await rm(pathOf(app, "blog", ".alchemy"), { recursive: true });
    const shop = inside(app, "shop");
    const chosen = await monitor(shop, ["."]);
    await app.write("alch-blocks.json", '{ "paths": ["apps/shop"] }');
    const configured = await monitor(shop);
    for (const { found, report } of [chosen, configured]) {
      expect(found).toEqual(["warning orphan database main-pr-3"]);
      expect(report.findings[0]?.help).toContain("read all programs of the workspace");
      expect(report.findings[0]?.help).not.toContain("adopt: true");
    }
  },
  TIME,
);

test(
  "what another repository can have made is not to be adopted unseen",
  async () => {
    await using app = await repository();
    await rm(pathOf(app, "blog"), { recursive: true });
    const { found, report } = await monitor(inside(app, "shop"));
    expect(found).toEqual(["warning orphan database main-pr-3"]);
    const help = report.findings[0]?.help;
    expect(help).toStartWith("find out who made it first");
    expect(help).toContain("only if this app made it");
  },
  TIME,
);

test(
  "a row that is lost alone: the program makes it, and a deploy that adopts it writes the row again",
  async () => {
    await using app = await App.start();
    const source = program('await KV("menu");\nawait raw.KVNamespace("kv");');
    const lost = join(app.folder, ".alchemy", "shop", "prod", "kv.json");
    await app.deploy("prod", source);
    await rename(lost, join(app.folder, "lost.json"));
    const { found, report } = await monitor(app);
    expect(found).toEqual(["warning orphan kv shop-kv-prod"]);
    const [finding] = report.findings;
    expect(finding?.message).toContain("which the app `shop` makes in stage `prod`");
    expect(finding?.help).toContain("only if this app made it and its state is lost");
    await app.deploy("prod", source.replace("quiet: true", "quiet: true, adopt: true"));
    expect((await monitor(app)).found).toEqual([]);
  },
  TIME,
);
