/** Explains a name: what the core makes of an input, and which part of it comes from where. */
import { BlockError, type Kind, physicalName, stageSlug } from "@alch/blocks/naming";
import { ALL_KINDS, KINDS } from "../../ts/kinds.ts";

export const kinds: readonly Kind[] = ALL_KINDS.map(({ kind }) => kind);

/** What the user has typed. */
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

/** What to write in an app. */
export function written({ kind, base }: Input): string {
  const { block } = KINDS[kind];
  const text = JSON.stringify(base);
  return block === null ? `physicalName("${kind}", ${text}, app.stage)` : `${block}(${text})`;
}
