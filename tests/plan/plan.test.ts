/**
 * What `plan` says of random programs is what the real Alchemy deploys, in every stage. The long
 * comparison is `npm run compare`.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Machine } from "../search/deploy.ts";
import { type Analyser, analyser } from "./compare.ts";
import { differs, report } from "./long.ts";

/** About ten seconds' worth. */
const PROGRAMS = Number(process.env.PLAN_PROGRAMS ?? 50);
const SEED = Number(process.env.PLAN_SEED ?? 1);

let machine: Machine;
let reader: Analyser;
beforeAll(async () => {
  machine = await Machine.start();
  reader = await analyser();
});
afterAll(() => machine.close());

test("the plan of a random program is what Alchemy deploys", async () => {
  const { found, refused, resources } = await differs(machine, reader, {
    programs: PROGRAMS,
    seed: SEED,
    path: process.env.PLAN_PATH || undefined,
  });
  expect(found && report(found)).toBeUndefined();
  // Some names are too short or too long for Cloudflare; most programs must have been compared.
  expect(resources).toBeGreaterThan(refused * 20);
  expect(machine.cloudflare.unhandled).toEqual([]);
}, 120_000);
