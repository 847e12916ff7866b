/** The monitor says of each stage what a sweep would do, by the decision of `stages`. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expectValid } from "../cli/schemas.ts";
import { CLOSED, OPEN, World } from "../sweep/world.ts";

setDefaultTimeout(180_000);

test("its stages are those of `stages`, in the report, for people and on the page", async () => {
  await using world = await World.with({
    "pr-1": CLOSED,
    "pr-2": OPEN,
    "dev-x": undefined,
    prod: undefined,
  });
  const grace = ["--grace", "0"];
  await world.sweep();
  const ended = await world.run(["monitor", "--json", ...grace, "--metrics", "metrics"]);
  const report = JSON.parse(ended.out);
  expectValid("monitor", report);
  const said = report.stages.map((one: Record<string, string>) =>
    [one.stage, one.verdict, one.code].join(" "),
  );
  expect(said).toEqual([
    "dev-x keep personal",
    "pr-1 sweep closed",
    "pr-2 keep pull-open",
    "prod keep protected",
  ]);
  expect(Object.fromEntries(said.map((one: string) => one.split(/ (.*)/)))).toEqual(
    await world.verdicts(grace),
  );
  const metrics = await readFile(
    join(world.app.folder, "metrics", "collision-metrics.json"),
    "utf8",
  );
  expect(JSON.parse(metrics).current.stages).toEqual(report.stages);
  const page = await readFile(join(world.app.folder, "metrics", "dashboard.html"), "utf8");
  expect(page).toContain('"code":"pull-open"');

  const text = (await world.run(["monitor", ...grace])).out;
  const lines = text.split("\n");
  // Below the heading and the names of the columns.
  expect(lines[lines.indexOf("stages") + 2]).toMatch(
    /^ {2}shop +pr-1 +#1 closed .* sweep +pull request 1 is closed$/,
  );
  // Without marks, and with what a sweep would not have listed.
  const other = JSON.parse(
    (await world.run(["monitor", "--json", ...grace, "--metrics", "other"])).out,
  );
  expect(other.stages[1]).toMatchObject({ stage: "pr-1", verdict: "mark" });
  const part = JSON.parse(
    (await world.run(["monitor", "--json", ...grace, "--without", "kv"])).out,
  );
  expect(part.stages[1]).toMatchObject({ stage: "pr-1", verdict: "stop", code: "unreadable" });
  const offline = JSON.parse((await world.run(["monitor", "--json", ...grace, "--offline"])).out);
  expect(offline.stages[1]).toMatchObject({
    stage: "pr-1",
    verdict: "stop",
    code: "account-unread",
  });
});
