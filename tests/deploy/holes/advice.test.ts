/**
 * Advice is safe: every help text that the package and its tools can give is followed on a deployed app,
 * or `advice/` says why it changes nothing that is deployed. A new variant needs an entry. The faults
 * of the command line itself have no code, and name only its own options and files.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MONITOR_CODES } from "../../../ts/cli/monitor/report.ts";
import { RULES } from "../../../ts/generated/rules.ts";
import { cli, Folder } from "../../cli/cli.ts";
import { Machine, World } from "../../search/deploy.ts";
import { said } from "../../support/harm.ts";
import { App, program } from "../../support/program.ts";
import { CALLS } from "./advice/calls.ts";
import { CHECKS } from "./advice/checks.ts";
import { type Advice, type Entries, type Entry, follow, type Step } from "./advice/follow.ts";
import { HOSTS } from "./advice/hosts.ts";
import { MONITORED } from "./advice/monitored.ts";
import { NAMES } from "./advice/names.ts";
import { OTHERS } from "./advice/others.ts";
import { REGIONS } from "./advice/regions.ts";
import { STATE } from "./advice/state.ts";
import { WARNINGS } from "./advice/warnings.ts";
import { deployed, kept, seeded, TIME } from "./holes.ts";

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
  expect(all).toHaveLength(source.split(/#\[error\((?!transparent)/).length - 1);
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

/** The help of each finding that `check` makes for the program of its entry, by the file. */
async function checked(): Promise<ReadonlyMap<string, string>> {
  using folder = new Folder();
  for (const [code, entry] of Object.entries(CHECKS)) {
    if (typeof entry === "string") continue;
    for (const [at, { told }] of entry.entries()) {
      writeFileSync(join(folder.path, `${code}.${at}.ts`), sourceOf(`${code}-${at}`, told.text));
    }
  }
  const { out, error } = await cli(folder.path, ["check", "--json", "."]);
  expect(error).toBe("");
  const { findings } = JSON.parse(out) as { findings: Record<"code" | "file" | "help", string>[] };
  return new Map(
    findings
      .filter(({ code, file }) => file.startsWith(`${code}.`))
      .map((one) => [one.file, one.help]),
  );
}

/** A program of an app as people write it. */
function sourceOf(app: string, text: Step["text"]): string {
  return `import alchemy from "alchemy";
import * as raw from "alchemy/cloudflare";
import { Database, KV, Queue, DurableObject, AlchemyWorkflow, createBlocks, physicalName, thrifty } from "@alch/blocks";
const app = await alchemy("${app}");
const stage = app.stage;
${text}
await app.finalize();
`;
}

/** All texts in the sources of a crate, without the breaks of its lines. */
function textsOf(folder: string): string {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const sources = files
    .filter((file) => file.endsWith(".rs"))
    .map((file) => join(ROOT, folder, file));
  const text = sources.map((file) => readFileSync(file, "utf8")).join("\n");
  return text.replaceAll(/\\\n\s*/g, "").replaceAll('\\"', '"');
}

/** What `check` finds in the state, or in two packages. */
const OF_STATE = new Set(["orphaned-row", "nested-stage", "shared-app"]);

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.start();
});
afterAll(() => machine.close());

const start = () => new World(machine);

const ERRORS = [...messagesOf("error.rs"), ...messagesOf("error/hosts.rs")];
const REFUSALS: Entries = { ...NAMES, ...HOSTS, ...REGIONS, ...CALLS, ...STATE, ...OTHERS };

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

const WARNED = messagesOf("warning.rs");

test("every warning has an entry, and its advice is safe", async () => {
  const variants = WARNED.map(({ variant }) => variant);
  expect(Object.keys(WARNINGS).sort()).toEqual(variants.sort());
  for (const message of WARNED) {
    const all = WARNINGS[message.variant] as Entry;
    for (const advice of typeof all === "string" ? [] : all) {
      const said = await follow(start, advice);
      const line = new RegExp(`^@alch/blocks: (.*?) \\(${message.code}\\): (.*)$`, "m");
      const [, text = "", help = ""] = line.exec(said?.printed ?? "") ?? [];
      expect(text).toMatch(patternOf(message));
      expect(unfollowed(help, [advice])).toBe("");
    }
  }
}, 120_000);

test("every finding of `check` has an entry, and its advice is safe", async () => {
  expect(Object.keys(CHECKS).sort()).toEqual(Object.keys(RULES).sort());
  const helps = await checked();
  const texts = textsOf("analyzer/src");
  for (const [code, entry] of Object.entries(CHECKS)) {
    if (typeof entry === "string") continue;
    for (const [at, advice] of entry.entries()) {
      const help = OF_STATE.has(code) ? texts : helps.get(`${code}.${at}.ts`);
      await follow(start, advice, help ?? `nothing was found: ${code} ${at}`);
      if (!OF_STATE.has(code)) expect(unfollowed(help ?? "", entry)).toBe("");
    }
  }
}, 120_000);

test("every finding of the monitor has an entry, and its advice is safe", async () => {
  expect(Object.keys(MONITORED).sort()).toEqual([...MONITOR_CODES].sort());
  const helps = textsOf("monitor/src");
  for (const entry of Object.values(MONITORED)) {
    for (const advice of typeof entry === "string" ? [] : entry) await follow(start, advice, helps);
  }
}, 120_000);

test("the advice about another program and another app is safe, from above `alchemy()`", async () => {
  await using app = await App.start();
  const kv = 'await KV("kv");';
  const released = (name: string) =>
    program("", name).replace("const app", 'createBlocks({ release: ["kv"] });\nconst app');
  await deployed(app, { body: kv }, { body: kv, app: "store", args: ["--adopt"] });
  const before = seeded(app.account);
  const other = await app.refused("pr-1", "owned-elsewhere", program(""), { name: "other" });
  expect(said(other).help).toBe(
    'give each program its own app name, or write `createBlocks({ release: ["kv"] })` above `alchemy()` to let it go',
  );
  await deployed(app, { body: "", app: "other", name: "other" });
  kept(app, before);
  // It is in the state of the other app, too, and that is said as well.
  await deployed(app, { source: released("shop"), name: "other" });
  kept(app, before, ["KVNamespace kv-pr-1"]);
}, 120_000);
