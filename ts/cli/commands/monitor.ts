/** `monitor`: compares the state, the account and the source of all stages. */
import { Option } from "@commander-js/extra-typings";
import {
  aboutOutput,
  COLOR,
  choice,
  colorOf,
  command,
  ending,
  finish,
  graceOf,
  JSON_OPTION,
  list,
  NO_COLOR,
  PATHS,
  STATE_STORE,
  statePlace,
  value,
  values,
} from "./command.ts";

export default command("monitor")
  .summary("compare the state, the account and the source of all stages")
  .description(
    "Compare the state, the account and the source of all stages. It reads `CLOUDFLARE_API_TOKEN` and changes nothing in the account. What cannot be listed is reported as unknown.",
  )
  .usage("[paths…] [options]")
  .argument("[paths...]", PATHS)
  .option("--offline", "read the state and the source only")
  .option("--cost", "also estimate what each stage costs, as `npx @alch/blocks cost` does")
  .addOption(value("--account <id>", "the Cloudflare account (`CLOUDFLARE_ACCOUNT_ID`)"))
  .addOption(values("--app <app>", "an app, if the store cannot list its apps; repeat it"))
  .addOption(list("--stage <stage>", "also look for what this stage has left; repeat it"))
  .addOption(
    values(
      "--without <kind>",
      "do not list this kind, `host`, or `bucket:<jurisdiction>`; repeat it",
    ),
  )
  .addOption(
    choice("--plan <plan>", "whose limits apply: `paid` (default) or `free`", ["paid", "free"]),
  )
  .addOption(
    values(
      "--fail-on <what>",
      "exit with 1 from this severity on (default: `warning`), or for this code, or `never`; repeat it",
    ),
  )
  .addOption(
    value("--pattern <name>", "what stages of pull requests are called (default: `pr-{number}`)"),
  )
  .addOption(list("--protect <stage>", "a stage that a sweep leaves alone; repeat it"))
  .addOption(value("--grace <hours>", "how long a sweep leaves a stage alone (default: 24)"))
  .addOption(statePlace("each `.alchemy` below this folder"))
  .addOption(STATE_STORE)
  .addOption(
    aboutOutput(
      value("--metrics <folder>", "keep `collision-metrics.json` and `dashboard.html` there"),
    ),
  )
  .addOption(
    aboutOutput(
      new Option(
        "--github-issue",
        "keep an issue open for each finding in `GITHUB_REPOSITORY`, with `GITHUB_TOKEN`",
      ),
    ),
  )
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks monitor", "state, account and source"],
        ["npx @alch/blocks monitor --offline", "without the account"],
        ["npx @alch/blocks monitor --metrics metrics", "with a dashboard"],
      ],
      exit: {
        0: "nothing that `--fail-on` names",
        1: "findings",
        2: "it could not run, or something is unknown",
      },
    }),
  )
  .action(async (paths, { grace, ...options }) => {
    // It has the client of Cloudflare, which the help need not wait for.
    const { monitor } = await import("../monitor/command.ts");
    const color = colorOf(options);
    const all = { ...options, grace: graceOf(grace), color };
    await finish(await monitor(paths, all, process.cwd()));
  });
