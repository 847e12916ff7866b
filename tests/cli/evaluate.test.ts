/** `--evaluate` runs programs by the real Alchemy 2, and says clearly what stands in its way. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { alchemy2Folder } from "../../scripts/alchemy2.mjs";
import { cli, Folder, type How, PROGRAM, RUNTIMES } from "./cli.ts";

const TIME = 120_000;
const MODULES = join(alchemy2Folder, "node_modules");

/** A program with these declarations. */
const stack = (body: string, before = "") => `
import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
import * as Effect from "effect/Effect";
const { D1, R2, KV, Queues, Worker, DurableObject, Workflow } = Cloudflare;
${before}
export default Alchemy.Stack(
  "shop",
  { providers: Cloudflare.providers(), state: Cloudflare.state() },
  Effect.gen(function* () {
    const { stage } = yield* Alchemy.Stack;
    ${body}
  }),
);
`;

/** A folder with a program and Alchemy 2. */
function project(text: string, modules: readonly string[] = ["alchemy", "effect"]): Folder {
  const folder = new Folder();
  folder.write("package.json", '{ "private": true, "type": "module" }');
  folder.write("alchemy.run.ts", text);
  mkdirSync(join(folder.path, "node_modules"));
  for (const name of modules) {
    symlinkSync(join(MODULES, name), join(folder.path, "node_modules", name));
  }
  return folder;
}

/** Waits until a process has ended, which the system may take a moment to notice. */
async function isGone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await Bun.sleep(20);
  }
}

interface Planned {
  stages: {
    stage: string;
    resources: { kind: string; id: string; physicalName: string | null }[];
  }[];
}

/** What `plan --evaluate` says: the names by `kind id`, for each stage. */
async function plan({ path }: Folder, stages: string, how: How = {}) {
  const ended = await cli(path, ["plan", "--evaluate", "--stage", stages, "--json"], how);
  expect(ended.code, ended.error).toBe(0);
  const planned = JSON.parse(ended.out) as Planned;
  return planned.stages.map(({ resources }) => {
    return Object.fromEntries(
      resources.map(({ kind, id, physicalName }) => [`${kind} ${id}`, physicalName]),
    );
  });
}

const ALL = stack(
  `
  const db = yield* D1.Database("db", { name: names("db", stage) });
  yield* D1.Database("auto");
  yield* R2.Bucket("files", { name: names("files", stage) }).pipe(Alchemy.RemovalPolicy.retain());
  yield* KV.Namespace("kv", { title: db.databaseName });
  yield* Queues.Queue("ids", { name: db.databaseId });
  if (stage === "prod") yield* Queues.Queue("jobs", { name: names("jobs", stage) });
  yield* Worker("api", {
    name: names("api", stage),
    main: "./script.ts",
    env: {
      DB: db,
      ROOM: DurableObject("room", { className: "Room" }),
      FLOW: Workflow("flow", { className: "Flow" }),
    },
  });
`,
  "const names = (base: string, stage: string) => [base, stage].reverse().join('.');",
);

describe("a program", () => {
  test.each(RUNTIMES)(
    "is run in each stage, with %s",
    async (runtime) => {
      using folder = project(ALL);
      const [prod, pull] = await plan(folder, "prod,pr-1", { runtime });
      expect(prod).toEqual({
        "database db": "prod.db",
        "database auto": null,
        "bucket files": "prod.files",
        "kv kv": "prod.db",
        "queue ids": null,
        "queue jobs": "prod.jobs",
        "worker api": "prod.api",
        "workflow flow": expect.stringMatching(/^prod-api-flow-[0-9a-f]{8}$/),
        "durable-object room": null,
      });
      expect(pull).toMatchObject({ "database db": "pr-1.db", "worker api": "pr-1.api" });
      expect(pull?.["queue jobs"]).toBeNull();
      // Nothing is left behind.
      const left = ["alchemy.run.ts", "node_modules", "package.json"];
      expect(readdirSync(folder.path).sort()).toEqual(left);
    },
    TIME,
  );

  test(
    "is judged by what it declares then, and people are told that it runs",
    async () => {
      const name =
        "const name = [116, 119, 111].map((code) => String.fromCharCode(code)).join('');";
      using folder = project(stack('yield* D1.Database("db", { name });', name));
      const check = ["check", "--stage", "prod,dev", "--format", "json"];
      const { code, out, error } = await cli(folder.path, [...check, "--evaluate"]);
      const { findings } = JSON.parse(out) as { findings: { code: string; message: string }[] };
      expect(findings.filter((one) => one.code === "adopt-fixed")).toHaveLength(1);
      expect(findings.map((one) => one.code)).not.toContain("undecided");
      expect(code).toBe(1);
      expect(error).toContain(
        "note: `--evaluate` runs your code, `alchemy.run.ts`, in `prod`, `dev`",
      );
    },
    TIME,
  );

  test(
    "is compared with the rows of Alchemy 2",
    async () => {
      using folder = project(stack('yield* D1.Database("db", { name: "db-" + stage });'));
      const row = (fqn: string) => ({
        ...{ status: "created", fqn, resourceType: "Cloudflare.D1Database", props: {} },
        attr: { databaseName: `${fqn}-prod` },
      });
      for (const id of ["db", "old"]) {
        folder.write(`.alchemy/state/shop/prod/${id}.json`, JSON.stringify(row(id)));
      }
      const { out } = await cli(folder.path, ["check", "--evaluate", "--json"]);
      const { findings } = JSON.parse(out) as { findings: { code: string; message: string }[] };
      const orphans = findings.filter(({ code }) => code === "orphaned-row");
      expect(orphans.map(({ message }) => message.split(":")[0])).toEqual([
        "in stage `prod`, the database `old-prod` is no longer declared as `old`",
      ]);
    },
    TIME,
  );

  test(
    "is given no credentials",
    async () => {
      const dump = `
import { writeFileSync } from "node:fs";
writeFileSync("env.json", JSON.stringify(process.env));`;
      using folder = project(stack("yield* D1.Database(process.env.DOMAIN ?? 'none');", dump));
      folder.write(".env", "SHOP_TOKEN=hidden-in-a-file\n");
      const env = {
        CLOUDFLARE_API_TOKEN: "hidden-1",
        CLOUDFLARE_ACCOUNT_ID: "hidden-2",
        ALCHEMY_PASSWORD: "hidden-3",
        GITHUB_TOKEN: "hidden-4",
        STRIPE_KEY: "hidden-5",
        DATABASE_URL: "postgres://me:hidden-6@localhost/db",
        ALCHEMY_STAGE: "hidden-7",
        HOME: "/nowhere/hidden-8",
        DOMAIN: "shop.example",
      };
      const [names] = await plan(folder, "prod", { env, runtime: "Bun" });
      expect(Object.keys(names ?? {})).toEqual(["database shop.example"]);
      expect(readFileSync(join(folder.path, "env.json"), "utf8")).not.toContain("hidden");
    },
    TIME,
  );

  test(
    "ends with all that it has started",
    async () => {
      const start = `
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const child = spawn("sleep", ["600"], { stdio: "ignore" });
writeFileSync("pid", String(child.pid));`;
      using folder = project(stack('yield* D1.Database("db");', start));
      await plan(folder, "prod");
      await isGone(Number(folder.read("pid")));
    },
    TIME,
  );
});

describe("the store of a program", () => {
  const row = (fqn: string, more: object = {}) => ({
    ...{ status: "created", fqn, resourceType: "Cloudflare.D1Database", props: {} },
    ...{ attr: { databaseName: `the-${fqn}` }, bindings: [], ...more },
  });
  /** To read a store takes what a deploy takes. */
  const ACCOUNT = {
    CLOUDFLARE_API_TOKEN: "token-of-a-test",
    CLOUDFLARE_ACCOUNT_ID: "1".repeat(32),
  };
  /** A program whose state is in memory, with these rows in `prod`. */
  const withRows = (rows: object) =>
    stack('yield* D1.Database("db", { name: "the-db" });')
      .replace("Cloudflare.state()", `inMemoryState({ shop: { prod: ${JSON.stringify(rows)} } })`)
      .replace("import", 'import { inMemoryState } from "alchemy/State";\nimport');

  test(
    "is read through the program",
    async () => {
      using folder = project(withRows({ db: row("db"), "api/old": row("api/old") }));
      const args = ["check", "--evaluate", "--stage", "prod,dev", "--json"];
      const store = ["--state-store", "alchemy.run.ts"];
      const { out, error } = await cli(folder.path, [...args, ...store], { env: ACCOUNT });
      expect(error).not.toContain("error:");
      const { findings } = JSON.parse(out) as { findings: { code: string; message: string }[] };
      const orphans = findings.filter(({ code }) => code === "orphaned-row");
      expect(orphans.map(({ message }) => message.split(":")[0])).toEqual([
        "in stage `prod`, the database `the-api/old` is no longer declared as `api/old`",
      ]);
    },
    TIME,
  );

  test(
    "says which of its rows cannot be read, and why it cannot be asked",
    async () => {
      using folder = project(withRows({ db: row("db", { attr: {} }) }));
      const monitor = ["monitor", "--offline", "--json", "--state-store", "alchemy.run.ts"];
      const messages = async () => {
        const { out } = await cli(folder.path, monitor, { env: ACCOUNT });
        const { unknown } = JSON.parse(out) as { unknown: { source: string; message: string }[] };
        return unknown.filter(({ source }) => source === "state").map(({ message }) => message);
      };
      expect(await messages()).toEqual([
        "the state in `alchemy.run.ts: shop/prod/db` cannot be read: its `attr` has no `databaseName`",
      ]);
      folder.write("alchemy.run.ts", stack("", 'throw new Error("no region");'));
      expect(await messages()).toEqual([
        "the state in `alchemy.run.ts` cannot be read: its program gave no rows: no region",
      ]);
    },
    TIME,
  );
});

/** Runs `plan --evaluate`, which fails. */
async function failed({ path }: Folder, args: readonly string[] = []) {
  const ended = await cli(path, ["plan", "--evaluate", "--stage", "prod", ...args]);
  const [, code = ""] = /^code: (.*)$/m.exec(ended.error) ?? [];
  expect(ended).toMatchObject({ code: 2, out: "" });
  expect(ended.error).toContain("\nhelp: ");
  return { code, error: ended.error };
}

describe("it fails clearly", () => {
  test.each([
    ["throws", 'throw new Error("no such region");', "", "evaluate-failed", ": no such region"],
    [
      "throws while it loads",
      "",
      'throw new Error("no such\\nthing");',
      "evaluate-failed",
      ": no such",
    ],
    [
      "fails as an effect",
      'yield* Effect.fail(new Error("not now"));',
      "",
      "evaluate-failed",
      ": not now",
    ],
    ["ends its process", "process.exit(3);", "", "evaluate-died", "its process ended with 3"],
    [
      "kills its process",
      'process.kill(process.pid, "SIGKILL");',
      "",
      "evaluate-died",
      "ended with SIGKILL",
    ],
    [
      "ends as if all were well",
      "process.exit(0);",
      "",
      "evaluate-garbage",
      "no answer that can be read",
    ],
  ])(
    "if the program %s",
    async (_, body, before, code, message) => {
      using folder = project(stack(body, before));
      const failure = await failed(folder);
      expect(failure.code).toBe(code);
      expect(failure.error).toContain("`alchemy.run.ts` cannot be evaluated in stage `prod`");
      expect(failure.error).toContain(message);
    },
    TIME,
  );

  test.each([
    ["waits for ever", "yield* Effect.never;"],
    ["never gets further", "for (;;) {}"],
  ])(
    "if the program %s",
    async (_, body) => {
      using folder = project(
        stack(body, 'require("node:fs").writeFileSync("pid", String(process.pid));'),
      );
      folder.write("package.json", '{ "private": true }');
      const { code, error } = await failed(folder, ["--timeout", "15"]);
      expect(code).toBe("evaluate-timeout");
      expect(error).toContain("it took more than 15 s");
      await isGone(Number(folder.read("pid")));
    },
    TIME,
  );

  test("if what it exports is no stack", async () => {
    const text = 'import { Stack } from "alchemy/Stack";\nexport default [Stack()];\n';
    using folder = project(text);
    const { code, error } = await failed(folder);
    expect(code).toBe("evaluate-failed");
    expect(error).toContain("must export a default stack");
  });

  test("if a part of Effect is not installed", async () => {
    using folder = project(stack("", 'import "@effect/platform-none";'));
    const { code, error } = await failed(folder);
    expect(code).toBe("evaluate-failed");
    expect(error).toContain("\nhelp: install it; Alchemy 2 takes these: `npm install ");
  });

  test("if Alchemy 2 is not installed", async () => {
    using folder = project(ALL, []);
    const { code, error } = await failed(folder);
    expect(code).toBe("alchemy2-missing");
    expect(error).toContain("`npm install --save-exact alchemy@2.0.0-beta.79 effect@");
  });

  test.each([
    ["2.0.0-beta.12", '{ "./Alchemist": "./main.js" }'],
    ["0.94.0", '{ ".": "./main.js" }'],
  ])("if it is %s, which is not known", async (version, exports) => {
    using folder = project(ALL, ["effect"]);
    const manifest = `{ "name": "alchemy", "version": "${version}", "exports": ${exports} }`;
    folder.write("node_modules/alchemy/package.json", manifest);
    folder.write("node_modules/alchemy/main.js", "");
    const { code, error } = await failed(folder);
    expect(code).toBe("alchemy2-unknown");
    expect(error).toContain(`Alchemy ${version}, which \`--evaluate\` does not know`);
  });

  test("if the program is for Alchemy 0.94", async () => {
    using folder = project(PROGRAM, []);
    const { code, error } = await failed(folder);
    expect(code).toBe("evaluate-nothing");
    expect(error).toContain("`--evaluate` is for programs of Alchemy 2, and there is none");
  });

  test("if this Node cannot read TypeScript, and there is no Bun", async () => {
    using folder = project(ALL);
    const args = ["plan", "--evaluate", "--stage", "prod"];
    const { code, error } = await cli(folder.path, args, { env: { PATH: "/nowhere" } });
    expect([code, error]).toEqual([2, expect.stringContaining("code: evaluate-runtime\n")]);
  });

  test.each([
    [["--timeout", "5"], "`--timeout` is about `--evaluate`"],
    [["--evaluate", "--timeout", "soon"], "`--timeout` cannot be `soon`"],
    [["--evaluate", "--timeout", "0"], "`--timeout` cannot be `0`"],
  ])("if it is told %p", async (args, message) => {
    using folder = project(ALL);
    const { code, error } = await cli(folder.path, ["plan", "--stage", "prod", ...args]);
    expect([code, error]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder.path, ".alchemy"))).toBe(false);
  });
});
