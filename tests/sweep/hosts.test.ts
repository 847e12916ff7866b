/** `sweep`: stages with domains and routes. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { alone, answers, attached, routed, worker } from "../deploy/hosts/programs.ts";
import { files } from "../destroy/stage.ts";
import { CLOSED, World } from "./world.ts";

setDefaultTimeout(120_000);

const PROD = "app.example.com";
const PREVIEW = "app-pr-2.example.com";

const hosts = (host: string) => alone(worker(`domains: ["${host}"], routes: ["${host}/api/*"],`));

/** Production, a closed preview without hostnames, and one with some. */
async function deployed(): Promise<World> {
  const world = await World.with({ "pr-1": CLOSED });
  const { app, github } = world;
  app.account.zones.add("example.com");
  await app.deploy("prod", hosts(PROD));
  await app.deploy("pr-2", hosts(PREVIEW));
  github.pulls.set(2, CLOSED);
  await Bun.sleep(1100);
  await world.sweep();
  return world;
}

test("a hostname that another Worker has by now stays when its stage is swept", async () => {
  await using world = await deployed();
  const { app } = world;
  for (const one of app.account.zones.domains.values()) {
    if (one.hostname === PREVIEW) one.service = "api-prod";
  }
  const ended = await world.delete(["--max-share", "100"]);
  expect(ended).toMatchObject({ code: 0, results: { "pr-1": "destroyed", "pr-2": "destroyed" } });
  expect(attached(app)).toEqual({ [PROD]: "api-prod", [PREVIEW]: "api-prod" });
  expect(routed(app)).toEqual({ [`${PROD}/api/*`]: "api-prod" });
  expect(answers(app, PROD)).toBe("api-prod");
  expect(await files(app, "pr-2")).toEqual([]);
});

test("a stage stays if nobody says who has its hostnames, and the others go", async () => {
  await using world = await deployed();
  const { app } = world;
  app.cloudflare.faults.add({ kind: "403", path: "/workers/routes", count: 99 });
  const ended = await world.delete();
  expect(ended).toMatchObject({ code: 2, results: { "pr-1": "destroyed" } });
  expect(ended.said["pr-2"]).toBe("keep host-unknown");
  expect(answers(app, PREVIEW)).toBe("api-pr-2");
  app.cloudflare.faults.clear();
  await world.sweep();
  expect(await world.delete()).toMatchObject({ code: 0, results: { "pr-2": "destroyed" } });
  expect(answers(app, PREVIEW)).toBeUndefined();
  expect(answers(app, PROD)).toBe("api-prod");
});
