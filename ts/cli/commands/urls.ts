/** `urls`: where the Workers of a stage answer. */

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readStores } from "../collect/stores.ts";
import { readConfig } from "../config.ts";
import { hintAt } from "../print.ts";
import { Problem, reasonOf } from "../problem.ts";
import { urlsDotenv, urlsText } from "../render/urls.ts";
import { noState, programsHere } from "../stages/collect.ts";
import { urlsOf, type WorkerUrls } from "../urls/find.ts";
import type { Answer } from "./answer.ts";
import {
  aboutOutput,
  COLOR,
  colorOf,
  command,
  ending,
  finish,
  NO_COLOR,
  pullNumber,
  STATE_STORE,
  statePlace,
  value,
  values,
} from "./command.ts";

export default command("urls")
  .summary("show where the Workers of a stage answer")
  .description("Show the URLs of the Workers of a stage, from Alchemy's state.")
  .usage("--stage <stage> [options]")
  .allowExcessArguments(false)
  .addOption(value("--stage <stage>", "the stage"))
  .addOption(values("--app <app>", "only this app, also if the store cannot list it; repeat it"))
  .addOption(statePlace("`.alchemy`"))
  .addOption(STATE_STORE)
  .addOption(
    aboutOutput(
      value(
        "--github-comment <number>",
        "keep a comment on this pull request of `GITHUB_REPOSITORY`, with `GITHUB_TOKEN`",
      ),
    ),
  )
  .addOption(aboutOutput(value("--dotenv <file>", "write the first URL there, as `PREVIEW_URL=…`")))
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks urls --stage pr-7", "from `.alchemy`"],
        ["npx @alch/blocks urls --stage pr-7 --github-comment 7", "on the pull request"],
      ],
      exit: { 0: "it ran", 2: "it could not run" },
    }),
  )
  .action(async (options) => finish(await urls(options, process.cwd())));

interface Options {
  stage?: string | undefined;
  app?: string[] | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  githubComment?: string | undefined;
  dotenv?: string | undefined;
  color?: boolean | undefined;
}

async function urls(options: Options, folder: string): Promise<Answer> {
  const color = colorOf(options);
  await readConfig(folder);
  const { stage, githubComment, dotenv } = options;
  if (stage === undefined) throw new Problem("`urls` needs a stage", "add `--stage pr-7`");
  const pullRequest =
    githubComment === undefined ? undefined : pullNumber("--github-comment", githubComment);
  const workers = await workersOf(stage, options, folder);
  if (dotenv !== undefined) await writeDotenv(resolve(folder, dotenv), dotenv, workers);
  if (pullRequest !== undefined) await commentOn(pullRequest, workers, stage);
  return { output: urlsText(workers, stage, color), troubles: [], code: 0 };
}

/** @throws Problem if a store cannot be read: a stage must not be taken for destroyed by that. */
async function workersOf(
  stage: string,
  { app: apps = [], stateStore = [], ...options }: Options,
  folder: string,
): Promise<WorkerUrls[]> {
  const isNamed = options.state !== undefined || stateStore.length > 0;
  if (!isNamed && !existsSync(join(folder, ".alchemy"))) throw noState();
  const { state = isNamed ? [] : [".alchemy"] } = options;
  // Some stores cannot tell which apps they have.
  const known = stateStore.length === 0 ? [] : (await programsHere(folder)).apps;
  const stores = await readStores({ state, stateStore }, folder, [...known, ...apps]);
  const [problem] = stores.flatMap(({ problems }) => problems);
  if (problem) throw new Problem(problem.message, problem.help);
  const rows = stores.flatMap((one) => [
    ...one.rows,
    ...one.rows2.map((row) => ({ ...row, app: row.stack })),
  ]);
  hintAt(
    "stage",
    [stage],
    rows.map((row) => row.stage),
  );
  hintAt(
    "app",
    apps,
    rows.map(({ app }) => app),
  );
  return urlsOf(stores, stage).filter(({ app }) => apps.length === 0 || apps.includes(app));
}

async function commentOn(
  pullRequest: number,
  workers: readonly WorkerUrls[],
  stage: string,
): Promise<void> {
  // The client of GitHub takes a while to load.
  const [{ comment }, { targetOf }] = await Promise.all([
    import("../urls/comment.ts"),
    import("../github/client.ts"),
  ]);
  await comment(workers, stage, pullRequest, targetOf(process.env, "--github-comment"));
}

async function writeDotenv(
  path: string,
  name: string,
  workers: readonly WorkerUrls[],
): Promise<void> {
  try {
    await writeFile(path, urlsDotenv(workers));
  } catch (error) {
    throw new Problem(`\`${name}\` cannot be written: ${reasonOf(error)}`, "choose another file");
  }
}
