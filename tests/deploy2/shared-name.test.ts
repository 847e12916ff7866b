/** Two stages with one name: `check` says of each program what destroying one stage does. */
import { expect, test } from "bun:test";
import { cli } from "../cli/cli.ts";
import { data } from "../support/data.ts";
import { App2, blocks, TIME, unguarded } from "./app.ts";

const RAW = 'yield* D1.Database("db", { name: "old" })';
const BLOCK = 'yield* Database("db", { pin: { staging: "old", preview: "old" } })';
const ADOPT = ".pipe(Alchemy.AdoptPolicy.adopt())";
const DESTROY = ".pipe(Alchemy.RemovalPolicy.destroy())";

const LOST = { found: ["error adopt-fixed"], kept: false };

const WAYS: Record<string, [string, { found: string[]; kept: boolean }]> = {
  "a raw resource": [unguarded(`${RAW};`), LOST],
  "a raw resource with `retain()`": [
    unguarded(`${RAW}.pipe(retain());`),
    { found: ["warning fixed-name"], kept: true },
  ],
  "pins of both": [blocks(`${BLOCK}${ADOPT};`), { found: ["warning fixed-name"], kept: true }],
  "pins of both with `destroy()`": [blocks(`${BLOCK}${ADOPT}${DESTROY};`), LOST],
};

async function checked(app: App2): Promise<string[]> {
  const args = ["check", "1.run.ts", "--stage", "staging,preview", "--json"];
  const { findings } = JSON.parse((await cli(app.folder, args)).out) as {
    findings: { code: string; severity: string }[];
  };
  const own = findings.filter(({ code }) => ["adopt-fixed", "fixed-name"].includes(code));
  return own.map(({ code, severity }) => `${severity} ${code}`);
}

test.each(Object.keys(WAYS))(
  "`check` tells whether a stage deletes what another one uses: %s",
  async (way) => {
    const [source, expected] = WAYS[way] as (typeof WAYS)[string];
    await using app = await App2.start();
    await app.deploy("staging", source);
    app.fill();
    const before = data(app);
    // A store that does not have the other stage: there, the guard cannot see that one has it.
    await using other = await App2.start(app.cloudflare);
    await other.deploy("preview", source);
    await other.destroy("preview", source);
    const kept = data(app).some((one) => before.includes(one));
    expect({ found: await checked(app), kept }).toEqual(expected);
  },
  TIME,
);

test(
  "the second stage with a pinned name is refused where the store has both",
  async () => {
    await using app = await App2.start();
    const source = blocks(`${BLOCK}${ADOPT};`);
    await app.deploy("staging", source);
    await app.refused("preview", "owned-elsewhere", source);
  },
  TIME,
);
