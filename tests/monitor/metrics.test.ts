/** The file of metrics: what is in it, and that nothing in it is lost. */
import { describe, expect, test } from "bun:test";
import { readdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { locked } from "../../ts/cli/monitor/lock.ts";
import { type Metrics, MONITOR_CODES } from "../../ts/cli/monitor/report.ts";
import { cli, Folder } from "../cli/cli.ts";
import { expectValid } from "../cli/schemas.ts";

const FILE = "metrics/collision-metrics.json";

/** A row of the file store. */
function row(id: string, name: string): string {
  const kind = "cloudflare::D1Database";
  const output = { id: "a-b-c", name, type: "d1" };
  return JSON.stringify({ kind, id, status: "created", data: {}, props: {}, output });
}

function project(): Folder {
  const folder = new Folder();
  folder.write(".alchemy/shop/prod/db.json", row("db", "db-prod"));
  folder.write(".alchemy/shop/pr-1/db.json", row("db", "db-pr-1"));
  return folder;
}

const keep = (folder: Folder) =>
  cli(folder.path, ["monitor", "--offline", "--metrics", "metrics"], { runtime: "Bun" });

function metricsIn(folder: Folder): Metrics {
  const metrics = JSON.parse(folder.read(FILE)) as Metrics;
  expectValid("metrics", metrics);
  return metrics;
}

const filesIn = (folder: Folder) => readdirSync(`${folder.path}/metrics`).sort();

test("what is found is counted, and how it went", async () => {
  using folder = project();
  expect(await keep(folder)).toMatchObject({ code: 0, error: "" });
  expect(metricsIn(folder)).toMatchObject({
    collisionRate: 0,
    deploysSeen: 2,
    trend: "same",
    history: [{ findings: 0, collisions: 0, claims: 2, byKind: {}, byStage: {} }],
  });
  folder.write(".alchemy/shop/pr-1/db.json", row("db", "db-prod"));
  expect(await keep(folder)).toMatchObject({ code: 1, error: "" });
  const worse = metricsIn(folder);
  expect(worse).toMatchObject({ collisionRate: 1, deploysSeen: 3, trend: "worse" });
  expect(worse.history[1]).toMatchObject({
    findings: 1,
    collisions: 1,
    byKind: { database: 1 },
    byStage: { prod: 1, "pr-1": 1 },
  });
  expect(worse.current.findings.map(({ code }) => code)).toEqual(["collision"]);
  await keep(folder);
  expect(metricsIn(folder)).toMatchObject({ deploysSeen: 3, trend: "same" });
  folder.write(".alchemy/shop/pr-1/db.json", row("db", "db-pr-1"));
  await keep(folder);
  expect(metricsIn(folder)).toMatchObject({ collisionRate: 0, deploysSeen: 4, trend: "better" });
  expect(filesIn(folder)).toEqual(["collision-metrics.json", "dashboard.html"]);
});

test("the history is bounded, and drops the oldest", async () => {
  using folder = project();
  await keep(folder);
  const metrics = metricsIn(folder);
  const [entry] = metrics.history;
  const history = Array.from({ length: 400 }, (_, at) => ({
    ...entry,
    at: new Date(at * 1000).toISOString(),
  }));
  folder.write(FILE, JSON.stringify({ ...metrics, history }));
  await keep(folder);
  const after = metricsIn(folder).history;
  expect([after.length, after[0]?.at]).toEqual([400, new Date(1000).toISOString()]);
});

describe("a file that cannot be used is set aside and said", () => {
  const BROKEN: Record<string, (text: string) => string> = {
    "cut off": (text) => text.slice(0, text.length / 2),
    empty: () => "",
    "no metrics": () => "[]",
    "without its history": (text) => text.replace('"history"', '"past"'),
    "with a history of something else": (text) => text.replace('"findings": 0', '"findings": -1'),
  };

  test.each(Object.keys(BROKEN))("%s", async (name) => {
    using folder = project();
    await keep(folder);
    const broken = BROKEN[name]?.(folder.read(FILE)) ?? "";
    folder.write(FILE, broken);
    const { code, error } = await keep(folder);
    expect(code).toBe(0);
    expect(error).toContain("cannot be used");
    expect(metricsIn(folder).history.length).toBe(1);
    const [, aside = ""] = filesIn(folder);
    expect(aside).toStartWith("collision-metrics.json.corrupt-");
    expect(error).toContain(aside);
    expect(folder.read(`metrics/${aside}`)).toBe(broken);
  });

  test("but one of a newer version is left as it is", async () => {
    using folder = project();
    folder.write(FILE, '{"version": 2}');
    const { code, error } = await keep(folder);
    expect(code).toBe(2);
    expect(error).toContain("of version 2");
    expect(folder.read(FILE)).toBe('{"version": 2}');
  });
});

test("eight runs at once lose no entry", async () => {
  using folder = project();
  const ended = await Promise.all(Array.from({ length: 8 }, () => keep(folder)));
  expect(ended.map(({ code, error }) => `${code}${error}`)).toEqual(Array(8).fill("0"));
  expect(metricsIn(folder).history.length).toBe(8);
  expect(filesIn(folder)).toEqual(["collision-metrics.json", "dashboard.html"]);
}, 60_000);

test("the lock of a process that died is no hindrance", async () => {
  using folder = project();
  const lock = folder.write("metrics/.collision-metrics.json.lock", "someone");
  const old = new Date(Date.now() - 60_000);
  utimesSync(lock, old, old);
  expect(await keep(folder)).toMatchObject({ code: 0, error: "" });
  expect(metricsIn(folder).history.length).toBe(1);
});

test("of many that find the lock of a dead process, one at a time goes on", async () => {
  using folder = project();
  let inside = 0;
  let most = 0;
  const enter = async () => {
    most = Math.max(most, ++inside);
    await Bun.sleep(1);
    inside--;
  };
  for (let round = 0; round < 10; round++) {
    const lock = folder.write("metrics/stale.lock", "someone");
    utimesSync(lock, new Date(0), new Date(0));
    await Promise.all(Array.from({ length: 30 }, () => locked(lock, enter)));
  }
  expect({ most, left: filesIn(folder) }).toEqual({ most: 1, left: [] });
}, 60_000);

test("a killed run leaves the old file or the new one", async () => {
  using folder = project();
  await keep(folder);
  for (let at = 0; at < 6; at++) {
    const main = `${import.meta.dir}/../../dist-cli/main.js`;
    const args = ["monitor", "--offline", "--metrics", "metrics"];
    const child = Bun.spawn([process.execPath, main, ...args], {
      cwd: folder.path,
      stdout: "ignore",
      stderr: "ignore",
    });
    await Bun.sleep(60 + at * 30);
    child.kill("SIGKILL");
    await child.exited;
    metricsIn(folder);
  }
  // Whatever the dead have left is old by the next day.
  for (const name of filesIn(folder).filter((file) => file.endsWith(".lock"))) {
    const old = new Date(0);
    utimesSync(`${folder.path}/metrics/${name}`, old, old);
  }
  const before = metricsIn(folder).history.length;
  expect(await keep(folder)).toMatchObject({ code: 0, error: "" });
  expect(metricsIn(folder).history.length).toBe(before + 1);
}, 60_000);

describe("the state", () => {
  test("that is not there is unknown", async () => {
    using folder = new Folder();
    const { code, out } = await cli(folder.path, ["monitor", "--offline"], { runtime: "Bun" });
    expect(code).toBe(2);
    expect(out).toContain("there is no state in the workspace");
  });

  test("that is broken is unknown, and the rest of it is compared", async () => {
    using folder = project();
    folder.write(".alchemy/shop/pr-2/db.json", row("db", "db-prod"));
    folder.write(".alchemy/shop/prod/kv.json", '{"kind": "cloudfl');
    const { code, out } = await cli(folder.path, ["monitor", "--offline"], { runtime: "Bun" });
    expect(code).toBe(2);
    expect(out).toContain("`.alchemy/shop/prod/kv.json` cannot be read: it is no JSON");
    expect(out).toContain("2 resources in 2 stages claim the database `db-prod`");
  });

  test("without a row is unknown: it may lie elsewhere", async () => {
    using folder = new Folder();
    folder.write(".alchemy/out/api/metafile.json", '{ "inputs": {}, "outputs": {} }');
    const ended = await cli(folder.path, ["monitor", "--offline"], { runtime: "Bun" });
    expect(ended.code).toBe(2);
    expect(ended.out).toContain("there is no state in `.alchemy`");
  });

  test("that was there once is empty without a row", async () => {
    using folder = project();
    expect((await keep(folder)).code).toBe(0);
    rmSync(`${folder.path}/.alchemy/shop`, { recursive: true });
    expect((await keep(folder)).code).toBe(0);
  });

  test("behind a link is unknown", async () => {
    using folder = project();
    symlinkSync("prod", `${folder.path}/.alchemy/shop/linked`);
    const ended = await keep(folder);
    expect(ended.code).toBe(2);
    expect(ended.out).toContain("it is a symbolic link, which is not followed");
  });

  test("of strangers cannot steer the terminal", async () => {
    using folder = project();
    const evil = "\u001b[2J\u202e<script>`$(id)`\n::error::x";
    folder.write(".alchemy/shop/prod/evil\u001b[31m.json", row("evil\u001b[31m", evil));
    folder.write(".alchemy/shop/pr-1/evil\u001b[31m.json", row("evil\u001b[31m", evil));
    const { out } = await cli(folder.path, ["monitor", "--offline"], { runtime: "Bun" });
    expect(out).toContain("<script>");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what may not be there.
    expect(out).not.toMatch(/[\u001b\u202e]|^::/m);
  });
});

describe("arguments that mean nothing are refused", () => {
  test.each([
    [["--fail-on", "bad"], "`--fail-on` cannot be `bad`"],
    [["--without", "car"], "`--without` cannot be `car`"],
    [["--plan", "gold"], "`--plan` cannot be `gold`"],
    [["--state", "a"], "there is no folder `a`"],
    [["--state-store", "none.mjs"], "there is no module"],
  ])("%p", async (args, message) => {
    using folder = project();
    const ended = await cli(folder.path, ["monitor", "--offline", ...args], { runtime: "Bun" });
    expect(ended.code).toBe(2);
    expect(ended.error).toContain(message);
  });

  test("codes have their place in the docs", async () => {
    const docs = await Bun.file(`${import.meta.dir}/../../docs/monitoring.md`).text();
    for (const code of MONITOR_CODES) expect(docs).toContain(`\`${code}\``);
  });
});

test("what is found is printed, whether or not it can be kept", async () => {
  using folder = project();
  folder.write(".alchemy/shop/pr-1/db.json", row("db", "db-prod"));
  folder.write("metrics", "a file where the folder should be");
  const ended = await keep(folder);
  expect(ended.code).toBe(2);
  expect(ended.out).toContain("[collision]");
  expect(ended.error).toContain("cannot be written");
});
