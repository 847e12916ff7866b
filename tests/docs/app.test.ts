/** The program that `init --app` writes: its types are right, and two stages deploy it. */
import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "./markdown.ts";
import { Reader } from "./reader.ts";

test("`init --app` writes a program that two stages deploy", async () => {
  await using reader = await Reader.start("Node 22");
  const folder = reader.folder("hello-shop");
  reader.write(folder, "package.json", '{ "private": true }\n');
  await reader.install(folder);
  const types = join(folder, "node_modules", "@cloudflare", "workers-types");
  mkdirSync(join(types, ".."), { recursive: true });
  symlinkSync(join(root, "node_modules", "@cloudflare", "workers-types"), types, "junction");

  const written = await reader.run("npx @alch/blocks init --app", folder);
  expect(written.out).toContain("created     alchemy.run.ts\n");
  expect(written.changed).toEqual([]);
  await reader.run("npm run types\nnpm run check", folder);
  // What it says is next.
  const steps = [...written.out.matchAll(/^ {2}\d+\. (?:.*: )?(npm run .*)$/gm)].map(
    ([, step]) => step,
  );
  expect(steps).toEqual(["npm run deploy -- --stage dev", "npm run destroy -- --stage pr-1"]);
  await reader.run("npm run deploy -- --stage dev\nnpm run deploy -- --stage pr-1", folder);
  const names = (stage: string) => [`hello-shop-api-${stage}`, `hello-shop-db-${stage}`];
  expect(reader.held()).toEqual([...names("dev"), ...names("pr-1")].sort());
  expect(
    reader.cloudflare.account.sql("hello-shop-db-dev", "select count(*) as n from visits"),
  ).toEqual([{ n: 0 }]);
  await reader.run("npm run destroy -- --stage pr-1", folder);
  expect(reader.held()).toEqual(names("dev"));
}, 300_000);
