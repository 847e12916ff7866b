/** Plays a case, and says what went wrong. */
import { type Machine, type Outcome, World } from "./deploy.ts";
import {
  type Around,
  applied,
  type Case,
  type Command,
  commandInWords,
  type Edit,
  inWords,
  KINDS,
  type Program,
  STAGES,
  type Step,
} from "./model.ts";
import { Accepted, type Fault, fill, Ledger, snapshot } from "./oracle.ts";

/** How a case went. */
export interface Played {
  /** All faults, the last ones of which nobody knew. */
  faults: Fault[];
  /** What was done, a line for each edit and run. */
  lines: string[];
  steps: number;
}

/** Plays a case up to its end, or to the first fault that is not known. */
export async function play(
  machine: Machine,
  { programs, steps }: Case,
  isKnown: (fault: Fault) => boolean,
): Promise<Played> {
  const game = new Game(machine, programs);
  try {
    for (const step of steps) {
      const faults = await game.step(step);
      if (faults.some((fault) => !isKnown(fault))) break;
    }
    return { faults: game.faults, lines: game.lines, steps: game.steps };
  } finally {
    game.world.close();
  }
}

class Game {
  readonly world: World;
  readonly faults: Fault[] = [];
  readonly lines: string[] = [];
  steps = 0;
  readonly #programs: Program[];
  readonly #begun = new Set<number>();
  readonly #ledger = new Ledger();
  readonly #accepted = new Accepted();
  #refused: Outcome | undefined;

  constructor(machine: Machine, programs: readonly Program[]) {
    this.world = new World(machine);
    this.#programs = [...programs];
  }

  async step({ edits, run }: Step): Promise<Fault[]> {
    const repo = run.repo % this.#programs.length;
    this.#begin(repo);
    const stage = STAGES[run.stage % STAGES.length] as string;
    for (const edit of edits) this.#edit(repo, edit, stage);
    const program = this.#programs[repo] as Program;
    if (!runsLocally(program, run)) return [];
    this.steps += 1;
    return this.#run(program, run);
  }

  async #run(program: Program, command: Command): Promise<Fault[]> {
    const { accounts, state } = this.world;
    const before = snapshot(accounts);
    const stage = STAGES[command.stage % STAGES.length] as string;
    const isFresh = this.#ledger.isGone(program.app, stage, before) && !nests(stage);
    const promise = this.#accepted.promise({ program, command }, isFresh);
    const outcome = await this.world.run(program, command);
    const after = snapshot(accounts);
    const ran = { program, command, outcome, before, after };
    const result = outcome.ok ? "" : ` → ${outcome.code ?? outcome.message.split("\n")[0]}`;
    this.lines.push(commandInWords({ run: command, app: program.app, stage }) + result);
    const faults = this.#ledger.judge(ran);
    if (promise && outcome.code) {
      const words = `${promise} was refused: ${outcome.message}`;
      faults.push({ kind: `false alarm · ${outcome.code} · ${promise}`, words });
    }
    this.#ledger.learn(ran, state);
    this.#accepted.learn(ran);
    fill(accounts, after);
    if (outcome.code) this.#refused = outcome;
    for (const { words } of faults) this.lines.push(`  ${words}`);
    this.faults.push(...faults);
    return faults;
  }

  /** Says what a repository begins with, once it is used. */
  #begin(repo: number): void {
    if (this.#begun.has(repo)) return;
    this.#begun.add(repo);
    const { app, items, ...settings } = this.#programs[repo] as Program;
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const options = given.length === 0 ? "" : ` ${JSON.stringify(Object.fromEntries(given))}`;
    const lines = items.map(inWords).join("; ") || "nothing";
    this.lines.push(`${repo === 0 ? "" : "the second repository, "}${app}${options}: ${lines}`);
  }

  #edit(repo: number, edit: Edit, stage: string): void {
    if (edit.do === "save" || edit.do === "wipe" || edit.do === "restore") {
      this.world[edit.do]();
      this.#ledger[edit.do]();
      if (edit.do !== "save") this.#accepted.forget();
      this.lines.push(`${edit.do} the state`);
      return;
    }
    const done = applied(this.#programs[repo] as Program, edit, this.#around(stage));
    if (!done) return;
    this.#programs[repo] = done.program;
    this.lines.push(done.words);
  }

  #around(stage: string): Around {
    const things = [...snapshot(this.world.accounts).values()];
    const names = new Map(
      KINDS.map((kind) => [
        kind,
        things.filter((thing) => thing.kind === kind).map(({ name }) => name),
      ]),
    );
    return { names: (kind) => names.get(kind) ?? [], stage, refused: this.#refused };
  }
}

/** In local mode, Workers and migrations would each start a runtime of seconds. */
function runsLocally({ items }: Program, { local, phase }: Command): boolean {
  if (!local || phase === "destroy") return true;
  return !items.some(({ kind, table, seed }) => kind === "worker" || table || seed);
}

function nests(stage: string): boolean {
  return STAGES.some((one) => one.startsWith(`${stage}/`) || stage.startsWith(`${one}/`));
}
