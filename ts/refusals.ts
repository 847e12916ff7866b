/**
 * Whether what the state holds may change, and what refusals say: by a WebAssembly module of its own,
 * which is loaded where it is needed first, since most deploys need none of it.
 */
import { type BlockError, blockError, onRefusal } from "#host";
import * as glue from "#refusals";
import text from "#refusals-module";
import { decoded, instantiate, Module } from "./instance.ts";

let started = false;

function start(): void {
  if (started) return;
  instantiate(new Module(decoded(text)), glue);
  started = true;
}

/** Where the stack ends in the module, the next refusal makes another instance. */
function asked(ask: () => string): string {
  start();
  try {
    return ask();
  } catch (error) {
    started = false;
    throw error;
  }
}

onRefusal((code, message, words) => asked(() => glue.explain(code, message, words)));

/** A refusal that is not the core's, by its name and three words. */
export function refusal(...words: Parameters<typeof glue.refuse>): BlockError {
  return blockError(asked(() => glue.refuse(...words)));
}

const encoder = new TextEncoder();

function packed(words: readonly string[]): string {
  return words.map((word) => `${encoder.encode(word).length}:${word}`).join("");
}

/** Gives what the module answers; throws what it refuses. */
function judged(ask: () => string): string {
  const answer = asked(ask);
  if (answer.includes("\n")) throw blockError(answer);
  return answer;
}

/** What becomes of a name: the declared one is used, the deployed one stays, or is replaced. */
export type Verdict = "declared" | "keep" | "replace";

/** What becomes of a row, by the words that say what is declared and what the row has. */
export function rowVerdict(words: readonly string[]): Verdict {
  return judged(() => glue.judgeRow(packed(words))) as Verdict;
}

/**
 * Where the workflows are that keep their names, among a Worker's old bindings and among the new, by how
 * many there were and are, and the words of each.
 */
export function workerVerdict(
  before: number,
  now: number,
  words: readonly string[],
): [old: number, now: number][] {
  const places = judged(() => glue.judgeWorker(before, now, packed(words)));
  return [...places.matchAll(/(\d+) (\d+)/g)].map(([, old, now]) => [Number(old), Number(now)]);
}
