/** Claims from the programs: what a deploy of the stages that there are would name. */
import { resolve } from "node:path";
import {
  type DeclaredName,
  linkProgram,
  namesIn,
  type Program,
  readProgram,
} from "../../analyse/program.ts";
import { type Declaration, type DeclaredHost, nameIn } from "../../analyse/report.ts";
import { workspaceOf } from "../../collect/workspaces.ts";
import type { Config } from "../../config.ts";
import { Progress } from "../../progress.ts";
import type { NamedHost } from "../hosts.ts";
import type { Undecided } from "../judge.ts";
import type { Claim } from "../report.ts";
import { type Collected, nothing, unknown } from "./collected.ts";

/** A Durable Object's name says nothing: its script and class do, which the Worker's row has. */
const WITHOUT = "durable-object";

/** The major versions of Alchemy. */
export type Version = 0 | 2;

/** The stages of each app: an app of 0.94 and one of Alchemy 2 may have one name. */
export type Stages = Readonly<Record<Version, ReadonlyMap<string, ReadonlySet<string>>>>;

export interface Programs extends Collected {
  /** Whether some programs of the workspace were left out. */
  partial: boolean;
  /** The apps that programs name, deployed or not. */
  apps: readonly { app: string; version: Version }[];
  /** What they declare in stages. */
  names(stages: readonly string[]): DeclaredName[];
  /** The claims in the stages that each app is deployed in. */
  in(stages: Stages): Claim[];
  /** The possible claims in each of `all`, and the kinds of which an app can have any name. */
  possible(stages: Stages, all: readonly string[]): Possible;
}

export interface Possible {
  claims: Claim[];
  /** The domains and routes in stages that no state has. */
  hosts: NamedHost[];
  undecided: Undecided[];
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
    const help = "see `npx @alch/blocks check`, which says which";
    collected.unknown.push(unknown("source", null, "source-unreadable", message, help));
  }
  return {
    ...collected,
    partial: !chosen(paths, config, folder).includes(workspaceOf(folder)),
    apps: [...appsOf(report.declarations, 0), ...appsOf(report.declarations, 2)],
    names: (stages) => namesIn(program, stages),
    in: (stages) => {
      const all = allStages(stages);
      if (all.length === 0) return [];
      // Only the state tells the name of what all stages share: the first of them has given it.
      const own = declarationsIn(program, all).filter(({ root }) => !root);
      return own.flatMap((one) => {
        const app = appOf(one, stages);
        return app === undefined
          ? []
          : claimsOf(one, app, [...(stages[one.alchemy].get(app) ?? [])]);
      });
    },
    possible: (stages, all) => {
      const { declarations, hosts } = linkProgram(program, { stages: all });
      return {
        claims: possible(declarations, stages, all),
        hosts: hosts.flatMap((one) => hostsOf(one, stages)),
        undecided: undecidedOf(declarations),
      };
    },
  };
}

/** The files and folders that are looked at. */
function chosen(paths: readonly string[], config: Config, folder: string): string[] {
  if (paths.length > 0) return paths.map((path) => resolve(folder, path));
  return (config.paths ?? [folder]).map((path) => resolve(config.folder, path));
}

function declarationsIn(program: Program, stages: readonly string[]): Declaration[] {
  return linkProgram(program, { stages }).declarations;
}

/** The stages of all apps, each once. */
export function allStages(stages: Stages): string[] {
  const all = [...stages[0].values(), ...stages[2].values()];
  return [...new Set(all.flatMap((some) => [...some]))];
}

function appsOf(declarations: readonly Declaration[], version: Version): Programs["apps"] {
  const own = declarations.filter(({ alchemy }) => alchemy === version);
  const apps = new Set(own.flatMap(({ app }) => app ?? []));
  return [...apps].map((app) => ({ app, version }));
}

/** What has no app that the text tells can be any app's. */
function undecidedOf(declarations: readonly Declaration[]): Undecided[] {
  const open = declarations.filter(
    ({ app, kind, undecided }) => kind !== WITHOUT && (undecided || app === null),
  );
  const keys = new Set(open.map(({ app, kind }) => JSON.stringify([app ?? "", kind])));
  return [...keys].map((key) => {
    const [app, kind] = JSON.parse(key) as [string, string];
    return { app, kind };
  });
}

/** The app of a declaration; the only one there is, where the text does not tell. */
function appOf({ app, alchemy }: Declaration, stages: Stages): string | undefined {
  const known = stages[alchemy];
  return app ?? (known.size === 1 ? [...known.keys()][0] : undefined);
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
    const known = stages[one.alchemy].get(app);
    // In a stage that the app is deployed in, too: its row can be lost alone.
    const claims = claimsOf(one, app, all).map((claim) => ({ ...claim, possible: true }));
    if (known !== undefined || one.base === null) return claims;
    const { kind, base, id } = one;
    return [
      ...claims,
      { kind, name: base, app, stage: null, id, source: "source", possible: true },
    ];
  });
}

/** What it is in the stages whose state was not read, and in no other. */
function hostsOf({ app, type, names }: DeclaredHost, stages: Stages): NamedHost[] {
  const known = stages[0].get(app ?? "");
  const inStages = (isRead: boolean) => {
    const own = Object.entries(names).filter(([stage]) => (known?.has(stage) ?? false) === isRead);
    return new Set(own.flatMap(([, named]) => named?.name ?? []));
  };
  // What a stage has whose state was read would be in that state.
  const elsewhere = [...inStages(false)].filter((name) => !inStages(true).has(name));
  return elsewhere.map((name) => ({ route: type === "route", name }));
}
