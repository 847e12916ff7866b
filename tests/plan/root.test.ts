/** What is in `app.run`, as the real Alchemy names it in a process without the guard. */
import { expect, test } from "bun:test";
import { App, unguarded } from "../support/program.ts";
import { analyser, FILE } from "./compare.ts";

const BODY = `
await raw.D1Database("outside");
await app.run(async () => {
  await raw.D1Database("db");
  await alchemy.run("api", async () => {
    await raw.D1Database("nested");
    await alchemy.run("inner", () => raw.D1Database("deep"));
  });
});
await alchemy.run("web", () => app.run(() => raw.D1Database("back")));
`;

test("a raw resource in `app.run` is named as the plan says", async () => {
  const reader = await analyser();
  const text = unguarded(BODY);
  const report = reader.link([reader.parse(FILE, text)], JSON.stringify({ stages: ["pr-1"] }));
  const { declarations } = JSON.parse(report) as {
    declarations: { names: Record<string, { name: string }> }[];
  };
  const planned = declarations.map(({ names }) => names["pr-1"]?.name);
  await using app = await App.start();
  await app.deploy("pr-1", text);
  const deployed = app.account.state().map(({ name }) => name);
  expect(deployed).toHaveLength(5);
  expect(planned.sort()).toEqual(deployed.sort());
}, 60_000);

test("a block directly in `app.run` is undecided, since a deploy refuses it", async () => {
  const reader = await analyser();
  const text = `
    import alchemy from "alchemy";
    import { Database } from "@alch/blocks";
    const app = await alchemy("shop");
    await app.run(() => Database("hello-db"));`;
  const report = reader.link([reader.parse(FILE, text)], JSON.stringify({ stages: ["pr-1"] }));
  const { declarations } = JSON.parse(report);
  expect(declarations).toMatchObject([{ names: {} }]);
  expect(declarations[0].undecided).toContain("`app.run`");
});
