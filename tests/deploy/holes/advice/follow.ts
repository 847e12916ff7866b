/** Follows advice: deploys a program, has it refused, and does what the refusal says. */
import { expect } from "bun:test";
import type { Outcome, World } from "../../../search/deploy.ts";
import type { Command, StageBy } from "../../../search/model.ts";
import { lost, seeded } from "../holes.ts";

type Flag = "destroy" | "force" | "local" | "adopt";

/** One run, of the app `shop` in stage `pr-1` where it names no other. */
export interface Step {
  /**
   * The lines of the program, or what makes them from the help. All blocks, `raw`, `alchemy`, `app`,
   * `stage`, and `assets`, the folder with migrations, are in reach.
   */
  text?: string | ((help: string) => string);
  app?: string;
  stage?: string;
  stageBy?: StageBy;
  flags?: readonly Flag[];
  account?: number;
  /** Has the program throw at its end, before `finalize`. */
  throws?: boolean;
  /** What somebody does before, to the folder of the state or in the account. */
  before?: (state: string, account: World["accounts"][number]) => void;
  /** How it ends: `well` unless said, `refused` with this code, or `badly` in any other way. */
  ends?: string;
}

/** What the advice says to do, and what that lets go because it says so. */
export interface Way {
  /** The words of the help. */
  says: string;
  steps: readonly Step[];
  gone?: readonly string[];
}

/** A refusal or a warning of a deployed app, and all ways on that its help has. */
export interface Advice {
  /** What is deployed. */
  first: readonly Step[];
  /** What is refused or warned of then. */
  told: Step;
  ways: readonly Way[];
}

/** Why the advice cannot touch anything that is deployed, or how it is followed. */
export type Entry = string | readonly Advice[];

/** The entries of all messages, by what tells the messages apart. */
export type Entries = Readonly<Record<string, Entry>>;

/** The pin that a help gives. */
export function pinIn(help: string): string {
  return /`(pin: .*?)`/.exec(help)?.[1] ?? "";
}

const STEP: Required<Omit<Step, "before">> = {
  text: "",
  app: "shop",
  stage: "pr-1",
  stageBy: "option",
  flags: [],
  account: 0,
  throws: false,
  ends: "well",
};

type Program = (...args: unknown[]) => Promise<void>;
const AsyncFunction = (async () => {}).constructor as new (...names: string[]) => Program;

/** Runs one step in a world. */
export async function run(world: World, step: Step, help = ""): Promise<Outcome> {
  const { text, app: name, stage, stageBy, flags, account, throws } = { ...STEP, ...step };
  step.before?.(world.state, world.accounts[0] as World["accounts"][number]);
  const { modules, assets } = world.machine;
  const { alchemy, raw, blocks } = modules;
  const known = { alchemy, raw, assets, ...blocks };
  const lines = typeof text === "string" ? text : text(help);
  const program = new AsyncFunction(...Object.keys(known), "app", "stage", lines);
  const is = (flag: Flag) => flags.includes(flag);
  const command: Command = {
    phase: is("destroy") ? "destroy" : "up",
    repo: 0,
    stage: 0,
    stageBy,
    force: is("force"),
    local: is("local"),
    adopt: is("adopt"),
    account,
    throwsAt: undefined,
    inFinally: false,
  };
  return world.perform(name, command, stage, async (app, taken) => {
    await program(...Object.values(known), app, taken);
    if (throws) throw new Error("the user's own error");
    await app.finalize();
  });
}

function ended(outcome: Outcome, ends: string): void {
  const { ok, code, message } = outcome;
  const how = ok ? "well" : (code ?? "badly");
  expect({ how, message }).toEqual({ how: ends, message });
}

/**
 * Follows each way from the same beginning, and asserts that nothing with data is replaced, deleted,
 * emptied or taken over but what the way lets go.
 *
 * @returns the refusal, or the warned run.
 */
export async function follow(
  start: () => World,
  { first, told, ways }: Advice,
  help = "",
): Promise<Outcome | undefined> {
  let said: Outcome | undefined;
  for (const { says, steps, gone = [] } of ways) {
    const world = start();
    try {
      for (const step of first) ended(await run(world, step), step.ends ?? "well");
      const account = world.accounts[0] as (typeof world.accounts)[number];
      const before = seeded(account);
      said = await run(world, told);
      ended(said, told.ends ?? "well");
      expect({ told, lost: lost(account, before) }).toEqual({ told, lost: [] });
      expect(`${help}\n${said.help}\n${said.printed}`).toContain(says);
      for (const step of steps) {
        ended(await run(world, step, said.help), step.ends ?? "well");
        const harm = lost(account, before).filter((one) => !gone.includes(one));
        expect({ says, harm }).toEqual({ says, harm: [] });
      }
      expect({ says, lost: lost(account, before).sort() }).toEqual({
        says,
        lost: [...gone].sort(),
      });
    } finally {
      world.close();
    }
  }
  return said;
}
