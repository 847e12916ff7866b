/** What Alchemy 0.94.0 does by itself, as the docs say: these tests are to fail when it changes. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { App, program } from "../support/program.ts";

test("destroying a stage removes the state of those whose names begin with it as a folder", async () => {
  await using app = await App.start();
  const source = program(`await Database("my-db");`);
  for (const stage of ["feature", "feature/login"]) await app.deploy(stage, source);
  const row = join(app.folder, ".alchemy", "shop", "feature", "login", "my-db.json");
  expect(existsSync(row)).toBe(true);
  await app.deploy("feature", source, { args: ["--destroy"] });
  expect(existsSync(row)).toBe(false);
  expect(app.account.state().map(({ name }) => name)).toEqual(["my-db-feature-login-0356hv2zv"]);
});
