/** Does with single rows of a store what the standard input asks for, a line for each. */
import { createInterface } from "node:readline";
import { isAction } from "../../state/alchemy2.ts";
import type { RowAnswer, RowQuestion } from "./answer.ts";
import type { Effect, State } from "./modules.ts";

type Run = <T>(effect: Effect) => Promise<T>;

/** @param mark What each answer begins with, on a line of its own. */
export async function serve(store: State, run: Run, mark: string): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await answerTo(store, run, JSON.parse(line) as RowQuestion);
    process.stdout.write(`\n${mark}${JSON.stringify(answer)}\n`);
  }
}

async function answerTo(store: State, run: Run, question: RowQuestion): Promise<RowAnswer> {
  try {
    if ("get" in question) return { value: (await run<unknown>(store.get(question.get))) ?? null };
    const { stack, stage } = question.remove;
    await run(store.delete(question.remove));
    // Without a stage, the whole stack would go.
    if (stack !== "" && stage !== "" && (await isEmpty(store, run, { stack, stage }))) {
      await run(store.deleteStack({ stack, stage }));
    }
    return { value: null };
  } catch (error) {
    const { message } = (error ?? {}) as { message?: unknown };
    return { error: typeof message === "string" && message !== "" ? message : String(error) };
  }
}

/** Whether a stage has nothing that holds something: actions do not, nor does what the program returned. */
async function isEmpty(store: State, run: Run, at: { stack: string; stage: string }) {
  for (const fqn of await run<string[]>(store.list(at))) {
    const row = await run<unknown>(store.get({ ...at, fqn }));
    if (!isAction(row)) return false;
  }
  return true;
}
