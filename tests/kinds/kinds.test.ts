/**
 * Every kind of the catalogue in one program, with the real Alchemy 0.94: raw, rewritten by `migrate`,
 * deployed again, and destroyed in one stage.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ALL_KINDS } from "../../ts/kinds.ts";
import { cli } from "../cli/cli.ts";
import { destroy } from "../destroy/stage.ts";
import { monitor } from "../monitor/monitor.ts";
import { data, fill } from "../support/data.ts";
import { App } from "../support/program.ts";
import { rawProgram } from "./program.ts";
import { BLOCKS, baseOf, idOf, TABLE } from "./table.ts";

/** `pr-7` is destroyed by Alchemy, and `pr-8` by the command line. */
const STAGES = ["live", "pr-7", "pr-8"] as const;
/** Alchemy uploads a Worker in every deploy, with its workflows, and rolls its containers out. */
const UPLOAD =
  /^(PUT|POST) (workers\/scripts|workflows)\/|^(PATCH|POST) containers\/applications\//;

interface Planned {
  kind: string;
  id: string;
  physicalName: string | null;
}

let app: App;
/** What the account has, in words, after each step. */
let raw: string[];
let redeployed: string[];
let destroyed: string[];
/** What the deploys have called, beside the upload of the Worker. */
let migratedCalls: string[];
let againCalls: string[];
let rewritten: string;
let quotas: string[];
let ended: string;
let planned: Record<string, Planned[]>;

beforeAll(async () => {
  app = await App.start();
  for (const { before } of Object.values(TABLE)) before?.(app.account);
  const source = rawProgram();
  await deploy(source);
  fill(app);
  raw = data(app);
  await app.write("source.ts", source);
  const plan = await cli(app.folder, ["plan", "source.ts", "--stage", STAGES.join(","), "--json"]);
  const { stages } = JSON.parse(plan.out) as { stages: { stage: string; resources: Planned[] }[] };
  planned = Object.fromEntries(stages.map(({ stage, resources }) => [stage, resources]));
  const migrated = await cli(app.folder, ["migrate", "source.ts", "--write"]);
  expect(migrated).toMatchObject({ code: 0, error: "" });
  rewritten = await readFile(join(app.folder, "source.ts"), "utf8");
  migratedCalls = await deploy(rewritten);
  againCalls = await deploy(rewritten);
  redeployed = data(app);
  await app.deploy("pr-7", rewritten, { args: ["--destroy"] });
  quotas = (await monitor(app)).report.summary.quotas.map(({ kind }) => kind);
  ended = (await destroy(app, ["--stage", "pr-8", "--app", "shop"])).result;
  destroyed = data(app);
}, 240_000);
afterAll(() => app[Symbol.asyncDispose]());

/** Deploys to all stages, and gives what it called. */
async function deploy(source: string): Promise<string[]> {
  const from = app.cloudflare.log.length;
  for (const stage of STAGES) await app.deploy(stage, source);
  return app.changesSince(from).filter((call) => !UPLOAD.test(call));
}

/** What has the name of a kind's resource in a stage; a class has that of its Worker. */
function named(all: readonly string[], { kind, alchemy }: (typeof BLOCKS)[number], stage: string) {
  const ofClass = kind === "durable-object";
  return all.filter((one) => {
    const [type, name, script] = JSON.parse(one) as string[];
    // A container is a class of the same Worker.
    if (ofClass) return name === "Counter" && script === `${baseOf("worker")}-${stage}`;
    return type === alchemy.function && name === `${baseOf(kind)}-${stage}`;
  });
}

test("every kind is in the table", () => {
  expect(Object.keys(TABLE)).toEqual(ALL_KINDS.map(({ kind }) => kind));
});

test("`destroy` takes a whole stage", () => {
  expect(ended).toBe("destroyed");
});

test("nothing is sent if nothing has changed", () => {
  expect(migratedCalls).toEqual([]);
  expect(againCalls).toEqual([]);
  expect(redeployed).toEqual(raw);
  expect(app.cloudflare.unhandled).toEqual([]);
});

describe.each(BLOCKS.map((spec) => [spec.kind, spec] as const))("%s", (kind, spec) => {
  test("each stage has its own", () => {
    for (const stage of STAGES) expect(named(raw, spec, stage)).toHaveLength(1);
  });

  test("`plan` says the name that Alchemy sends", () => {
    if (kind === "durable-object") return;
    for (const stage of STAGES) {
      const one = planned[stage]?.find((one) => one.kind === kind && one.id === idOf(kind));
      expect(one?.physicalName).toBe(`${baseOf(kind)}-${stage}`);
    }
  });

  test("`migrate` makes it a block", () => {
    expect(rewritten).toContain(`await ${spec.block}("${idOf(kind)}", {`);
  });

  test("to destroy a stage leaves the others", () => {
    expect(named(destroyed, spec, "live")).toEqual(named(raw, spec, "live"));
    expect(named(destroyed, spec, "pr-7")).toEqual([]);
    expect(named(destroyed, spec, "pr-8")).toEqual([]);
  });

  test("the monitor counts it", () => {
    if (spec.quota) expect(quotas).toContain(kind);
  });
});
