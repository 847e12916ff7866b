/** An account with stages, and the repository of their pull requests. */
import { expect } from "bun:test";
import { utimes } from "node:fs/promises";
import type { How } from "../cli/cli.ts";
import { expectValid } from "../cli/schemas.ts";
import type { Options } from "../cloudflare/index.ts";
import { files, make, run } from "../destroy/stage.ts";
import { GitHub, type Pull, REPOSITORY_ID, TOKEN } from "../github/server.ts";
import { App } from "../support/program.ts";

export const CLOSED: Pull = { state: "closed", closed_at: "2026-01-02T03:04:05Z" };
export const OPEN: Pull = { state: "open", closed_at: null };

/** Another account that the token may use. */
export const OTHER = { accountId: "2".repeat(32), token: "stand-in-token" };

/** It names the app whose stages may go. */
export const PROGRAM = `import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
const app = await alchemy("shop");
await D1Database("db", { name: "shop-db-" + app.stage });
await app.finalize();
`;

export class World implements AsyncDisposable {
  private constructor(
    readonly app: App,
    readonly github: GitHub,
  ) {}

  static async with(
    stages: Readonly<Record<string, Pull | undefined>>,
    options: Options = {},
  ): Promise<World> {
    const world = new World(await App.start({ others: [OTHER], ...options }), new GitHub());
    await world.app.write("alchemy.run.ts", PROGRAM);
    for (const [stage, pull] of Object.entries(stages)) {
      await make(world.app, stage);
      const number = Number(/^pr-(\d+)$/.exec(stage)?.[1]);
      if (pull) world.github.pulls.set(number, pull);
    }
    // The `Date` of an answer has whole seconds, so a new resource seems to be from the future.
    await Bun.sleep(1100);
    return world;
  }

  /** Makes the rows of a stage an hour older. */
  async age(stage: string): Promise<void> {
    const then = new Date(Date.now() - 3_600_000);
    for (const file of await files(this.app, stage)) await utimes(file, then, then);
  }

  get env() {
    const { github } = this;
    return {
      GITHUB_TOKEN: TOKEN,
      GITHUB_REPOSITORY: github.repository,
      GITHUB_REPOSITORY_ID: `${REPOSITORY_ID}`,
      GITHUB_API_URL: github.url,
    };
  }

  /** Runs the command line as a workflow does. */
  async run(args: readonly string[], how: How = {}) {
    const ended = await run(this.app, args, { ...how, env: { ...this.env, ...how.env } });
    for (const text of [ended.out, ended.error]) expect(text).not.toContain(TOKEN);
    expect(this.github.misuse).toEqual([]);
    return ended;
  }

  /** What `stages` says of each stage. */
  async verdicts(args: readonly string[] = []): Promise<Record<string, string>> {
    const report = JSON.parse((await this.run(["stages", "--json", ...args])).out);
    expectValid("stages", report);
    const stages: { stage: string; verdict: string; code: string }[] = report.stages;
    return Object.fromEntries(
      stages.map(({ stage, verdict, code }) => [stage, `${verdict} ${code}`]),
    );
  }

  async sweep(args: readonly string[] = [], grace = "0", how: How = {}) {
    const ended = await this.run(["sweep", "--json", "--grace", grace, ...args], how);
    if (ended.out === "")
      return { ...ended, verdicts: {}, results: {}, said: {}, leftovers: [] as string[] };
    const report = JSON.parse(ended.out);
    expectValid("sweep", report);
    type Stage = { stage: string; verdict: string; code: string; result: string | null };
    const stages: Stage[] = report.stages;
    const of = (what: (one: Stage) => string) =>
      Object.fromEntries(stages.map((one) => [one.stage, what(one)]));
    const verdicts = of(({ code }) => code);
    const said = of(({ verdict, code }) => `${verdict} ${code}`);
    const results = Object.fromEntries(
      stages.flatMap(({ stage, result }) => (result === null ? [] : [[stage, result]])),
    );
    const leftovers: string[] = report.leftovers.map(({ name }: { name: string }) => name);
    return { ...ended, verdicts, said, results, leftovers };
  }

  delete(args: readonly string[] = [], grace?: string) {
    return this.sweep(["--delete", "--account", this.app.account.id, ...args], grace);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.github[Symbol.asyncDispose]();
  }
}
