/** `destroy`: one stage, from its state alone. */
import { Option } from "@commander-js/extra-typings";
import {
  aboutOutput,
  COLOR,
  choice,
  colorOf,
  command,
  ending,
  finish,
  JSON_OPTION,
  list,
  NO_COLOR,
  PACE,
  paceOf,
  pullNumber,
  STATE_STORE,
  secondsOf,
  statePlace,
  value,
} from "./command.ts";

export default command("destroy")
  .summary("destroy one stage, without its program")
  .description(
    "Destroy one stage by what its state has, to the end: what fails is reported, the rest goes on, and the account is listed again. It shows the plan first.",
  )
  .usage("--stage <stage> [options]")
  .allowExcessArguments(false)
  .addOption(value("--stage <stage>", "the stage"))
  .addOption(value("--app <app>", "its app, if several have such a stage"))
  .addOption(
    choice("--alchemy <version>", "its Alchemy, `0.94` or `2`, if both have such a stage", [
      "0.94",
      "2",
    ]),
  )
  .addOption(value("--account <id>", "the Cloudflare account (`CLOUDFLARE_ACCOUNT_ID`)"))
  .option("--yes", "do it without a question, as in CI")
  .option("--empty-buckets", "delete the objects of all its buckets")
  .option("--unfinished", "also what a deploy has left unfinished; see that none runs")
  .option("--gone", "the account is right, although it has nothing of the stage")
  .option("--if-exists", "exit with 0 if there is no such stage")
  .addOption(value("--while-closed <number>", "stop when this pull request is no longer closed"))
  .addOption(value("--repository <owner/name>", "its repository (`GITHUB_REPOSITORY`)"))
  .addOption(value("--ledger <file>", "what sweeps have noted, if no state has the stage any more"))
  .addOption(value("--expect <hash>", "only the rows that a sweep has decided about").hideHelp())
  .addOption(value("--while-idle <number>", "the same, and none of its workflows runs").hideHelp())
  .addOption(list("--protect <stage>", "a stage that always stays; repeat it"))
  .addOption(value("--deadline <seconds>", "how long one resource may take (default: 60)"))
  .addOption(PACE)
  .addOption(
    value("--calls <file>", "where a sweep notes the calls of the last minutes").hideHelp(),
  )
  .addOption(statePlace("each `.alchemy` below this folder"))
  .addOption(STATE_STORE)
  .addOption(
    aboutOutput(
      new Option(
        "--journal <folder>",
        "where to write what was deleted, with ids (default: `.alchemy-journal`)",
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
        ["npx @alch/blocks destroy --stage pr-1", "show and ask"],
        ["npx @alch/blocks destroy --stage pr-1 --yes --account <id>", "in CI"],
      ],
      notes: [
        `It never destroys \`prod\`, \`production\` or what \`--protect\` names, what another
stage has or uses, or what the account does not list by name and id. Retained
resources stay, with their rows.`,
      ],
      exit: {
        0: "all of it is gone, but for what is retained",
        1: "something remains",
        2: "it could not run, or could not see what remains",
      },
    }),
  )
  .action(async ({ deadline, whileClosed, whileIdle, pace, ...options }) => {
    const { destroy } = await import("../destroy/command.ts");
    const seconds = secondsOf(deadline, "--deadline");
    const numberIn = (option: string, text: string | undefined) =>
      text === undefined ? undefined : pullNumber(option, text);
    const watched = {
      whileClosed: numberIn("--while-closed", whileClosed),
      whileIdle: numberIn("--while-idle", whileIdle),
    };
    const limit = { deadline: seconds, pace: paceOf(pace) };
    const how = { ...options, ...watched, ...limit, color: colorOf(options) };
    await finish(await destroy(how, process.cwd()));
  });
