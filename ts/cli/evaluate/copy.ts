/**
 * Copies rows of Alchemy 2 from its local store to the store that a program has, by the user's own
 * Alchemy, which encodes them as each store wants it.
 */
import type { CopiedStage } from "./answer.ts";
import type { Effect, EffectModule, State } from "./modules.ts";

/** Statuses of rows with nothing left to do. */
const SETTLED = ["created", "updated"];

interface Stage {
  stack: string;
  stage: string;
}

interface Stores {
  local: State;
  target: State;
}

/** What Alchemy and Effect are used for here. */
export interface Tools {
  effect: EffectModule;
  encode: (value: unknown) => unknown;
}

/**
 * Copies the rows that the other store lacks, stage by stage. A stage goes as a whole or not at all.
 *
 * @param stages Those that are asked for; all without.
 */
export async function copyStages(
  stores: Stores,
  stack: string,
  { stages, writes }: { stages: readonly string[] | null; writes: boolean },
  tools: Tools,
): Promise<CopiedStage[]> {
  const run = <T>(effect: Effect) => tools.effect.runPromise(effect) as Promise<T>;
  const known = await run<string[]>(stores.local.listStages(stack));
  const copied: CopiedStage[] = [];
  for (const stage of known.filter((one) => stages?.includes(one) ?? true).sort()) {
    copied.push(await copyStage(stores, { stack, stage }, writes, { ...tools, run }));
  }
  return copied;
}

type Running = Tools & { run: <T>(effect: Effect) => Promise<T> };

async function copyStage(
  { local, target }: Stores,
  at: Stage,
  writes: boolean,
  tools: Running,
): Promise<CopiedStage> {
  const [own, held] = [await rowsOf(local, at, tools), await rowsOf(target, at, tools)];
  const missing = [...own.keys()].filter((fqn) => !held.has(fqn));
  const result = { ...at, missing, there: own.size - missing.length, refused: null };
  const open = [...own.values()].find(({ status }) => !SETTLED.includes(String(status)));
  if (open) return { ...result, refused: "unfinished" };
  const isHeld = ([fqn, row]: [string, Row]) => textOf(row, tools) === textOf(own.get(fqn), tools);
  if (![...held].every(isHeld)) return { ...result, refused: "held" };
  if (!writes) return result;
  const { run } = tools;
  for (const fqn of missing) await run(target.set({ ...at, fqn, value: own.get(fqn) }));
  const output = await run<unknown>(local.getOutput(at));
  if (output != null && (await run<unknown>(target.getOutput(at))) == null) {
    await run(target.setOutput({ ...at, value: output }));
  }
  // What a store says it has done is not taken for granted.
  const now = await rowsOf(target, at, tools);
  const lost = [...own].find(([fqn, row]) => textOf(now.get(fqn), tools) !== textOf(row, tools));
  if (lost) throw new Error(`the store does not give back \`${lost[0]}\` of stage \`${at.stage}\``);
  return result;
}

interface Row {
  status?: unknown;
}

async function rowsOf(store: State, at: Stage, { run }: Running): Promise<Map<string, Row>> {
  const fqns = [...(await run<string[]>(store.list(at)))].sort();
  const rows = new Map<string, Row>();
  for (const fqn of fqns) {
    const row = await run<Row | null | undefined>(store.get({ ...at, fqn }));
    if (row != null) rows.set(fqn, row);
  }
  return rows;
}

/** A row as text that is the same whatever the order of its keys. */
function textOf(row: Row | undefined, { encode }: Tools): string {
  return JSON.stringify(encode(row), (_, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
