/** The state that `check` compares the program with. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { appsIn, type Program } from "../analyse/program.ts";
import type { LinkOptions } from "../analyse/report.ts";
import { foldersBeside } from "../collect/places.ts";
import { shown } from "../collect/shown.ts";
import type { StoredState } from "../collect/state.ts";
import { Problem } from "../problem.ts";

interface Options {
  /** `false` for `--no-state`. */
  state?: string[] | false | undefined;
  stateStore?: string[] | undefined;
  stage?: string[] | undefined;
}

export interface Deployed {
  /** What the analyser is given. */
  link: Partial<LinkOptions>;
  /** The stores that were read, as they are shown. */
  stores: string[];
  /** Whether to look for what is in them and no longer declared. */
  orphans: boolean;
}

const NOTHING: Deployed = { link: {}, stores: [], orphans: false };

/** Reads the state that was asked for, or else what is beside the program. */
export async function deployed(
  program: Program,
  paths: readonly string[],
  options: Options,
  folder: string,
): Promise<Deployed> {
  const { state = [], stateStore = [], stage: stages = [] } = options;
  if (state === false) {
    if (stateStore.length === 0) return NOTHING;
    throw new Problem("`--no-state` cannot be used with `--state-store`", "leave one of them out");
  }
  const isNamed = state.length + stateStore.length > 0;
  const files = program.files.map(({ path }) => path);
  if (!isNamed && foldersBeside(files, folder).length === 0) return NOTHING;
  // Most programs have no state at hand and need not wait for this.
  const { readStates, readStatesBeside } = await import("../collect/state.ts");
  const found = isNamed
    ? await readStates({ state, stateStore }, folder, appsIn(program))
    : await readStatesBeside(files, folder).catch(orWithout);
  const orphans = isNamed || paths.every((path) => isFolder(resolve(folder, path)));
  const link = linkOptions(found, stages, orphans, folder);
  return { link, stores: storesOf(found), orphans };
}

/** Nobody has asked for this state. */
function orWithout(error: unknown): never {
  if (!(error instanceof Problem)) throw error;
  throw new Problem(error.message, `${error.help}; \`--no-state\` leaves it out`);
}

/** Whoever names a file does not show the whole program: the rest of it seems to be gone. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function linkOptions(
  { resources, stages: stored, armed }: StoredState,
  stages: readonly string[],
  orphans: boolean,
  folder: string,
): Partial<LinkOptions> {
  return {
    state: resources.filter(({ stage }) => stages.length === 0 || stages.includes(stage)),
    orphans,
    stored,
    armed: armed.map((one) => {
      if (one.file === undefined) return { ...one, file: one.store, store: "" };
      return { ...one, file: shown(one.file, folder) };
    }),
  };
}

/** Those with a stage: Alchemy keeps other things in its folder, too. */
function storesOf({ stages }: StoredState): string[] {
  return [...new Set(stages.map(({ store }) => store))];
}
