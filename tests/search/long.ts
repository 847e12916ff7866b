/** The long search: goes on after each fault, and prints every kind of fault with its least case. */
import fc from "fast-check";
import { Machine } from "./deploy.ts";
import { type Case, cases } from "./model.ts";
import type { Fault } from "./oracle.ts";
import { type Played, play } from "./play.ts";

/** How many cases a property has before it is asked for again with another seed. */
const CASES = 1000;

export interface Found {
  kind: string;
  seed: number;
  path: string;
  played: Played;
}

export interface Search {
  edits: number;
  seed: number;
  path?: string | undefined;
  runs?: number | undefined;
  /** Kinds of faults to pass over. */
  skip?: RegExp | undefined;
  /** Whether to end with the first fault. */
  once?: boolean;
  onFound?: (found: Found) => void;
  onProgress?: (edits: number) => void;
}

/** Searches until so many edits were made, and gives all kinds of faults. */
export async function search(machine: Machine, options: Search): Promise<Found[]> {
  const known = new Set<string>();
  const found: Found[] = [];
  let edits = 0;
  for (let seed = options.seed; edits < options.edits; seed += 1) {
    const isKnown = (fault: Fault) =>
      known.has(fault.kind) || (options.skip?.test(fault.kind) ?? false);
    let worst: Played | undefined;
    const property = fc.asyncProperty(cases, async (one: Case) => {
      if (edits >= options.edits && !worst) return;
      // A case that is played again goes on to its end: what was known then, is not known now.
      const again = options.path !== undefined;
      const played = await play(machine, one, again ? () => true : isKnown);
      edits += played.steps;
      options.onProgress?.(edits);
      if (again ? played.faults.length === 0 : played.faults.every(isKnown)) return;
      worst = played;
      throw new Error(played.lines.join("\n"));
    });
    const details = await fc.check(property, {
      seed,
      // Small values first would be the same few programs for each seed.
      unbiased: true,
      numRuns: options.runs ?? CASES,
      ...(options.path === undefined ? {} : { path: options.path, endOnFailure: true }),
    });
    if (!details.failed || !worst) {
      if (options.runs !== undefined || options.path !== undefined) break;
      continue;
    }
    const last =
      options.path === undefined ? worst.faults.filter((one) => !isKnown(one)) : worst.faults;
    const kind = last.at(-1)?.kind ?? "";
    const one = { kind, seed, path: details.counterexamplePath ?? "", played: worst };
    found.push(one);
    options.onFound?.(one);
    if (options.once || options.path !== undefined) break;
    for (const fault of worst.faults) known.add(fault.kind);
  }
  return found;
}

/** A kind of fault with its least case, in words. */
export function report({ kind, seed, path, played }: Found): string {
  const lines = played.lines.map((line) => `    ${line}`).join("\n");
  return `FOUND ${kind}\n${lines}\n    SEARCH_SEED=${seed} SEARCH_PATH=${path}`;
}

function numberOf(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

if (import.meta.main) {
  const print = console.log;
  const total = numberOf("SEARCH_EDITS", 20_000);
  const start = performance.now();
  let shown = 0;
  const machine = await Machine.start();
  const { SEARCH_PATH, SEARCH_RUNS, SEARCH_SKIP } = process.env;
  const found = await search(machine, {
    edits: total,
    seed: numberOf("SEARCH_SEED", 1),
    path: SEARCH_PATH || undefined,
    skip: SEARCH_SKIP ? new RegExp(SEARCH_SKIP) : undefined,
    runs: SEARCH_RUNS ? Number(SEARCH_RUNS) : undefined,
    onFound: (one) => print(`\n${report(one)}`),
    onProgress(edits) {
      if (edits - shown < 1000) return;
      shown = edits;
      const rate = Math.round((edits * 1000) / (performance.now() - start));
      process.stderr.write(`${edits} of ${total} edits, ${rate} a second\n`);
    },
  });
  await machine.close();
  process.exit(found.length === 0 ? 0 : 1);
}
