/** Retention is sticky: what the state says is to stay, stays until `delete: true` is written. */
import { test } from "bun:test";
import { App } from "../../support/program.ts";
import { DESTROY, four, harmless, STORES, stored, TIME } from "./holes.ts";

/**
 * Ways to a name that two stages share, and what the preview is changed to afterwards: it then
 * computes no protection any more.
 */
const WAYS: Record<string, { prod: string; preview: string; changed: string }> = {
  "pins, of which the prod entry is removed": {
    prod: 'pin: { prod: "a-fixed", preview: "a-fixed" }',
    preview: 'pin: { prod: "a-fixed", preview: "a-fixed" }',
    changed: 'pin: { preview: "a-fixed" }',
  },
  "`stage: prod`, removed with `keep`": {
    prod: 'name: "b"',
    preview: 'name: "b", stage: "prod"',
    changed: 'name: "b", onRename: "keep"',
  },
  "`stage: false`, removed with `keep`": {
    prod: 'name: "c-fixed", stage: false',
    preview: 'name: "c-fixed", stage: false',
    changed: 'name: "c", onRename: "keep"',
  },
  "`stage: false`, for which a refusal advises a pin": {
    prod: 'name: "fixed-d", stage: false',
    preview: 'name: "fixed-d", stage: false',
    changed: 'name: "d", pin: { preview: "fixed-d" }',
  },
};

/** The four kinds by each of the ways. */
function ways(key: "prod" | "preview" | "changed"): string {
  const all = Object.values(WAYS);
  const adopt = key === "changed" ? "" : ", adopt: true";
  return all.map((way, at) => four(`${way[key]}${adopt}`, { prefix: `w${at}-` })).join("\n");
}

test.each(Object.keys(STORES))(
  "production's data outlives a preview that shared its names, however that was: state in %s",
  async (store) => {
    await using app = await App.start();
    const stage = "preview";
    await harmless(
      app,
      stored(store, {
        first: [
          { stage: "prod", body: ways("prod") },
          { stage, body: ways("preview") },
        ],
        next: [
          { stage, body: ways("changed"), ends: "well" },
          { stage, body: ways("changed"), args: DESTROY },
        ],
      }),
    );
  },
  TIME,
);

test(
  "what was protected once stays, and only a written `delete: true` lets it go",
  async () => {
    await using app = await App.start();
    const stage = "live";
    const kept = "delete: false";
    const more = 'readReplication: { mode: "auto" }';
    const first = `${four("", { own: `createBlocks({ protect: ["${stage}"] }).` })}
await Database("written", { ${kept} });
await Database("raw", { ${kept} });
await Database("cleared", { ${kept} });`;
    const plain = `${four()}
await Database("written", { ${more} });
await raw.D1Database("raw", { name: "raw-${stage}", ${more} });
await Database("cleared", { delete: true });`;
    await harmless(app, {
      first: [{ stage, body: first }],
      next: [
        { stage, body: plain, ends: "well" },
        { stage, body: plain, args: DESTROY },
      ],
      gone: ["D1Database cleared-live"],
    });
  },
  TIME,
);
