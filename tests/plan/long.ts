/** The long comparison: goes on after each difference, and prints the least program of each seed. */
import fc from "fast-check";
import { Machine } from "../search/deploy.ts";
import { type Analyser, analyser, type Compared, compare } from "./compare.ts";
import { programs, STAGES } from "./programs.ts";

export interface Found {
  seed: number;
  path: string;
  text: string;
  words: string;
}

export interface Comparison {
  programs: number;
  seed: number;
  path?: string | undefined;
  onProgress?: (done: number, compared: Compared) => void;
}

/** Compares so many programs; gives the least one that differs. */
export async function differs(
  machine: Machine,
  reader: Analyser,
  options: Comparison,
): Promise<{ found: Found | undefined; done: number; refused: number; resources: number }> {
  const sum = { done: 0, refused: 0, resources: 0 };
  let worst: { text: string; words: string } | undefined;
  const property = fc.asyncProperty(programs, async (program) => {
    const compared = await compare(machine, reader, program, STAGES);
    sum.done += 1;
    sum.resources += compared.resources;
    sum.refused += compared.refused.length;
    options.onProgress?.(sum.done, compared);
    const { differences } = compared;
    if (differences.length === 0) return;
    const words = differences.map(({ stage, words }) => `in ${stage}\n${words}`).join("\n");
    worst = { text: program.text, words };
    throw new Error(words);
  });
  const details = await fc.check(property, {
    seed: options.seed,
    numRuns: options.programs,
    ...(options.path === undefined ? {} : { path: options.path, endOnFailure: true }),
  });
  const found =
    details.failed && worst
      ? { ...worst, seed: options.seed, path: details.counterexamplePath ?? "" }
      : undefined;
  return { found, ...sum };
}

/** A program that differs from its plan, in words. */
export function report({ text, words, seed, path }: Found): string {
  return `FOUND a program that differs from its plan\n${text}\n${words}\nPLAN_SEED=${seed} PLAN_PATH=${path}`;
}

if (import.meta.main) {
  const { PLAN_PROGRAMS, PLAN_SEED, PLAN_PATH } = process.env;
  const total = Number(PLAN_PROGRAMS ?? 2000);
  const print = console.log;
  const machine = await Machine.start();
  const reader = await analyser();
  let left = total;
  let failed = 0;
  const refusals = new Map<string, number>();
  for (let seed = Number(PLAN_SEED ?? 1); left > 0; seed += 1) {
    const { found, done, refused, resources } = await differs(machine, reader, {
      programs: Math.min(left, 500),
      seed,
      path: PLAN_PATH || undefined,
      onProgress(_, compared) {
        for (const { message } of compared.refused) {
          const kind = message.split("\n")[0]?.replaceAll(/[`"][^`"]*[`"]/g, "…") ?? "";
          refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
        }
      },
    });
    left -= found ? Math.max(done, 1) : Math.min(left, 500);
    print(`seed ${seed}: ${done} programs, ${resources} resources, ${refused} refused deploys`);
    if (found) {
      failed += 1;
      print(`\n${report(found)}\n`);
    }
    if (PLAN_PATH) break;
  }
  for (const [kind, times] of refusals) print(`${times} × ${kind}`);
  await machine.close();
  process.exit(failed === 0 ? 0 : 1);
}
