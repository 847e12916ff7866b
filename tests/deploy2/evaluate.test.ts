/** What `plan --evaluate` says is what Alchemy 2 deploys. */
import { expect, test } from "bun:test";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kind } from "../../ts/kinds.ts";
import { cli } from "../cli/cli.ts";
import { App2, COUNTER, FLOW, TIME, unguarded, worker } from "./app.ts";

/** How the stand-in calls what has a name of its own. */
const KINDS: Readonly<Record<string, Kind>> = {
  D1Database: "database",
  R2Bucket: "bucket",
  KVNamespace: "kv",
  Queue: "queue",
  Worker: "worker",
  Workflow: "workflow",
};

interface Planned {
  stages: { resources: { kind: string; physicalName: string | null }[] }[];
}

async function planned(app: App2, stage: string, source: string): Promise<string[]> {
  await writeFile(join(app.folder, "alchemy.run.ts"), source);
  const args = ["plan", "alchemy.run.ts", "--evaluate", "--json", "--stage", stage];
  args.push("--timeout", "300");
  const { out, error } = await cli(app.folder, args, { runtime: "Bun" });
  await rm(join(app.folder, "alchemy.run.ts"));
  if (out === "") throw new Error(error);
  const [one] = (JSON.parse(out) as Planned).stages;
  const named = one?.resources.filter(({ physicalName }) => physicalName !== null) ?? [];
  return named.map(({ kind, physicalName }) => `${kind} ${physicalName}`).sort();
}

/** Without the names that Alchemy makes up. */
function deployed(app: App2): string[] {
  const all = app.account.state().flatMap(({ kind, name }) => {
    return KINDS[kind] === undefined ? [] : [`${KINDS[kind]} ${name}`];
  });
  return all.filter((one) => !/-[a-z2-7]{16}$/.test(one)).sort();
}

const PROGRAMS: Readonly<Record<string, string>> = {
  "all kinds": `
    const db = yield* D1.Database("db", { name: "Db_" + stage });
    yield* D1.Database("automatic");
    yield* R2.Bucket("files", { name: "files-" + stage });
    yield* KV.Namespace("kv", { title: "a kv: " + stage });
    yield* Queues.Queue("jobs", { name: "jobs-" + stage });
    ${worker(`${COUNTER} ${FLOW} DB: db,`)}`,
  "names of other resources": `
    const db = yield* D1.Database("db", { name: "db-" + stage });
    const kv = yield* KV.Namespace("kv", { title: db.databaseName });
    yield* Queues.Queue("jobs", { name: kv.title });`,
  "what one stage alone has": `
    if (stage === "prod") yield* D1.Database("db", { name: "old" });
    else yield* Queues.Queue("jobs", { name: ["jobs", stage.toUpperCase().toLowerCase()].join("-") });
    for (const part of ["a", "b"]) yield* KV.Namespace(part, { title: part + "-" + stage });`,
};

test.concurrent.each(Object.entries(PROGRAMS))(
  "%s",
  async (_, body) => {
    for (const stage of ["prod", "pr-1"]) {
      await using app = await App2.start();
      const source = unguarded(body);
      const before = await planned(app, stage, source);
      expect(before).not.toEqual([]);
      await app.deploy(stage, source);
      expect(deployed(app)).toEqual(before);
    }
  },
  TIME,
);
