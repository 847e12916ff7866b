/** Collects everything that names a resource: the states, the account and the programs. */

import { workspaceOf } from "../../collect/workspaces.ts";
import { oneOf } from "../../commands/command.ts";
import { readConfig } from "../../config.ts";
import { Problem } from "../../problem.ts";
import { Secrets } from "../../secrets.ts";
import { type Rows, rowsOf } from "../../stages/origins.ts";
import type { Hosts } from "../hosts.ts";
import { Line } from "../progress.ts";
import type { Claim, Unknown } from "../report.ts";
import { readAccount } from "./account.ts";
import { type Collected, noState, nothing, type State, unknown } from "./collected.ts";
import { unseenZones } from "./hosts.ts";
import { isAmong, PARTS, partOf } from "./parts.ts";
import { type Programs, readPrograms, type Stages } from "./source.ts";
import { stateIn } from "./state.ts";
import { readNamedOrAll } from "./workspace.ts";

export interface CollectOptions {
  offline?: boolean | undefined;
  account?: string | undefined;
  state?: string[] | undefined;
  stateStore?: string[] | undefined;
  app?: string[] | undefined;
}

export interface Everything {
  programs: Programs;
  state: State;
  rows: Rows;
  account: Collected;
  stages: Stages;
  hosts: Omit<Hosts, "declared">;
  /** What the states and the programs claim in this account. */
  held: Claim[];
  declared: Claim[];
  /** What could not be read, without any secret in it. */
  unknown: Unknown[];
}

/**
 * @param without The parts of the account to leave out.
 * @param remembers Whether earlier runs have seen stages, so that a state without any is no mistake.
 */
export async function collectAll(
  paths: readonly string[],
  options: CollectOptions,
  folder: string,
  without: ReadonlySet<string>,
  remembers = false,
): Promise<Everything> {
  const { offline = false } = options;
  const top = workspaceOf(folder);
  // Without a path, all programs of the workspace.
  const at = paths.length > 0 ? folder : top;
  const programs = await readPrograms(paths, await readConfig(at), at);
  const [{ state, rows }, account] = await Promise.all([
    readState(options, programs.apps, folder, remembers),
    offline ? nothing() : listAccount(options.account, without),
  ]);
  const stages = stagesOf(state.claims);
  const mistaken = offline ? [] : otherAccount(state.claims, account, without);
  const hosts = { rows: state.hostRows, ...account.hosts };
  const unseen = unseenZones(hosts.rows, hosts);
  const open = [...state.unknown, ...account.unknown, ...mistaken, ...unseen, ...programs.unknown];
  const secrets = new Secrets(process.env);
  return {
    ...{ programs, state, rows, account, stages, hosts },
    held: state.claims.filter(isIn(account.account ?? options.account)),
    declared: programs.in(stages),
    unknown: open.map((one) => ({ ...one, message: secrets.hidden(one.message) })),
  };
}

/** The parts of the account that `--without` names. @throws Problem if there is no such part. */
export function partsOf(words: readonly string[]): ReadonlySet<string> {
  const strange = words.find((word) => !PARTS.includes(word));
  if (strange === undefined) return new Set(words);
  throw new Problem(`\`--without\` cannot be \`${strange}\``, oneOf(strange, PARTS));
}

/** What another account has is not compared with this one. Most rows do not say it. */
function isIn(account: string | undefined): (claim: Claim) => boolean {
  if (account === undefined) return () => true;
  return (claim) => claim.account === undefined || claim.account === account;
}

async function readState(
  { state: places = [], stateStore = [], app: named = [] }: CollectOptions,
  programs: readonly { app: string }[],
  folder: string,
  remembers: boolean,
): Promise<{ state: State; rows: Rows }> {
  const apps = [...programs.map(({ app }) => app), ...named];
  const stores = await readNamedOrAll({ state: places, stateStore }, folder, apps);
  const state = stateIn(stores);
  const rows = rowsOf(stores);
  // Alchemy keeps what it bundles in its folder even where its state is elsewhere.
  if (hasContent(state) || (remembers && stores.length > 0)) return { state, rows };
  const searched = stores.map(({ store }) => `\`${store}\``).join(", ");
  const message = `there is no state in ${searched || "the workspace"}`;
  const help =
    "give its folder with `--state`, or what makes the store with `--state-store`; until then the state is left out";
  const open = unknown("state", null, "no-state", message, help);
  return { state: { ...noState(), unknown: [open] }, rows };
}

function hasContent({ claims, unknown: open, deploys }: State): boolean {
  return claims.length + open.length + deploys.hashes().size > 0;
}

async function listAccount(
  account: string | undefined,
  without: ReadonlySet<string>,
): Promise<Collected> {
  const progress = new Line();
  try {
    return await readAccount({ account, without, env: process.env, progress });
  } finally {
    progress.end();
  }
}

function stagesOf(claims: readonly Claim[]): Stages {
  const stages = { 0: new Map<string, Set<string>>(), 2: new Map<string, Set<string>>() };
  for (const { app, stage, version = 0 } of claims) {
    if (app === null || stage === null) continue;
    const known = stages[version].get(app) ?? new Set();
    stages[version].set(app, known.add(stage));
  }
  return stages;
}

/** If no resource of the state is in the account, it is most likely the wrong account. */
function otherAccount(
  state: readonly Claim[],
  account: Collected,
  without: ReadonlySet<string>,
): Unknown[] {
  const live = state.filter(({ deleting }) => !deleting);
  const failed = new Set(account.unknown.map(({ kind, place }) => partOf(kind ?? "", place ?? "")));
  const nameOf = ({ kind, name, place = "" }: Claim) => JSON.stringify([kind, name, place]);
  const there = new Set(account.claims.map(nameOf));
  const unlisted = new Set([...failed, ...without]);
  const listed = live.filter(({ kind, place = "" }) => !isAmong(unlisted, kind, place));
  if (failed.has("") || listed.length < 2) return [];
  if (listed.some((claim) => there.has(nameOf(claim)))) return [];
  const message = "no resource of the state is in this account";
  const help =
    "give the account that is deployed to with `--account` or `CLOUDFLARE_ACCOUNT_ID`; if it is this one, all of it was deleted";
  return [unknown("account", null, "wrong-account", message, help)];
}
