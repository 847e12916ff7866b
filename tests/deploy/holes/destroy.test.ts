/** What `--destroy` and local runs take with them: the stage that was meant, and what is its own. */
import { expect, test } from "bun:test";
import { App, program } from "../../support/program.ts";
import {
  bare,
  COUNTER,
  DESTROY,
  deployed,
  ended,
  FLOW,
  four,
  harmless,
  kept,
  lost,
  run,
  seeded,
  TIME,
  worker,
} from "./holes.ts";

const WORKER = `${COUNTER}\n${FLOW}\n${worker("counter, flow")}`;

const UNDEFINED = "{ stage: undefined }";
const OR_PROD = '{ stage: process.env.STAGE ?? "prod" }';

/** Ways to mean `pr-1` and to get the stage of the user, or that of `STAGE`. */
const MISSED: { args: string[]; env: Record<string, string>; options?: string }[] = [
  { args: ["--stage=pr-1"], env: { USER: "sam" } },
  { args: ["--stage=pr-1"], env: { USER: "runner", STAGE: "sam" } },
  { args: ["--stage", "pr-1"], env: { USER: "sam" }, options: UNDEFINED },
  { args: ["--stage", "pr-1"], env: { STAGE: "sam" }, options: OR_PROD },
].flatMap((way) => [way, { ...way, args: [...way.args, ...DESTROY] }]);

test(
  "a stage that Alchemy would not see is refused, and no other is taken for it",
  async () => {
    await using app = await App.start();
    await deployed(app, { stage: "sam", body: four() });
    const before = seeded(app.account);
    for (const { args, env, options } of MISSED) {
      const calls = app.cloudflare.log.length;
      const source = program('await KV("other");', "shop", options);
      const end = await bare(app, source, args, { env });
      const way = [...args, ...Object.entries(env).flat()].join(" ");
      expect({ way, lost: lost(app.account, before) }).toEqual({ way, lost: [] });
      ended(end, "stage-conflict");
      expect(app.cloudflare.log.slice(calls)).toEqual([]);
    }
  },
  TIME,
);

test(
  "`--destroy` of production leaves its classes and workflows",
  async () => {
    await using app = await App.start();
    const stage = "production";
    const body = `${four()}\n${WORKER}`;
    await harmless(app, { first: [{ stage, body }], next: [{ stage, body, args: DESTROY }] });
  },
  TIME,
);

test(
  "`--destroy` of a preview takes what is its own, and nothing else",
  async () => {
    await using app = await App.start();
    const own = `${four()}\n${WORKER}`;
    const adopted = four('pin: { [stage]: "legacy" }, adopt: true', { prefix: "legacy-" });
    const body = `${own}\n${adopted}`;
    for (const stage of ["prod", "pr-2", "pr-1"]) await deployed(app, { stage, body });
    const before = seeded(app.account);
    const mine = [...before.keys()].filter((what) => what.includes("pr-1"));
    const end = await run(app, { body, args: DESTROY });
    kept(app, before, mine);
    ended(end, "well");
    expect(mine).toHaveLength(7);
  },
  TIME,
);

const RAW_DB = 'await raw.D1Database("db", { name: "db-" + stage });';

/** The end of a program in local mode, where Workers would keep it running. */
const ENDING = "\nawait app.finalize(); process.exit(0);";

/** Local runs that leave out what is deployed. */
const LOCAL: Record<string, { first: string; next: string; args: string[] }> = {
  "that destroys": { first: WORKER, next: WORKER, args: DESTROY },
  "without its class": { first: WORKER, next: RAW_DB, args: [] },
  "without its workflow": {
    first: `${FLOW}\n${worker("flow")}`,
    next: 'await Database("db");',
    args: [],
  },
};

test.each(Object.keys(LOCAL))(
  "a local run %s leaves what is deployed, and its state",
  async (way) => {
    const { first, next, args } = LOCAL[way] as (typeof LOCAL)[string];
    await using app = await App.start();
    const body = `${four()}\n${first}`;
    const local = { body: next + ENDING, args: ["--local", ...args] };
    const before = await harmless(app, { first: [{ body }], next: [local] });
    await deployed(app, { body });
    kept(app, before);
  },
  TIME,
);
