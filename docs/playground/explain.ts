/** Explains a name: what the core makes of an input, and which part of it comes from where. */
import { BlockError } from "../../ts/errors.ts";
import { KINDS } from "../../ts/kinds.ts";
import { physicalName, stageSlug } from "../../ts/naming.ts";
import { type Asked, askBlock, askHost } from "./law.ts";
import type { Input } from "./link.ts";

export interface Refused {
  code: string;
  message: string;
  help: string;
  /** What the help gives in place of the input, if that is not refused. */
  instead?: string;
}

export interface Named {
  name: string;
  /** What stands before the slug: the base name, or its beginning and a hash. */
  front: string;
  slug: string;
  hashed: boolean;
  shortened: boolean;
  length: number;
  limit: Limit;
  /** The class of a Durable Object or a workflow. */
  className: string | undefined;
  /** Whether the data stays when the stage is destroyed. */
  retained: boolean;
}

export interface Limit {
  cap: number;
  unit: "characters" | "bytes";
}

const encoder = new TextEncoder();

function measured(name: string, { unit }: Limit): number {
  return unit === "bytes" ? encoder.encode(name).length : [...name].length;
}

/** A refusal, with the last name in its help if that is taken. */
function refused(error: BlockError, ask: (name: string) => Asked<unknown>): Refused {
  const { code, message, help } = error;
  const [, last] = [...help.matchAll(/`([^`\n]+)`/g)].at(-1) ?? [];
  const isTaken = last !== undefined && !(ask(last).answer instanceof BlockError);
  return { code, message, help, ...(isTaken ? { instead: last } : {}) };
}

/** The name that the block has in a stage and how it came about, or why there is none. */
export function explain(
  input: Pick<Input, "version" | "kind" | "base" | "stage">,
): Named | Refused {
  const { kind, base, stage } = input;
  const ask = (base: string) => askBlock({ ...input, base }, stage);
  const { answer } = ask(base);
  if (answer instanceof BlockError) return refused(answer, ask);
  const name = physicalName(kind, base, stage);
  const slug = stageSlug(stage);
  const front = name.slice(0, -slug.length - 1);
  const { cap, capUnit: unit } = KINDS[kind];
  const limit = { cap, unit };
  return {
    name,
    front,
    slug,
    hashed: slug !== stage,
    shortened: front !== base,
    length: measured(name, limit),
    limit,
    className: answer.className,
    retained: answer.delete === false,
  };
}

/** The hostname in a stage, or why there is none. */
export function explainHost(input: Input, stage: string): { hostname: string } | Refused {
  const ask = (host: string) => askHost({ ...input, host }, stage);
  const { answer } = ask(input.host);
  if (answer instanceof BlockError) return refused(answer, ask);
  return { hostname: answer.name };
}

/** What the core has against the input, and in which stages. */
export interface Finding {
  severity: "error" | "warning";
  /** The code, and its page; a warning has both in its text. */
  code: string;
  message: string;
  help: string;
  stages: string[];
}

/** What a deploy of the block and of the hostname would be refused for, or warned of, in these stages. */
export function findingsIn(input: Input, stages: readonly string[]): Finding[] {
  const all = stages.flatMap((stage) =>
    [askBlock(input, stage), askHost(input, stage)].flatMap((asked) =>
      foundIn(asked).map((finding) => ({ ...finding, stages: [stage] })),
    ),
  );
  const merged = new Map<string, Finding>();
  for (const finding of all) {
    const key = JSON.stringify([finding.severity, finding.code, finding.message, finding.help]);
    const known = merged.get(key);
    if (known) known.stages.push(...finding.stages);
    else merged.set(key, finding);
  }
  return [...merged.values()];
}

function foundIn({ answer, warnings }: Asked<unknown>): Omit<Finding, "stages">[] {
  const warned = warnings.map((text) => ({ severity: "warning" as const, ...warningIn(text) }));
  if (!(answer instanceof BlockError)) return warned;
  const { code, message, help } = answer;
  return [...warned, { severity: "error", code, message, help }];
}

/** A warning as the core prints it: `@alch/blocks: message (code): help`. */
function warningIn(text: string): Pick<Finding, "code" | "message" | "help"> {
  const [, message = text, code = "", help = ""] =
    /^@alch\/blocks: ([\s\S]*) \(([a-z-]+)\): ([\s\S]*)$/.exec(text) ?? [];
  return { code, message, help };
}
