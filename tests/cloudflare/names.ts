/**
 * Cloudflare's own rules for names, written from its API documentation alone. The project's law
 * lives elsewhere and must not be used here: this is what proves that law right.
 */
import { codes, refuse } from "./errors.ts";
import { PLAIN } from "./plain/index.ts";
import type { PlainRules } from "./plain/plain.ts";

interface NameRule {
  readonly code: number;
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

const rules = {
  D1Database: {
    code: codes.d1Invalid,
    min: 1,
    max: Number.POSITIVE_INFINITY,
    pattern: /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/,
  },
  R2Bucket: {
    code: codes.r2Name,
    min: 3,
    max: 63,
    pattern: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/,
  },
  KVNamespace: { code: codes.kvTitle, min: 1, max: 512 },
  Queue: {
    code: codes.queueName,
    min: 1,
    max: 63,
    pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  },
  Workflow: {
    code: codes.workflowBody,
    min: 1,
    max: 64,
    pattern: /^[a-zA-Z0-9_][a-zA-Z0-9-_]*$/,
  },
  Worker: { code: codes.scriptName, min: 1, max: 63, pattern: /^[a-z0-9_][a-z0-9-_]*$/ },
} satisfies Record<string, NameRule>;

/** The kinds whose names Cloudflare checks. */
export type NamedKind = keyof typeof rules;

/** Says what is wrong with a name, or nothing when Cloudflare accepts it. */
export function nameFault(kind: NamedKind, name: unknown): string | undefined {
  const rule: NameRule = rules[kind];
  if (typeof name !== "string") return `the ${kind} name must be a string`;
  const length = [...name].length;
  if (length < rule.min) return `the ${kind} name must have at least ${rule.min} characters`;
  if (length > rule.max) return `the ${kind} name must have at most ${rule.max} characters`;
  if (rule.pattern && !rule.pattern.test(name)) return `invalid ${kind} name`;
  return undefined;
}

/** Returns the name, or refuses the call with the code of its kind. */
export function validName(kind: NamedKind, name: unknown): string {
  const fault = nameFault(kind, name);
  if (fault !== undefined) refuse(400, rules[kind].code, fault);
  return name as string;
}

/** Whether Cloudflare accepts a name of a type of Alchemy's; nothing where it checks none. */
export function accepts(type: string, name: string): boolean | undefined {
  const plain: Readonly<Record<string, PlainRules>> = PLAIN;
  if (type in rules) return nameFault(type as NamedKind, name) === undefined;
  return plain[type]?.name.test(name);
}
