/** `stages`: the stages of all apps. */
import {
  COLOR,
  colorOf,
  command,
  ending,
  finish,
  graceOf,
  JSON_OPTION,
  list,
  NO_COLOR,
  STATE_STORE,
  statePlace,
  value,
  values,
} from "./command.ts";

export default command("stages")
  .summary("list all stages, and say which can go")
  .description(
    "List the stages that the state has: their resources, their pull requests, and whether they can go. It changes nothing.",
  )
  .usage("[options]")
  .allowExcessArguments(false)
  .option("--offline", "read the state only, and ask neither Cloudflare nor GitHub")
  .addOption(value("--account <id>", "the Cloudflare account (`CLOUDFLARE_ACCOUNT_ID`)"))
  .addOption(values("--app <app>", "only this app; repeat it"))
  .addOption(list("--stage <stage>", "only this stage; repeat it"))
  .addOption(
    value("--pattern <name>", "what stages of pull requests are called (default: `pr-{number}`)"),
  )
  .addOption(list("--protect <stage>", "a stage that always stays; repeat it"))
  .addOption(value("--grace <hours>", "how long nothing may have changed (default: 24)"))
  .addOption(value("--repository <owner/name>", "the repository (`GITHUB_REPOSITORY`)"))
  .addOption(value("--metrics <folder>", "where a sweep has its marks (default: `metrics`)"))
  .addOption(statePlace("each `.alchemy` below this folder"))
  .addOption(STATE_STORE)
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks stages", "all of them"],
        ["npx @alch/blocks stages --offline --json", "what the state says"],
        ['npx @alch/blocks stages --state "apps/*/.alchemy"', "of several stores"],
      ],
      notes: [
        `With \`GITHUB_TOKEN\` and \`GITHUB_REPOSITORY\`, it shows whether the pull request
of each stage is open. The verdict is what a sweep with these options would do:
  keep   it stays                  mark   a later sweep may take it
  sweep  a sweep would take it     stop   not enough is known`,
      ],
      exit: { 0: "everything was read", 2: "it could not run, or something is unknown" },
    }),
  )
  .action(async ({ grace, metrics = "metrics", ...options }) => {
    const { stages } = await import("../stages/command.ts");
    const rules = { grace: graceOf(grace), metrics };
    await finish(await stages({ ...options, ...rules, color: colorOf(options) }, process.cwd()));
  });
