/** Deploys that would lose data: refused before any call, whatever the program does next. */
import { expect } from "bun:test";
import { data } from "./data.ts";
import { type App, program, type RunOptions } from "./program.ts";

/** The block that is refused, and what the program around it needs. */
export interface Harm {
  code: string;
  body: string;
  /** Options of the app. */
  options?: string;
  run?: RunOptions;
}

/**
 * Asserts that `body` is refused without a call, and that a program which catches the refusal and
 * goes on to its end changes nothing either. Gives what the refusal says.
 */
export async function harmless(app: App, stage: string, harm: Harm) {
  const { code, body, options, run } = harm;
  const before = data(app);
  const calls = app.cloudflare.log.length;
  const output = await app.refused(stage, code, program(body, "shop", options), run);
  expect(app.cloudflare.log.slice(calls)).toEqual([]);
  const caught = program(`try {\n${body}\n} catch {}`, "shop", options);
  await app.run(stage, caught, { ...run, name: "caught" });
  expect(app.changesSince(calls)).toEqual([]);
  expect(data(app)).toEqual(before);
  return said(output);
}

/** The message and the help of a refusal that a run has printed. */
export function said(output: string): { message: string; help: string } {
  const message = /^BlockError: (.*)$/m.exec(output)?.[1] ?? "";
  const help = /^ help: ("(?:[^"\\]|\\.)*")/m.exec(output)?.[1] ?? '""';
  return { message, help: JSON.parse(help) as string };
}
