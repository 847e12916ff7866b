/**
 * Random programs and random edits of them, deployed for real on the stand-in: nothing that holds
 * data may go unless the command asked for it, and nothing safe may be refused. The long search is
 * `node scripts/search.mjs`.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Machine } from "./deploy.ts";
import { report, search } from "./long.ts";

/** About ten seconds' worth. */
const EDITS = Number(process.env.SEARCH_EDITS ?? 1200);
const SEED = Number(process.env.SEARCH_SEED ?? 1);
const { SEARCH_PATH, SEARCH_RUNS, SEARCH_SKIP } = process.env;

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.start();
});
afterAll(() => machine.close());

test("no random edit loses data, and no safe one is refused", async () => {
  const found = await search(machine, {
    edits: EDITS,
    seed: SEED,
    path: SEARCH_PATH || undefined,
    skip: SEARCH_SKIP ? new RegExp(SEARCH_SKIP) : undefined,
    runs: SEARCH_RUNS ? Number(SEARCH_RUNS) : undefined,
    once: true,
  });
  expect(found.map(report).join("\n\n")).toBe("");
  expect(machine.cloudflare.unhandled).toEqual([]);
}, 120_000);
