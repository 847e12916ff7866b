/** Explains a name: what the core makes of an input, and which part of it comes from where. */
import { BlockError, hostname, type Kind, physicalName, stageSlug } from "@alch/blocks/naming";
import { ALL_KINDS, KINDS } from "../../ts/kinds.ts";

export const kinds: readonly Kind[] = ALL_KINDS.map(({ kind }) => kind);

/** What the user has typed. */
export interface Input {
  kind: Kind;
  base: string;
  stage: string;
  /** The hostname in production. */
  host: string;
}

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
}

export interface Limit {
  cap: number;
  unit: "characters" | "bytes";
}

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

function measured(name: string, { unit }: Limit): number {
  return unit === "bytes" ? encoder.encode(name).length : [...name].length;
}

/** A refusal, with the last name in its help if `named` takes that. */
function refused(error: BlockError, named: (name: string) => string): Refused {
  const { code, message, help } = error;
  const [, last] = [...help.matchAll(/`([^`\n]+)`/g)].at(-1) ?? [];
  const isTaken = last !== undefined && typeof attempt(() => named(last)) === "string";
  return { code, message, help, ...(isTaken ? { instead: last } : {}) };
}

/** The name of `input` and how it came about, or why there is none. */
export function explain({ kind, base, stage }: Omit<Input, "host">): Named | Refused {
  const named = (base: string) => physicalName(kind, base, stage);
  const name = attempt(() => named(base));
  if (typeof name !== "string") return refused(name, named);
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
  };
}

/** The hostname in a stage, or why there is none. */
export function explainHost(host: string, stage: string): { hostname: string } | Refused {
  const named = (host: string) => hostname(host, stage);
  const answer = attempt(() => named(host));
  return typeof answer === "string" ? { hostname: answer } : refused(answer, named);
}

/** What to write in an app. */
export function written({ kind, base }: Input): string {
  const { block } = KINDS[kind];
  const text = JSON.stringify(base);
  return block === null ? `physicalName("${kind}", ${text}, app.stage)` : `${block}(${text})`;
}
