/** `cost`: what each stage costs. */
import { Problem } from "../problem.ts";
import {
  COLOR,
  choice,
  colorOf,
  command,
  ending,
  finish,
  JSON_OPTION,
  NO_COLOR,
  numberOf,
  PATHS,
  STATE_STORE,
  statePlace,
  value,
  values,
} from "./command.ts";

export default command("cost")
  .summary("estimate what each stage costs in a month")
  .description(
    "Estimate what each stage costs in a month. It reads the usage from Cloudflare's analytics, matches it to the stages of the states and programs, and prices it. It changes nothing.",
  )
  .usage("[paths…] [options]")
  .argument("[paths...]", PATHS)
  .addOption(value("--since <days>", "the usage that counts: `1d` to `30d` (default: `30d`)"))
  .addOption(value("--account <id>", "the Cloudflare account (`CLOUDFLARE_ACCOUNT_ID`)"))
  .addOption(
    choice("--plan <plan>", "whose prices count: `paid` or `free` (default: the account's)", [
      "paid",
      "free",
    ]),
  )
  .addOption(
    value("--fail-over <dollars>", "exit with 1 if a month costs more, the plan's price included"),
  )
  .addOption(values("--app <app>", "an app, if the store cannot list its apps; repeat it"))
  .addOption(values("--without <kind>", "leave out this kind; repeat it"))
  .addOption(statePlace("each `.alchemy` below this folder"))
  .addOption(STATE_STORE)
  .addOption(JSON_OPTION)
  .addOption(COLOR)
  .addOption(NO_COLOR)
  .addHelpText(
    "after",
    ending({
      examples: [
        ["npx @alch/blocks cost", "the last 30 days"],
        ["npx @alch/blocks cost --since 7d", "a month like the last 7 days"],
        ["npx @alch/blocks cost --fail-over 20", "fail if a month costs more than $20"],
      ],
      notes: [
        `It reads \`CLOUDFLARE_API_TOKEN\`, which needs the permissions for \`monitor\` and
\`Account Analytics: Read\`. The sums are an estimate: see docs/cost.md.`,
      ],
      exit: {
        0: "everything was read",
        1: "a month costs more than `--fail-over`",
        2: "it could not run, or something is unknown",
      },
    }),
  )
  .action(async (paths, { since, failOver, ...options }) => {
    const { cost } = await import("../cost/command.ts");
    const asked = {
      ...options,
      days: daysOf(since),
      failOver: amountOf(failOver),
      color: colorOf(options),
    };
    await finish(await cost(paths, asked, process.cwd()));
  });

/** In dollars. */
const MOST = 1e9;

/** In millionths of a dollar. @throws Problem if it is no number. */
function amountOf(dollars: string | undefined): number | undefined {
  if (dollars === undefined) return undefined;
  return Math.round(numberOf("--fail-over", dollars, 0, MOST) * 1e6);
}

/** Cloudflare keeps 31 days, of which today is one. */
const LONGEST = 30;

/** @throws Problem if it is no number of days. */
function daysOf(since: string | undefined): number {
  if (since === undefined) return LONGEST;
  const [, number] = /^([1-9]\d?)d$/.exec(since) ?? [];
  if (Number(number) <= LONGEST) return Number(number);
  const help = `use \`1d\` to \`${LONGEST}d\`: Cloudflare keeps no more`;
  throw new Problem(`\`--since\` cannot be \`${since}\``, help);
}
