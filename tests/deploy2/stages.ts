/** Stages that the real Alchemy 2 has deployed, and the repository of their pull requests. */
import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { How } from "../cli/cli.ts";
import { expectValid } from "../cli/schemas.ts";
import { run } from "../destroy/stage.ts";
import { GitHub, type Pull, REPOSITORY_ID, TOKEN } from "../github/server.ts";
import { App2, COUNTER, FLOW, unguarded, worker } from "./app.ts";

/** Every kind that is torn down, something that is retained, something without a name of its own, an action. */
export const BODY = `
const db = yield* D1.Database("db", { name: "shop-db-" + stage });
yield* D1.Database("automatic");
yield* D1.Database("kept", { name: "shop-kept-" + stage }).pipe(retain());
const files = yield* R2.Bucket("files", { name: "shop-files-" + stage });
const menu = yield* KV.Namespace("menu", { title: "shop-menu-" + stage });
const jobs = yield* Queues.Queue("jobs", { name: "shop-jobs-" + stage });
${worker(`${COUNTER} ${FLOW} DB: db, MENU: menu, FILES: files, JOBS: jobs,`, { name: '"shop-api-" + stage' })}
yield* Queues.Consumer("consumer", { queueId: jobs.queueId, scriptName: api.workerName });
yield* Alchemy.Random("secret");
`;

export const PROGRAM = unguarded(BODY);

/** An app of Alchemy 2 with the stages that were deployed. */
export class World2 implements AsyncDisposable {
  private constructor(
    readonly app: App2,
    readonly github: GitHub,
  ) {}

  static async with(
    stages: Readonly<Record<string, Pull | undefined>>,
    program = PROGRAM,
    env: Readonly<Record<string, string>> = {},
  ): Promise<World2> {
    const world = new World2(await App2.start(), new GitHub());
    // The folder is a checkout of its own.
    await mkdir(join(world.app.folder, ".git"), { recursive: true });
    for (const [stage, pull] of Object.entries(stages)) {
      await world.app.deploy(stage, program, { env });
      const number = Number(/^pr-(\d+)$/.exec(stage)?.[1]);
      if (pull) world.github.pulls.set(number, pull);
    }
    // The `Date` of an answer has whole seconds, so a new resource seems to be from the future.
    await Bun.sleep(1100);
    return world;
  }

  /** Runs the command line as a workflow does. */
  async run(args: readonly string[], { env, ...how }: How = {}) {
    const { github, app } = this;
    const hub = {
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_REPOSITORY_ID: `${REPOSITORY_ID}`,
      GITHUB_API_URL: github.url,
      HOME: app.folder,
    };
    const ended = await run(app, args, { ...how, env: { ...hub, ...env } });
    expect(github.misuse).toEqual([]);
    return ended;
  }

  /** What a sweep says of each stage, and how those that it takes end. */
  async sweep(args: readonly string[] = [], how: How = {}) {
    const { account } = this.app;
    const all = ["--grace", "0", "--max-share", "100", "--account", account.id];
    const ended = await this.run(["sweep", "--json", ...all, ...args], how);
    if (ended.out === "") return { ...ended, codes: {}, results: {} };
    const report = JSON.parse(ended.out);
    expectValid("sweep", report);
    const stages: { stage: string; code: string; result: string | null }[] = report.stages;
    const of = (key: "code" | "result") =>
      Object.fromEntries(stages.flatMap((one) => (one[key] ? [[one.stage, one[key]]] : [])));
    return { ...ended, codes: of("code"), results: of("result") };
  }

  delete(args: readonly string[] = [], how?: How) {
    return this.sweep(["--delete", ...args], how);
  }

  /** The ids of a stage's rows, and what else its folder has. */
  async rows(stage: string): Promise<string[]> {
    const folder = this.folderOf(stage);
    return existsSync(folder) ? (await readdir(folder)).sort() : [];
  }

  folderOf(stage: string): string {
    return join(this.app.folder, ".alchemy", "state", "shop", stage);
  }

  /** All rows of a stage, with their texts. */
  async texts(stage: string): Promise<string[]> {
    const names = await this.rows(stage);
    return Promise.all(names.map((name) => readFile(join(this.folderOf(stage), name), "utf8")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.github[Symbol.asyncDispose]();
  }
}
