/** Which stage an app has, as the real Alchemy takes it from the options, `--stage` and the environment. */
import { expect, test } from "bun:test";
import { App } from "../support/program.ts";
import { analyser, FILE } from "./compare.ts";

/** What `plan --stage pr-7` says of the names, for each value of the second argument. */
const OPTIONS: Readonly<Record<string, { options: string; deployed: string; undecided?: string }>> =
  {
    nothing: { options: "", deployed: "pr-7" },
    constant: { options: `stage: "prod"`, deployed: "prod" },
    variable: {
      options: `stage: process.env.DEPLOY ?? "prod"`,
      deployed: "prod",
      undecided: "it depends on the variable `DEPLOY`",
    },
    undef: {
      options: "stage: undefined",
      deployed: "me",
      undecided: "Alchemy takes the name of the user for `stage: undefined`",
    },
  };

const app = (name: string, { options }: { options: string }) => `
const ${name} = await alchemy("${name}", { quiet: true, noTrack: true, ${options} });
await D1Database("db");
await ${name}.finalize();`;

const TEXT = `
import alchemy from "alchemy";
import { D1Database } from "alchemy/cloudflare";
${Object.entries(OPTIONS)
  .map(([name, one]) => app(name, one))
  .join("\n")}`;

test("a plan follows `--stage` where Alchemy does", async () => {
  const reader = await analyser();
  const options = JSON.stringify({ stages: ["pr-7"], byFlag: true });
  const { declarations } = JSON.parse(reader.link([reader.parse(FILE, TEXT)], options)) as {
    declarations: { app: string; names: Record<string, { name: string }>; undecided?: string }[];
  };
  await using real = await App.start();
  // `STAGE` is what Alchemy reads without `--stage`; the user's name stands in where neither counts.
  await real.deploy("pr-7", TEXT, { env: { STAGE: "staging", USER: "me" } });
  const deployed = real.account.state().map(({ name }) => name);
  const wanted = Object.entries(OPTIONS).map(([name, one]) => `${name}-db-${one.deployed}`);
  expect(deployed.sort()).toEqual(wanted.sort());
  for (const { app: name, names, undecided } of declarations) {
    const one = OPTIONS[name];
    const isDecided = one?.undecided === undefined;
    expect(names["pr-7"]?.name).toBe(isDecided ? `${name}-db-${one?.deployed}` : undefined);
    if (!isDecided) expect(undecided).toEndWith(`does not follow \`--stage\`: ${one.undecided}`);
  }
  expect(declarations).toHaveLength(4);
}, 60_000);
