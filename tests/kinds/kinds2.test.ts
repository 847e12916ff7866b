/** Every kind of the catalogue as a block of Alchemy 2, with the real one, in two stages. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ALL_KINDS } from "../../ts/kinds.ts";
import { App2, blocks, changes, TIME } from "../deploy2/app.ts";
import { blocks2 } from "./program.ts";
import { baseOf, TABLE } from "./table.ts";

const STAGES = ["live", "pr-7"] as const;

let app: App2;
let made: string[];
let again: string[];
let refused: string;
let destroyed: string[];

beforeAll(async () => {
  app = await App2.start();
  for (const { before } of Object.values(TABLE)) before?.(app.account);
  const source = blocks(blocks2());
  for (const stage of STAGES) await app.deploy(stage, source);
  made = all();
  const from = app.cloudflare.log.length;
  for (const stage of STAGES) await app.deploy(stage, source);
  again = changes(app, from);
  refused = (await app.run("live", source.replace("768", "512"))).output;
  await app.deploy("pr-7", source, { command: "destroy" });
  destroyed = all();
}, TIME);
afterAll(() => app[Symbol.asyncDispose]());

/** What the account has, by the type that the stand-in gives it; a class with its Worker. */
function all(): string[] {
  return app.account
    .state()
    .map(({ kind, name, script }) =>
      kind === "DurableObjectNamespace" ? `${kind} ${script}/${name}` : `${kind} ${name}`,
    )
    .sort();
}

test("nothing is sent if nothing has changed", () => {
  expect(again).toEqual([]);
  expect(app.cloudflare.unhandled).toEqual([]);
});

test("a Vectorize index of other dimensions would be a new, empty one", () => {
  expect(refused).toContain("code: would-replace\n");
  expect(destroyed).toContain("VectorizeIndex shop-vectorize-live");
});

describe.each(ALL_KINDS.map((spec) => [spec.kind, spec] as const))("%s", (kind, { alchemy }) => {
  const ofWorker = (stage: string) => `${baseOf("worker")}-${stage}`;
  const named = (held: readonly string[], stage: string) => {
    const own = `${alchemy.function} ${kind === "durable-object" ? `${ofWorker(stage)}/Counter` : `${baseOf(kind)}-${stage}`}`;
    // Older releases of Alchemy 2 make the name of a workflow from that of its Worker.
    const isOwn = (one: string) =>
      one === own || (kind === "workflow" && one.startsWith(`Workflow ${ofWorker(stage)}-`));
    return held.filter(isOwn);
  };

  test("each stage has its own, and to destroy one leaves the other", () => {
    for (const stage of STAGES) expect(named(made, stage)).toHaveLength(1);
    expect(named(destroyed, "live")).toHaveLength(1);
    expect(named(destroyed, "pr-7")).toEqual([]);
  });
});
