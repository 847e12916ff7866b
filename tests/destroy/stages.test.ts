/** `stages`: what it lists, and what it says of each. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { expectValid } from "../cli/schemas.ts";
import { App } from "../support/program.ts";
import { held, make, others, run } from "./stage.ts";

setDefaultTimeout(120_000);

const REPOSITORY = { GITHUB_REPOSITORY: "a/shop", GITHUB_REPOSITORY_ID: "7" };
const PROGRAM = `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
await D1Database("db", { name: \`shop-db-\${app.stage}\` });
await app.finalize();
`;

function listOf(pulls: Record<string, object | number>): object[] {
  return Object.entries(pulls).flatMap(([number, pull]) => {
    return typeof pull === "number" ? [] : [{ number: Number(number), ...pull }];
  });
}

/** A stand-in for what GitHub says of pull requests. */
function github(pulls: Record<string, object | number>) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const { pathname } = new URL(request.url);
      const runs = { total_count: 0, workflow_runs: [] };
      if (pathname === "/repos/a/shop/actions/runs") return Response.json(runs);
      if (pathname === "/repos/a/shop/pulls") return Response.json(listOf(pulls));
      const number = /^\/repos\/a\/shop\/pulls\/(\d+)$/.exec(pathname)?.[1] ?? "";
      const pull = pulls[number] ?? 404;
      if (typeof pull === "number") return Response.json({ message: "no" }, { status: pull });
      return Response.json({ number: Number(number), ...pull });
    },
  });
  const env = {
    ...REPOSITORY,
    GITHUB_TOKEN: "gh-secret",
    GITHUB_API_URL: `${server.url}`.slice(0, -1),
  };
  return { env, [Symbol.dispose]: () => void server.stop(true) };
}

const base = { repo: { id: 7, full_name: "a/shop" } };
const head = { sha: "1".repeat(40) };
const long = "2020-01-01T00:00:00Z";

async function stages(app: App, args: readonly string[], env: Record<string, string> = {}) {
  const { code, out, error } = await run(app, ["stages", "--json", ...args], { env });
  const report = JSON.parse(out);
  expectValid("stages", report);
  expect(out + error).not.toContain("gh-secret");
  const said = report.stages.map((one: Record<string, string>) => {
    return [one.app, one.stage, one.pullState, one.verdict, one.code].join(" ");
  });
  return { code, said, report };
}

test("a verdict for each stage, by the account and its pull request", async () => {
  await using app = await App.start();
  await app.write("alchemy.run.ts", PROGRAM);
  for (const stage of ["pr-1", "pr-2", "pr-3", "pr-4", "pr-5", "pr-6", "prod", "pr-1/x"]) {
    await make(app, stage);
  }
  await make(app, "pr-1", "blog");
  using hub = github({
    1: { state: "closed", closed_at: long, base, head },
    2: { state: "open", closed_at: null, base },
    3: { state: "closed", closed_at: long, base: { repo: { id: 8, full_name: "a/shop" } } },
    4: 422,
    5: { state: "closed", closed_at: null, base },
  });
  const before = [held(app), await others(app, "none")];
  const { said, code, report } = await stages(app, [], hub.env);
  expect(code).toBe(0);
  // Each stage has two databases, of which the account lists the sizes.
  expect(report.stages.map(({ size }: { size: number }) => size)).toEqual(
    Array(9).fill(2 * 12_288),
  );
  expect(said).toEqual([
    "blog pr-1 closed keep other-app",
    "shop pr-1 closed keep grace",
    "shop pr-1/x  keep not-preview",
    "shop pr-2 open keep pull-open",
    "shop pr-3 elsewhere keep pull-elsewhere",
    "shop pr-4 unknown keep pull-unknown",
    "shop pr-5 unknown keep pull-unknown",
    "shop pr-6 missing keep pull-missing",
    "shop prod  keep protected",
  ]);
  expect([held(app), await others(app, "none")]).toEqual(before);
  for (const command of ["stages", "sweep"]) {
    const { out } = await run(app, [command], { env: hub.env });
    expect(out).toContain("it is not known whether pull request 4 is open");
    expect(out.match(/^help: set `GITHUB_TOKEN` and `GITHUB_REPOSITORY`/gm)).toHaveLength(1);
  }
  const some = await stages(app, ["--stage", "pr-1,pr-2", "--app", "shop", "--offline"]);
  expect(some).toMatchObject({
    code: 0,
    said: ["shop pr-1  stop account-unread", "shop pr-2  stop account-unread"],
  });
  expect(some.report.stages[0].size).toBeNull();
});

test("a table for people, in which names from strangers do nothing", async () => {
  await using app = await App.start();
  const row = { kind: "cloudflare::Queue", id: "q", status: "created", data: {}, output: {} };
  await app.write(".alchemy/shop/a\u001b[2Jb/q.json", JSON.stringify(row));
  const { out, code } = await run(app, ["stages", "--offline"]);
  expect(out).not.toContain("\u001b");
  expect(out).toContain("a\\u{1b}[2Jb");
  expect(code).toBe(0);
  // Nor in the log of a workflow, where a line can be a command.
  await app.write(".alchemy/::error title=x::boo/##[error]x/q.json", JSON.stringify(row));
  const log = await run(app, ["stages", "--offline"]);
  const data = await run(app, ["stages", "--offline", "--json"]);
  for (const text of [log.out, log.error, data.out]) {
    expect(text).not.toMatch(/^\s*::|##\[/m);
  }
  const stages: { app: string; stage: string }[] = JSON.parse(data.out).stages;
  expect(stages[0]).toMatchObject({ app: "::error title=x::boo", stage: "##[error]x" });
});

test("several stores, both versions of Alchemy, and what cannot be read", async () => {
  await using app = await App.start();
  const row = (id: string) => ({ kind: "cloudflare::Queue", id, status: "created", data: {} });
  const queue = { ...row("q"), output: { id: "1", name: "q-1" } };
  await app.write("apps/a/.alchemy/a/pr-1/q.json", JSON.stringify(queue));
  await app.write("apps/b/.alchemy/b/pr-2/q.json", JSON.stringify(row("q")));
  const db = {
    ...{ status: "created", fqn: "db", resourceType: "Cloudflare.D1Database", props: {} },
    ...{ attr: { databaseId: "1", databaseName: "db-1" }, bindings: [], providerMode: "live" },
  };
  await app.write("apps/b/.alchemy/state/Shop/prod-2/db.json", JSON.stringify(db));
  const { said } = await stages(app, ["--offline", "--state", "apps/*/.alchemy"]);
  expect(said).toEqual([
    "Shop prod-2  keep not-preview",
    "a pr-1  keep other-app",
    "b pr-2  keep other-app",
  ]);
  await app.write("apps/b/.alchemy/b/pr-2/q.json", "{");
  const { code, report } = await stages(app, ["--offline", "--state", "apps/*/.alchemy"]);
  expect(code).toBe(2);
  expect(report.unread).toEqual([expect.stringContaining("apps/b/.alchemy/b/pr-2/q.json")]);
});
