/**
 * Getting started, word by word: each file of it is written and each command of it is run, in an
 * empty folder that has the packed package, and no file of this project.
 */
import { expect, test } from "bun:test";
import { codeIn, textOf } from "./markdown.ts";
import { INSTALL, Reader } from "./reader.ts";

test("getting started works, from an empty folder on", async () => {
  await using reader = await Reader.start();
  const done = await reader.follow(
    codeIn(textOf("docs/getting-started.md")),
    reader.folder("hello"),
  );
  const [installed, looked, deployed, again, destroyed, raw, migrated, watched, cleaned] = done;
  expect(done).toHaveLength(9);
  expect(installed?.script).toContain(INSTALL);
  expect(looked?.out).toContain("hello-db-feature-login-0356hv2zv");
  expect(looked?.changed).toEqual([]);

  // What the docs show is what is printed.
  const [shown] = codeIn(textOf("docs/getting-started.md")).filter(
    ({ language }) => language === "text",
  );
  for (const line of shown?.text.trim().split("\n") ?? ["none"]) {
    expect(deployed?.out).toContain(line);
  }
  const dev = ["hello-api-dev", "hello-db-dev", "hello-files-dev"];
  expect(deployed?.held).toEqual(
    [...dev, ...dev.map((name) => name.replace(/dev$/, "feature-login-0356hv2zv"))].sort(),
  );
  const data = again?.changed.filter((call) => !call.includes("/workers/scripts/hello-api-dev"));
  expect(data).toEqual([]);
  expect(destroyed?.held).toEqual(dev);
  expect(raw?.held).toEqual([...dev, "old-cache-demo", "old-db-demo"]);
  expect(migrated?.out).toContain('Database("db", { name: "old-db" })');
  expect(migrated?.changed).toEqual([]);
  expect(migrated?.held).toEqual(raw?.held ?? []);
  expect(watched?.changed).toEqual([]);
  expect(watched?.out).toContain("no findings: looked at 5 names in 2 stages of 2 apps");
  expect(cleaned?.held).toEqual([]);
  expect(reader.cloudflare.unhandled).toEqual([]);
}, 300_000);
