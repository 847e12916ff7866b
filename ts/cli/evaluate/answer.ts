/** What the process that evaluates a program is told, and what it answers. */
import { readFileSync } from "node:fs";

/** Told as JSON, in the first argument. */
export interface Question {
  /** The files of the modules of the user's own Alchemy. */
  modules: Record<ModuleName, string>;
  entrypoint: string;
  /** What it is opened for; without one, all rows of its state are asked for. */
  stage: string | null;
  /** What to copy from the local store to the one that the program has. */
  copy?: Copy | undefined;
  /** Whether to wait for questions about single rows, and what each answer begins with. */
  serve?: string | undefined;
  /** A folder that is gone afterwards: for the answer, and for what Alchemy logs. */
  scratch: string;
}

export interface Copy {
  /** Those that are asked for; `null` for all. */
  stages: readonly string[] | null;
  writes: boolean;
}

/** Where a row is in a store. */
export interface RowAt {
  stack: string;
  stage: string;
  fqn: string;
}

/** With the last row of a stage goes what is of no use without one. */
export type RowQuestion = { get: RowAt } | { remove: RowAt };
/** The row, or `null`. */
export type RowAnswer = { value: unknown } | { error: string };

/** What is copied of a stage. */
export interface CopiedStage {
  stack: string;
  stage: string;
  /** The ids of rows that the store lacks, or has lacked. */
  missing: string[];
  /** How many it has already. */
  there: number;
  /**
   * Why nothing is copied: a deploy did not end, or the store has rows of the stage that are not the
   * same.
   */
  refused: "unfinished" | "held" | null;
}

export const MODULES = {
  alchemist: "alchemy/Alchemist",
  context: "alchemy/AlchemyContext",
  output: "alchemy/Output",
  state: "alchemy/State",
  effect: "effect/Effect",
} as const;
export type ModuleName = keyof typeof MODULES;

/** The file in the scratch folder. */
export const ANSWER = "answer.json";

/** A resource of a stack. */
export interface EvaluatedResource {
  /** A kind of the catalogue. */
  kind: string;
  /** The namespaces and the id, with slashes between them; the key of the binding for a class. */
  id: string;
  /** `null` if Alchemy makes it up, or if it is not known before the deploy. Of a class, its own. */
  name: string | null;
  /** Whether Alchemy makes the name up. */
  automatic: boolean;
  /** Why the name is not known, where Alchemy does not make it up. */
  reason: string | null;
  jurisdiction: string;
  retained: boolean;
  /** Of a class: the Worker that binds it, and the key. */
  worker?: string;
  key?: string;
  /** Of a class that it takes over: the Workers that may have it, by their ids or their names. */
  from?: readonly string[];
  /** The ids that it had before, by `renamedFrom`. */
  formers?: readonly string[];
}

export interface EvaluatedStack {
  stack: string;
  stage: string;
  resources: EvaluatedResource[];
}

/** A row of a store of Alchemy 2, as it stands there. */
export interface ExportedRow {
  stack: string;
  stage: string;
  fqn: string;
  state: unknown;
}

export type Answer =
  | EvaluatedStack
  | { rows: ExportedRow[] }
  | { copied: CopiedStage[] }
  | { error: string };

/** The answer in a file; nothing if it is none. */
export function readAnswer(file: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isAnswer(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): value is Answer {
  const { error, rows, copied, stack, stage, resources } = (value ?? {}) as Record<string, unknown>;
  if (typeof error === "string") return true;
  if (Array.isArray(rows)) return rows.every(isRow);
  if (Array.isArray(copied)) return copied.every(isCopied);
  if (typeof stack !== "string" || typeof stage !== "string") return false;
  return Array.isArray(resources) && resources.every(isResource);
}

function isRow(value: unknown): boolean {
  const one = (value ?? {}) as Record<string, unknown>;
  return ["stack", "stage", "fqn"].every((key) => typeof one[key] === "string");
}

function isCopied(value: unknown): boolean {
  const { stack, stage, missing, there } = (value ?? {}) as Record<string, unknown>;
  const isPlace = typeof stack === "string" && typeof stage === "string";
  return isPlace && Array.isArray(missing) && typeof there === "number";
}

function isResource(value: unknown): boolean {
  const one = (value ?? {}) as Record<string, unknown>;
  const areTexts = ["kind", "id", "jurisdiction"].every((key) => typeof one[key] === "string");
  const isTextOrNull = (key: string) => one[key] === null || typeof one[key] === "string";
  const areFlags = ["automatic", "retained"].every((key) => typeof one[key] === "boolean");
  return areTexts && areFlags && ["name", "reason"].every(isTextOrNull);
}
