/** The names in the comparison are what the core and the real Alchemy make. */
import { expect, test } from "bun:test";
import { physicalName } from "@alch/blocks/naming";
import { App } from "../support/program.ts";
import { textOf } from "./markdown.ts";

const RAW = `
import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("my-app", { quiet: true, noTrack: true });
const { name } = await D1Database("db");
console.log("named", name);
await app.finalize();
`;

/** What Alchemy calls it, and whether the account has that name already. */
async function ownName(app: App, stage: string): Promise<string> {
  const { output } = await app.run(stage, RAW);
  const [, name] = /named (\S+)/.exec(output) ?? [];
  if (name !== undefined) return `\`${name}\``;
  const [, taken] = /database "([^"]+)"[\s\S]*already exists/.exec(output) ?? [];
  if (taken === undefined) throw new Error(output);
  return `\`${taken}\`: taken`;
}

test("the table of names", async () => {
  await using app = await App.start();
  const rows = [
    ...textOf("docs/comparison.md").matchAll(/^\| `([^`]+)` \| (`[^`]+`) \| (.+) \|$/gm),
  ];
  expect(rows.length).toBe(4);
  for (const [, stage = "", block = "", own = ""] of rows) {
    expect(block).toBe(`\`${physicalName("database", "my-app-db", stage)}\``);
    expect(own).toBe(await ownName(app, stage));
  }
}, 120_000);
