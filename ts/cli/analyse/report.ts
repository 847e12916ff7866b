/** What the analyser says, as JSON: see analyzer/README.md. */

import type { ArmedStage } from "../../state/armed.ts";
import type { EvaluatedStack } from "../evaluate/answer.ts";

export type Severity = "error" | "warning" | "info";

/** One resource in the sources. Offsets are UTF-16 code units; lines and columns start at 1. */
export interface Declaration {
  file: string;
  line: number;
  column: number;
  start: number;
  end: number;
  kind: string;
  id: string | null;
  /** Whether it is one of our blocks, and not one of Alchemy's own functions. */
  block: boolean;
  /** The major version of Alchemy that it is written for. */
  alchemy: 0 | 2;
  app: string | null;
  scope: string[];
  base: string | null;
  /** By stage, for the stages that were asked for. */
  names: Record<string, PhysicalName | undefined>;
  /** Why there is no name, by stage. */
  reasons?: Record<string, string | undefined>;
  /** The stages of which nobody can tell whether they have it. */
  perhaps?: readonly string[];
  adopt: boolean;
  /** Whether it is directly in `app.run`: all stages share its row. */
  root?: boolean;
  /** Why its name could not be told. */
  undecided?: string | null;
}

export interface PhysicalName {
  name: string;
  length: number;
  cap: number | null;
  shortened: boolean;
}

/** A domain or a route in the sources. */
export interface DeclaredHost {
  file: string;
  line: number;
  column: number;
  type: "domain" | "route";
  id: string | null;
  /** Whether it is a block, and not Alchemy's own or an option of a Worker. */
  block: boolean;
  app: string | null;
  scope: string[];
  base: string | null;
  /** By stage, for the stages that were asked for. */
  names: Record<string, HostName | undefined>;
  /** Why its hostname could not be told. */
  undecided?: string | null;
}

export interface HostName {
  /** The hostname or the pattern. */
  name: string;
  /** The script that it leads to, if the text tells it. */
  script: string | null;
}

export interface Finding {
  code: string;
  severity: Severity;
  kind: string | null;
  id: string | null;
  name: string | null;
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  message: string;
  help: string;
}

export interface Report {
  declarations: Declaration[];
  hosts: DeclaredHost[];
  findings: Finding[];
  files: number;
  /** Files whose declarations are not read. */
  unread: { file: string; reason: string }[];
  /** Stages that no deploy can have, if they are what `--stage` says. */
  refused: { message: string; help: string }[];
  apps: DeclaredApp[];
}

/** An app or a stack, by the file that makes it. */
export interface DeclaredApp {
  file: string;
  alchemy: 0 | 2;
  /** Where it keeps its state: see analyzer/README.md. */
  store: { in: "files" | "program" | "elsewhere" } | { in: "module"; path: string };
}

/** A class or workflow of a Worker, as its row has it. */
export interface StoredBinding {
  type: string;
  id: string;
  className: string;
  workflowName: string;
}

/** A row of Alchemy's state, as far as names go. */
export interface StateRow {
  app: string;
  stage: string;
  scope: string[];
  id: string;
  /** Alchemy's resource type, such as `cloudflare::D1Database`; `workflow` for workflows. */
  type: string;
  name: string;
  /** The Durable Objects that a Worker owns. */
  classes?: readonly string[];
  /** The Durable Objects and workflows that a Worker's own script implements. */
  bindings?: readonly StoredBinding[];
  /** Of a bucket, if it is not the default one. */
  jurisdiction?: string;
  /** Whether Alchemy leaves it in the account: it is retained, or in a scope that has lost its row. */
  retained?: boolean;
  /** Of Alchemy 2: what stays the same when the resource gets another id. */
  instance?: string;
  /** Of Alchemy 2: the names of what a replacement that did not end will delete. */
  replaced?: readonly string[];
  /** The path of the folder, the file or the module that has it. */
  store: string;
}

/** A stage of a store, and the ids of its rows outside of nested scopes. */
export interface StoredStage {
  app: string;
  stage: string;
  ids: string[];
  /** As for a row. */
  store: string;
  /** Whether the store keeps the stage apart from a nested scope that has the same path. */
  apart: boolean;
}

/** A stack in one stage, and the file that declares it. */
export interface Evaluated extends EvaluatedStack {
  file: string;
}

/** A step of a pipeline that runs commands. */
export interface PipelineStep {
  file: string;
  /** The line of the first command, from 1. */
  line: number;
  /** Whether each of the lines is one of the file. */
  isBlock: boolean;
  /** Where it runs, from the top of the repository; `null` if the file does not tell it. */
  folder: string | null;
  /** Whose name Alchemy takes for the stage where none is given. */
  user?: string;
  /** The variables of the step and of all around it. */
  variables: string[];
  /** The line of the file above it. */
  before: string[];
  lines: string[];
  /** What the job has run before. */
  earlier: string[];
}

/** What pipelines run, with the scripts of each `package.json` by its folder, and the folders of packages. */
export interface Pipelines {
  /** The folder that names of files count from. It and all others count from the top of the repository. */
  here: string;
  steps: PipelineStep[];
  scripts: Record<string, Record<string, string>>;
  packages: Record<string, string>;
}

export interface LinkOptions {
  /** What programs of Alchemy 2 have declared when they were run. */
  evaluated?: readonly Evaluated[];
  stages: readonly string[];
  /** Whether `stages` are what `--stage` says, which an app may pass over. */
  byFlag?: boolean;
  /** The stages that the config names; `stages` replaces them. */
  configStages?: readonly string[];
  ownerStage?: string;
  state?: readonly StateRow[];
  /** Whether to look for what is in the state and no longer declared. */
  orphans?: boolean;
  stored?: readonly StoredStage[];
  /** Stages that the deploy of another stage deletes; `store` is the folder, empty if it has no files. */
  armed?: readonly (ArmedStage & { store: string })[];
  /** The folder of the package that each file belongs to. */
  packages?: Readonly<Record<string, string>>;
  rules?: Readonly<Record<string, Severity | "off">>;
  pipelines?: Pipelines;
  /** By file: which file of the program each of its imports means. */
  modules?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** What became of one raw resource. */
export interface Migrated {
  file: string;
  line: number;
  /** `guard` stands for the state of a stack, with the name of the stack as its id. */
  kind: string;
  id: string | null;
  action: "rewritten" | "left";
  reason: string;
}

/** What a deploy of one stage would do to one resource, by the rules that guard it. */
export interface Outcome {
  stage: string;
  kind: string;
  id: string;
  /** The physical name that the resource has; the class, for a Durable Object. */
  deployed: string;
  /** The name that the program gives it; `null` if that is not known. */
  computed: string | null;
  /** `replace` is what `onRename: "replace"` asks for; `rename` is what Alchemy 2 does in place. */
  verdict: "keep" | "replace" | "rename" | "refuse" | "unknown";
  /** What the guard says where it refuses; `message` is the reason where nothing is known. */
  code: string | null;
  message: string | null;
  help: string | null;
}

export interface SourceFile {
  path: string;
  text: string;
  /** Whether it may be changed. */
  asked: boolean;
  /** Whether symbolic links lead to it, out of the workspace: then it is not changed either. */
  outside?: boolean;
}

export interface MigrateOptions {
  /** What is deployed; without it, the names of the program itself are taken for that. */
  state?: readonly StateRow[];
  /** The stages that the state has. */
  stored?: LinkOptions["stored"];
  /** The stages that are asked for. */
  stages?: readonly string[];
  /** The stages that the config names. */
  configStages?: readonly string[];
  ownerStage?: string;
  /** Whose name Alchemy takes for the stage where none is given. */
  user?: string;
  /** Which file each import of each file means. */
  modules?: LinkOptions["modules"];
}

export interface Migration {
  files: { path: string; edits: Edit[] }[];
  /** Every raw resource, and every stack of Alchemy 2 without the guard. */
  declarations: Migrated[];
  outcomes: Outcome[];
  /** What was taken for granted where there is no state, in sentences. */
  assumed: string[];
  /** How many resources the program declares, blocks included. */
  declared: number;
  /** Files that were not read, or only in part. */
  unread: { file: string; reason: string }[];
}

/** A row of 0.94 that is to be taken to version 2: see `analyzer/src/migration/v2/rows.rs`. */
export interface OldRow {
  app: string;
  stage: string;
  scope: string[];
  store: string;
  deployed: boolean;
  retained: boolean;
  pending: string[];
  /** The account, where the guard has noted it. */
  account?: string | undefined;
  row: unknown;
}

/** A row of version 2. */
export interface NewRow {
  stack: string;
  stage: string;
  fqn: string;
  /** Where the old row was read. */
  store: string;
  /** One of the kinds, or `consumer`. */
  kind: string;
  name: string;
  id: string;
  scope: string[];
  value: unknown;
}

/** What there is to say of a row of 0.94, or of what it stands for. */
export interface Remark {
  stack: string;
  stage: string;
  scope: string[];
  id: string;
  type: string;
  code: string;
  message: string;
  help: string;
  /** Whether no row of its stage may be written. */
  blocks: boolean;
}

/** A program for version 2, to be written beside the old one. */
export interface NewProgram {
  stack: string;
  /** The old one. */
  from: string;
  path: string;
  text: string;
  /** What means something else now; where it is `unfinished`, the program stops. */
  left: { line: number; what: string; reason: string; unfinished: boolean }[];
}

export interface ToV2 {
  rows: NewRow[];
  remarks: Remark[];
  programs: NewProgram[];
  unread: { file: string; reason: string }[];
}

/** The physical name of a resource in a stage; stages may be called like what every object has. */
export function nameIn<Name>(
  { names }: { names: Record<string, Name | undefined> },
  stage: string,
): Name | undefined {
  return Object.hasOwn(names, stage) ? names[stage] : undefined;
}
