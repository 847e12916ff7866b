/**
 * Advice is safe: every help text that the package and its tools can give is followed on a deployed app,
 * or it is said here why it touches nothing that is deployed. What is new has to be added.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Machine, World } from "../../search/deploy.ts";
import { CALLS, type Entry } from "./advice/calls.ts";
import { type Advice, follow } from "./advice/follow.ts";
import { STATE } from "./advice/state.ts";
import { TIME } from "./holes.ts";

const ROOT = join(import.meta.dir, "../../..");

/** A message of the core, as its source has it. */
interface Message {
  variant: string;
  code: string;
  text: string;
}

/** All messages of a file of the core: an `error`, a `diagnostic` and a variant for each. */
function messagesOf(file: string): Message[] {
  const source = readFileSync(join(ROOT, "src", file), "utf8");
  const one =
    /#\[error\(\s*"((?:[^"\\]|\\.)*)"[\s\S]*?\)\]\s*#\[diagnostic\(\s*code\("([a-z-]+)"\)[\s\S]*?\)\]\s*(\w+)/g;
  const all = [...source.matchAll(one)].map(([, text = "", code = "", variant = ""]) => {
    return { variant, code, text };
  });
  expect(all).toHaveLength(source.split("#[error(").length - 1);
  return all;
}

/** What a message looks like, whatever is put into it. */
function patternOf({ text }: Message): RegExp {
  const parts = text.replaceAll('\\"', '"').split(/\{[^}]*\}/);
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`, "s");
}

/** What is left of a help without the words that were followed. */
function unfollowed(help: string, all: readonly Advice[]): string {
  const words = all.flatMap(({ ways }) => ways.map(({ says }) => says));
  // The longest first: one may be part of another.
  words.sort((a, b) => b.length - a.length);
  const left = words.reduce((text, says) => text.replaceAll(says, ""), help);
  return left.replaceAll(/\b(or|and)\b|[\s,;:]/g, "");
}

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.start();
});
afterAll(() => machine.close());

const start = () => new World(machine);

const ERRORS = messagesOf("error.rs");
const REFUSALS: Readonly<Record<string, Entry>> = { ...CALLS, ...STATE };

test("every refusal has an entry", () => {
  const variants = ERRORS.map(({ variant }) => variant);
  expect(Object.keys(REFUSALS).sort()).toEqual(variants.sort());
});

const followed = ERRORS.filter(({ variant }) => typeof REFUSALS[variant] !== "string");

test.each(followed.map((message) => [message.variant, message] as const))(
  "the advice of `%s` is safe",
  async (variant, message) => {
    const all = REFUSALS[variant] as readonly Advice[];
    for (const advice of all) {
      const said = await follow(start, advice);
      expect(said?.code).toBe(message.code);
      expect(said?.message).toMatch(patternOf(message));
      expect(unfollowed(said?.help ?? "", all)).toBe("");
    }
  },
  TIME,
);
