/** Apps that have programs here, and no state. */
import type { UnreadApp } from "../judge.ts";
import type { Claim, Unknown } from "../report.ts";
import { type Collected, type State, unknown } from "./collected.ts";
import type { Programs, Stages } from "./source.ts";

/** Stages that any program may have. */
const USUAL = ["prod", "production", "staging", "preview", "dev"];

const PULL_REQUEST = /(?<![a-z0-9])pr[-_]\d+$/i;

/** The possible claims of the programs, and the apps that they may be deployed by. */
export function possibleClaims(
  programs: Programs,
  state: State,
  account: Collected,
  stages: Stages,
  known: readonly string[],
): { claims: Claim[]; unread: UnreadApp[] } {
  const hasState = appsIn(state);
  const unread = programs.apps.filter(({ app }) => !hasState(app));
  const open = unowned(state, account);
  if (open.length === 0) return { claims: [], unread };
  const pulls = open.flatMap(({ name }) => PULL_REQUEST.exec(name)?.[0].toLowerCase() ?? []);
  const deployed = [...stages.values()].flatMap((some) => [...some]);
  const all = new Set([...USUAL, ...known, ...deployed, ...pulls]);
  return { claims: programs.besides(stages, [...all]), unread };
}

/** Tells of an app whether a row or a stage of it was read. */
function appsIn({ claims, armed, deploys }: State): (app: string) => boolean {
  const named = new Set([...claims, ...armed].map(({ app }) => app));
  const deployed = [...deploys.hashes().keys()];
  return (app) => named.has(app) || deployed.some((stage) => stage.startsWith(`${app}/`));
}

/** What the account has and no state. */
function unowned(state: State, account: Collected): Claim[] {
  const key = ({ kind, name, place = "" }: Claim) => JSON.stringify([kind, name, place]);
  const rows = new Set(state.claims.map(key));
  return account.claims.filter((claim) => !rows.has(key(claim)));
}

/** What to say of the apps that the judge could not exclude. */
export function unreadState(apps: readonly string[]): Unknown[] {
  return apps.map((app) => {
    const message = `there is no state of the app \`${app}\`, which has a program here`;
    const help =
      "give its state with `--state` or `--state-store`, or leave its program out with `ignore` in `alch-blocks.json`; until then nothing is concluded about what can be its own";
    return unknown("state", null, "no-state", message, help);
  });
}
