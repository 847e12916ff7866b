/** `sweep`: the stages of closed pull requests. */
import {
  aboutOutput,
  COLOR,
  colorOf,
  command,
  ending,
  finish,
  graceOf,
  JSON_OPTION,
  list,
  NO_COLOR,
  numberOf,
  PACE,
  paceOf,
  STATE_STORE,
  secondsOf,
  statePlace,
  value,
  values,
} from "./command.ts";

export default command("sweep")
  .summary("destroy the stages of pull requests that were closed")
  .description(
    "Find the stages whose pull request is closed, and destroy them with `--delete`. Without it, nothing is deleted. A stage is marked in one run and swept in a later one.",
  )
  .usage("[options]")
  .allowExcessArguments(false)
  .option("--delete", "delete what is listed; it needs `--account`")
  .addOption(value("--account <id>", "the Cloudflare account to delete in"))
  .addOption(value("--repository <owner/name>", "the repository (`GITHUB_REPOSITORY`)"))
  .addOption(values("--app <app>", "only this app; repeat it"))
  .addOption(list("--stage <stage>", "only this stage; repeat it"))
  .addOption(
    value("--pattern <name>", "what stages of pull requests are called (default: `pr-{number}`)"),
  )
  .addOption(list("--protect <stage>", "a stage that always stays; repeat it"))
  .addOption(value("--grace <hours>", "how long nothing may have changed (default: 24)"))
  .addOption(value("--max-stages <number>", "how many go in one run at most (default: 10)"))
  .addOption(value("--max-share <percent>", "stop if more of all stages would go (default: 50)"))
  .option("--empty-buckets", "delete the objects of their buckets")
  .option("--state-lost", "there is no state any more: go by what earlier runs have noted")
  .addOption(value("--deadline <seconds>", "how long one stage may take (default: 600)"))
  .addOption(PACE)
  .addOption(statePlace("each `.alchemy` below this folder"))
  .addOption(STATE_STORE)
  .addOption(
    aboutOutput(
      value("--metrics <folder>", "where marks, the ledger and journals are (default: `metrics`)"),
    ),
  )
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks sweep", "list and mark"],
        ["npx @alch/blocks sweep --delete --account <id>", "sweep what was marked"],
      ],
      notes: [
        `It asks GitHub with \`GITHUB_TOKEN\`, or GitLab with \`GITLAB_TOKEN\`. A stage stays
unless its pull request is known to be closed, its resources are in the account
by name and id, and nothing else uses them. \`npx @alch/blocks stages\` lists them
all.`,
      ],
      exit: {
        0: "all that had to go is gone",
        1: "something remains",
        2: "it could not run, or something is unknown",
      },
    }),
  )
  .action(
    async ({ grace, maxStages, maxShare, deadline, pace, metrics = "metrics", ...options }) => {
      const { sweep } = await import("../sweep/command.ts");
      const limits = {
        grace: graceOf(grace),
        pace: paceOf(pace),
        maxStages: Math.floor(numberOf("--max-stages", maxStages, 10, 10_000)),
        maxShare: numberOf("--max-share", maxShare, 50, 100) / 100,
        deadline: (secondsOf(deadline, "--deadline") ?? 600) * 1000,
      };
      const all = { ...options, ...limits, metrics, color: colorOf(options) };
      await finish(await sweep(all, process.cwd()));
    },
  );
