/** Programs that end before they have declared everything: what they did not get to stays. */
import { test } from "bun:test";
import { App } from "../../support/program.ts";
import { four, harmless, TIME } from "./holes.ts";

const FIRST = four();
const [DB = "", ...REST] = FIRST.split("\n");
const OWN = 'throw new Error("mine");';

const ENDS: Record<string, { body: string; options?: string; ends?: string }> = {
  "its own error, and `finally`": {
    body: `try { ${DB} ${OWN} } finally { await app.finalize(); }`,
  },
  "its own error, and `await using`": { body: `{ await using _ = app; ${DB} ${OWN} }` },
  "its own error before any block, and `await using`": { body: `{ await using _ = app; ${OWN} }` },
  "blocks after `finalize()`": { body: `${DB} await app.finalize();\n${REST.join("\n")}` },
  "blocks that come later, and that nobody waits for": {
    body: `${DB} const later = (async () => { await Bun.sleep(200); ${REST.join("\n")} })();`,
  },
  "`destroyOrphans: false`": { body: DB, options: "{ destroyOrphans: false }" },
};

test.each(Object.keys(ENDS))(
  "a program that ends with %s deletes nothing",
  async (way) => {
    const end = ENDS[way] as (typeof ENDS)[string];
    await using app = await App.start();
    await harmless(app, { first: [{ body: FIRST }], next: [end] });
  },
  TIME,
);
