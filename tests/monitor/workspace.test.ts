/** The monitor in a repository with several apps, and beside other repositories. */
import { expect, test } from "bun:test";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { App, program } from "../support/program.ts";
import { monitor, run } from "./monitor.ts";
import { deployTo, inside, pathOf } from "./monorepo.ts";

const TIME = 120_000;
const DESTROYS = /\b(delete|remove|destroy)\b/i;

const SHOP = 'await Database("shop-db");';
const ADMIN =
  'await Database("admin-db");\nawait raw.Queue("jobs", { name: "admin-jobs-" + stage });';

/** Two apps in one repository: each in a folder of its own, with its own state. */
class Monorepo implements AsyncDisposable {
  private constructor(readonly app: App) {}

  static async deployed(): Promise<Monorepo> {
    const app = await App.start();
    await deployTo(app, "admin", program(ADMIN, "admin"));
    await deployTo(app, "shop", program(SHOP, "shop"));
    return new Monorepo(app);
  }

  /** The folder of the shop, and the account of both. */
  get shop() {
    return inside(this.app, "shop");
  }

  /** What the monitor says that is run in the folder of the shop. */
  inShop(args: readonly string[] = []) {
    return monitor(this.shop, args);
  }

  path(...parts: string[]): string {
    return pathOf(this.app, ...parts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
  }
}

test(
  "every app and every state of the repository is read, wherever it is run",
  async () => {
    await using repo = await Monorepo.deployed();
    const { found, unknown, report } = await repo.inShop();
    expect({ found, unknown }).toEqual({ found: [], unknown: [] });
    expect(report.summary.apps).toEqual(["admin", "shop"]);
  },
  TIME,
);

test(
  "an app of Alchemy 2 whose state is elsewhere is unknown, beside one of 0.94 with its name",
  async () => {
    await using repo = await Monorepo.deployed();
    const next = 'await raw.D1Database("db", { name: "shop-next-" + stage });';
    await deployTo(repo.app, "next", program(next, "next"));
    await rm(repo.path("next", ".alchemy"), { recursive: true });
    const source = `import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import * as Effect from "effect/Effect";
export default Alchemy.Stack("shop", {}, Effect.gen(function* () {
  const { stage } = yield* Alchemy.Stack;
  yield* Cloudflare.D1.Database("db", { name: "shop-next-" + stage });
}));
`;
    await writeFile(repo.path("next", "alchemy.run.ts"), source);
    const { report, found } = await repo.inShop();
    const said = report.unknown.map(({ message }: { message: string }) => message);
    expect({ said, found }).toEqual({
      said: ["there is no state of the app `shop` by Alchemy 2, which has a program here"],
      found: [],
    });
    // Its rows say whose it is.
    const attr = { databaseName: "shop-next-prod" };
    const row = { fqn: "db", resourceType: "Cloudflare.D1Database", status: "created", attr };
    const folder = repo.path("next", ".alchemy", "state", "shop", "prod");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "db.json"), JSON.stringify(row));
    const after = await repo.inShop();
    expect([after.unknown, after.found]).toEqual([[], []]);
  },
  TIME,
);

test(
  "an app whose state is elsewhere is unknown, and none of its resources is an orphan",
  async () => {
    await using repo = await Monorepo.deployed();
    await rm(repo.path("admin", ".alchemy"), { recursive: true });
    const { found, unknown, report, code } = await repo.inShop();
    expect({ found, unknown, code }).toEqual({
      found: [],
      unknown: ["state null no-state"],
      code: 2,
    });
    expect(report.unknown[0]?.message).toBe(
      "there is no state of the app `admin`, which has a program here",
    );
    // The others are looked at all the same.
    repo.app.account.journal.during([], () => {
      for (const { id, name } of [...repo.app.account.databases.all.values()]) {
        if (name === "shop-db-prod") repo.app.account.databases.delete(id);
      }
    });
    expect((await repo.inShop()).found).toEqual(["error missing database shop-db-prod"]);
  },
  TIME,
);

test(
  "an app that is not deployed in the account is no gap",
  async () => {
    await using repo = await Monorepo.deployed();
    await rm(repo.path("admin"), { recursive: true });
    await mkdir(repo.path("blog"));
    await repo.app.write("apps/blog/alchemy.run.ts", program('await KV("blog-posts");', "blog"));
    const { unknown, found } = await repo.inShop();
    expect(unknown).toEqual([]);
    expect(found).toEqual([
      "info orphan database admin-db-prod",
      "info orphan queue admin-jobs-prod",
    ]);
  },
  TIME,
);

test(
  "what an app of another repository can own is neither to be deleted nor to be adopted",
  async () => {
    await using repo = await Monorepo.deployed();
    await rm(repo.path("admin"), { recursive: true });
    repo.app.account.journal.during([], () => repo.app.account.namespaces.create("of others"));
    const { report, code } = await repo.inShop();
    expect(report.findings.map(({ code, name }) => `${code} ${name}`)).toEqual([
      "orphan admin-db-prod",
      "orphan admin-jobs-prod",
      "foreign of others",
    ]);
    for (const { message, help } of report.findings) {
      expect(message + help).not.toMatch(DESTROYS);
      expect(help).not.toContain("adopt: true");
    }
    expect(code).toBe(0);
  },
  TIME,
);

test(
  "a stage that another state has is not said to be left over",
  async () => {
    await using repo = await Monorepo.deployed();
    // As on a machine that has only its own stages, while CI keeps the others.
    await rm(repo.path("admin", ".alchemy", "admin", "prod"), { recursive: true });
    await repo.app.deploy("dev", program(ADMIN, "admin"));
    const { report } = await repo.inShop();
    expect(report.findings.map(({ code, name }) => `${code} ${name}`)).toEqual([
      "orphan admin-db-prod",
      "orphan admin-jobs-prod",
    ]);
    const [first] = report.findings;
    expect(first?.message).toBe(
      "no state has the database `admin-db-prod`, which the app `admin` makes in stage `prod`",
    );
    for (const { message, help } of report.findings) expect(message + help).not.toMatch(/delete/i);
  },
  TIME,
);

test(
  "what the config ignores is neither program nor state",
  async () => {
    await using repo = await Monorepo.deployed();
    await repo.app.write("alch-blocks.json", '{ "ignore": ["apps/admin"] }');
    const { report } = await repo.inShop();
    expect(report.summary.apps).toEqual(["shop"]);
    expect(report.findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "info orphan",
      "info orphan",
    ]);
  },
  TIME,
);

test(
  "several states at once: folders and patterns",
  async () => {
    await using repo = await Monorepo.deployed();
    const both = ["--state", "../admin/.alchemy", "--state", ".alchemy"];
    for (const args of [both, ["--state", "../*/.alchemy"]]) {
      const { found, unknown, report } = await repo.inShop(args);
      expect({ found, unknown }).toEqual({ found: [], unknown: [] });
      expect(report.summary.apps).toEqual(["admin", "shop"]);
    }
    // One of them alone says nothing about the other.
    const { unknown, found } = await repo.inShop(["--state", ".alchemy"]);
    expect({ unknown, found }).toEqual({ unknown: ["state null no-state"], found: [] });
    const ended = await run(repo.shop, ["--state", "apps/*/.alchemy"]);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.error).toContain("no folder or file matches `apps/*/.alchemy`");
  },
  TIME,
);
