/** Claims from the programs: what a deploy of the stages that there are would name. */
import { linkProgram, type Program, readProgram } from "../../analyse/program.ts";
import { type Declaration, nameIn } from "../../analyse/report.ts";
import type { Config } from "../../config.ts";
import { Progress } from "../../progress.ts";
import type { UnreadApp } from "../judge.ts";
import type { Claim, Unknown } from "../report.ts";
import { type Collected, nothing, unknown } from "./collected.ts";

/** A Durable Object's name says nothing: its script and class do, which the Worker's row has. */
const WITHOUT = "durable-object";

/** The stages of each app. */
export type Stages = ReadonlyMap<string, ReadonlySet<string>>;

export interface Programs extends Collected {
  /** The apps that programs name, deployed or not. */
  apps: readonly UnreadApp[];
  /** The claims in the stages that each app is deployed in. */
  in(stages: Stages): Claim[];
  /** The possible claims: in each of `all` that the app is not deployed in. */
  besides(stages: Stages, all: readonly string[]): Claim[];
}

export async function readPrograms(
  paths: readonly string[],
  config: Config,
  folder: string,
): Promise<Programs> {
  const program = await readProgram(paths, config, folder, new Progress());
  const report = linkProgram(program, { stages: [] });
  const collected = nothing();
  for (const { reason } of [...program.troubles, ...report.unread]) {
    const message = `a source file cannot be read: ${reason}`;
    const help = "see `alch-blocks check`, which says which";
    collected.unknown.push(unknown("source", null, "source-unreadable", message, help));
  }
  collected.unknown.push(...appsOfAlchemy2(report.declarations));
  return {
    ...collected,
    apps: appsOf(report.declarations.filter(isOfAlchemy0)),
    in: (stages) => {
      const all = new Set([...stages.values()].flatMap((some) => [...some]));
      if (all.size === 0) return [];
      return declarationsIn(program, [...all]).flatMap((one) => {
        if (!isOfAlchemy0(one)) return [];
        const app = appOf(one, stages);
        return app === undefined ? [] : claimsOf(one, app, [...(stages.get(app) ?? [])]);
      });
    },
    besides: (stages, all) => {
      const declarations = declarationsIn(program, all);
      const others = declarations.filter((one) => !isOfAlchemy0(one));
      // Their state is not read, so nobody knows in which stages they are deployed.
      const unread = possible(others, new Map(), all);
      return [...possible(declarations.filter(isOfAlchemy0), stages, all), ...unread];
    },
  };
}

function declarationsIn(program: Program, stages: readonly string[]): Declaration[] {
  return linkProgram(program, { stages }).declarations;
}

function isOfAlchemy0({ alchemy }: Declaration): boolean {
  return alchemy === 0;
}

function appsOfAlchemy2(declarations: readonly Declaration[]): Unknown[] {
  const apps = appsOf(declarations.filter((one) => !isOfAlchemy0(one)));
  return apps.map(({ app }) => {
    const message = `the state of the app \`${app}\` is kept by Alchemy 2, which is not read yet`;
    const help =
      "leave its program out with `ignore` in `alch-blocks.json`; until then nothing is concluded about what can be its own";
    return unknown("state", null, "alchemy-2", message, help);
  });
}

function appsOf(declarations: readonly Declaration[]): UnreadApp[] {
  const apps = new Map<string, boolean>();
  for (const { app, kind, undecided } of declarations) {
    if (app === null) continue;
    const isDecided = kind === WITHOUT || !undecided;
    apps.set(app, isDecided && (apps.get(app) ?? true));
  }
  return [...apps].map(([app, decided]) => ({ app, decided }));
}

/** The app of a declaration; the only one there is, where the text does not tell. */
function appOf({ app }: Declaration, stages: Stages): string | undefined {
  return app ?? (stages.size === 1 ? [...stages.keys()][0] : undefined);
}

function claimsOf(one: Declaration, app: string, stages: readonly string[]): Claim[] {
  const { kind, id, scope } = one;
  if (id === null || kind === WITHOUT) return [];
  const path = [...scope, id].join("/");
  return stages.flatMap((stage): Claim[] => {
    const name = nameIn(one, stage)?.name;
    return name === undefined ? [] : [{ kind, name, app, stage, id: path, source: "source" }];
  });
}

function possible(
  declarations: readonly Declaration[],
  stages: Stages,
  all: readonly string[],
): Claim[] {
  return declarations.flatMap((one): Claim[] => {
    const app = appOf(one, stages);
    if (app === undefined || one.kind === WITHOUT) return [];
    const known = stages.get(app);
    const others = all.filter((stage) => !known?.has(stage));
    const claims = claimsOf(one, app, others).map((claim) => ({ ...claim, possible: true }));
    if (known !== undefined || one.base === null) return claims;
    const { kind, base, id } = one;
    return [
      ...claims,
      { kind, name: base, app, stage: null, id, source: "source", possible: true },
    ];
  });
}
