/**
 * What the core says of a name, taken apart. No rule is repeated here: lengths, caps and parts are
 * read off the names that the core makes.
 */
import { BlockError, type Kind, physicalName, stageSlug } from "@alch/blocks/naming";

/** Each kind, with what an app writes to have one. */
export const KINDS: Readonly<Record<Kind, { noun: string; block?: string; note?: string }>> = {
  database: { noun: "D1 database", block: "Database" },
  bucket: { noun: "R2 bucket", block: "Bucket" },
  kv: { noun: "KV namespace", block: "KV" },
  queue: { noun: "Queue", block: "Queue" },
  "durable-object": {
    noun: "Durable Object",
    block: "DurableObject",
    note: "Cloudflare knows a Durable Object by its class and its Worker: it is the Worker's name that keeps stages apart.",
  },
  workflow: { noun: "Workflow", block: "AlchemyWorkflow" },
  worker: { noun: "Worker", note: "A Worker has no block: give it the name yourself." },
};

export const kinds = Object.keys(KINDS) as Kind[];

/** What somebody has typed. */
export interface Input {
  kind: Kind;
  base: string;
  stage: string;
}

export interface Refused {
  code: string;
  message: string;
  help: string;
  /** A base name that the help gives, and that is not refused. */
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
}

export interface Limit {
  cap: number;
  unit: "characters" | "bytes";
}

/** More than the cap of any kind. */
const LONG = 4096;
const encoder = new TextEncoder();

/** What `act` gives, or how it is refused. */
function attempt<T>(act: () => T): T | BlockError {
  try {
    return act();
  } catch (error) {
    if (error instanceof BlockError) return error;
    throw error;
  }
}

/** A base name that is too long makes a name that is exactly as long as the cap. */
function limitOf(kind: Kind): Limit {
  const cap = physicalName(kind, "a".repeat(LONG), "x").length;
  const wide = attempt(() => physicalName(kind, "é".repeat(LONG), "x"));
  const bytes = typeof wide === "string" && wide.length < cap;
  return { cap, unit: bytes ? "bytes" : "characters" };
}

export const limits = Object.fromEntries(
  kinds.map((kind) => [kind, limitOf(kind)] as const),
) as Readonly<Record<Kind, Limit>>;

function measured(name: string, { unit }: Limit): number {
  return unit === "bytes" ? encoder.encode(name).length : [...name].length;
}

/** The last name in the help, if the core takes it. */
function insteadOf({ help }: BlockError, { kind, stage }: Input): string | undefined {
  const [, last] = [...help.matchAll(/`([^`\n]+)`/g)].at(-1) ?? [];
  if (last === undefined) return undefined;
  return typeof attempt(() => physicalName(kind, last, stage)) === "string" ? last : undefined;
}

/** The name of `input` and how it came about, or why there is none. */
export function explain(input: Input): Named | Refused {
  const { kind, base, stage } = input;
  const name = attempt(() => physicalName(kind, base, stage));
  if (typeof name !== "string") {
    const { code, message, help } = name;
    const instead = insteadOf(name, input);
    return { code, message, help, ...(instead === undefined ? {} : { instead }) };
  }
  const slug = stageSlug(stage);
  const front = name.slice(0, -slug.length - 1);
  const limit = limits[kind];
  return {
    name,
    front,
    slug,
    hashed: slug !== stage,
    shortened: front !== base,
    length: measured(name, limit),
    limit,
  };
}

/** What to write in an app. */
export function written({ kind, base }: Input): string {
  const { block } = KINDS[kind];
  const text = JSON.stringify(base);
  return block === undefined ? `physicalName("${kind}", ${text}, app.stage)` : `${block}(${text})`;
}
