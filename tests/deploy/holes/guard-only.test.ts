/** Programs that call no block: guarded by the import alone, or by a module loaded before them. */
import { expect, test } from "bun:test";
import { command } from "../../package/runtimes.ts";
import { App, program, unguarded } from "../../support/program.ts";
import {
  bare,
  COUNTER,
  DESTROY,
  deployed,
  ended,
  fourRaw,
  harmless,
  kept,
  lost,
  seeded,
  TIME,
  worker,
} from "./holes.ts";

/** A Worker with a class that no block declares. */
const WORKER = worker(
  'C: raw.DurableObjectNamespace("counter", { className: "Counter", sqlite: true })',
);
const ALL = `${fourRaw()}\n${WORKER}`;
const OTHER = 'await raw.KVNamespace("other", { title: "other-" + stage });';

/** What a stage has, and a run that would take it along. */
const RUNS: Record<
  string,
  { stage: string; first: string; next: string; args?: string[]; ends?: string }
> = {
  "drops its raw data": { stage: "pr-1", first: fourRaw(), next: OTHER, ends: "would-delete" },
  "drops its Worker": {
    stage: "pr-1",
    first: `${WORKER}\n${OTHER}`,
    next: OTHER,
    ends: "would-delete-class",
  },
  "destroys production's class": { stage: "prod", first: WORKER, next: WORKER, args: DESTROY },
};

test.each(Object.keys(RUNS))(
  "the import alone guards a program that %s",
  async (way) => {
    const { stage, first, next, ...rest } = RUNS[way] as (typeof RUNS)[string];
    await using app = await App.start();
    await harmless(app, {
      first: [{ stage, source: unguarded(first) }],
      next: [{ stage, body: next, ...rest }],
    });
  },
  TIME,
);

const ONLY: Record<string, string> = {
  Database: 'await Database("db");',
  DurableObject: `${COUNTER}\n${worker("counter")}`,
};

test.each(Object.keys(ONLY))(
  "the import alone guards a program whose only block, a %s, was dropped",
  async (block) => {
    await using app = await App.start();
    const ends = block === "Database" ? "would-delete" : "would-delete-class";
    await harmless(app, { first: [{ body: ONLY[block] as string }], next: [{ body: "", ends }] });
  },
  TIME,
);

test(
  "the import alone stops the wrong stage's destruction",
  async () => {
    await using app = await App.start();
    await deployed(app, { stage: "sam", source: unguarded(ALL) });
    const before = seeded(app.account);
    const args = ["--stage=pr-1", ...DESTROY];
    const end = await bare(app, program(""), args, { env: { USER: "sam" } });
    kept(app, before);
    ended(end, "stage-conflict");
  },
  TIME,
);

/** A program whose last resource of Cloudflare was dropped, with the import. */
const NOTHING = `import alchemy from "alchemy";
const app = await alchemy("shop", { quiet: true, noTrack: true });
await app.finalize();`;

test(
  "the last resource of a kind can be dropped with its import: the guard knows all kinds",
  async () => {
    await using app = await App.start();
    const command = [process.execPath, "--preload", "@alch/blocks/guard"];
    await deployed(app, { source: unguarded('await raw.KVNamespace("kv", { delete: false });') });
    ended(await bare(app, NOTHING, ["--stage", "pr-1"], { command }), "well");
    await deployed(app, { source: unguarded('await raw.Queue("jobs");') });
    ended(await bare(app, NOTHING, ["--stage", "pr-1"], { command }), "would-delete");
    ended(await bare(app, NOTHING, ["--stage", "pr-1", ...DESTROY], { command }), "well");
    expect(app.account.state().map(({ kind }) => kind)).toEqual(["KVNamespace"]);
  },
  TIME,
);

const GUARD = "@alch/blocks/guard";
const PRELOADED = {
  Bun: [process.execPath, "--preload", GUARD],
  "Node 24": [...command("Node 24", "--import"), GUARD],
};

test.each(Object.keys(PRELOADED) as (keyof typeof PRELOADED)[])(
  "`@alch/blocks/guard`, loaded before it by %s, guards a program that has Alchemy alone",
  async (runtime) => {
    await using app = await App.start();
    const stages = ["pr-1", "prod"];
    for (const stage of stages) await deployed(app, { stage, source: unguarded(ALL) });
    const before = seeded(app.account);
    const guarded = async (body: string, args: string[], ends: string) => {
      const options = { command: PRELOADED[runtime], env: { USER: "pr-1" } };
      const end = await bare(app, unguarded(body), args, options);
      kept(app, before);
      ended(end, ends);
    };
    await guarded(WORKER, ["--stage", "pr-1"], "would-delete");
    await guarded(fourRaw(), ["--stage", "prod"], "would-delete-class");
    await guarded(ALL, ["--stage=prod", ...DESTROY], "stage-conflict");
    const options = { command: PRELOADED[runtime] };
    await bare(app, unguarded(ALL), ["--stage", "prod", ...DESTROY], options);
    expect(lost(app.account, before)).not.toContain("DurableObjectNamespace shop-api-prod/Counter");
  },
  TIME,
);
