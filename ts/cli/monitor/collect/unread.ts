/** Apps that have programs here, and no state. */
import { unheld } from "../hosts.ts";
import type { Claim, Unknown } from "../report.ts";
import { type Collected, type State, unknown } from "./collected.ts";
import { allStages, type Possible, type Programs, type Stages } from "./source.ts";

/** Stages that any program may have. */
const USUAL = ["prod", "production", "staging", "preview", "dev"];

const PULL_REQUEST = /(?<![a-z0-9])pr[-_]\d+$/i;

/** What the programs can name, and the apps that they may be deployed by. */
export function possibleClaims(
  programs: Programs,
  state: State,
  account: Collected,
  stages: Stages,
  known: readonly string[],
): Possible & { unread: Programs["apps"] } {
  const unread = programs.apps.filter(({ app, version }) => !state.apps[version].has(app));
  const open = unowned(state, account);
  const hosts = unheld(state.hostRows, account.hosts ?? {});
  if (open.length + hosts.length === 0) return { claims: [], hosts: [], undecided: [], unread };
  const names = [...open.map(({ name }) => name), ...hosts.map(({ name }) => labelOf(name))];
  const pulls = names.flatMap((name) => PULL_REQUEST.exec(name)?.[0].toLowerCase() ?? []);
  const all = new Set([...USUAL, ...known, ...allStages(stages), ...pulls]);
  return { ...programs.possible(stages, [...all]), unread };
}

/** The first label of a hostname or of a pattern, where a stage is. */
function labelOf(host: string): string {
  return /^(?:[a-z]+:\/\/)?([^./]*)/i.exec(host)?.[1] ?? "";
}

/** What the account has and no state. */
function unowned(state: State, account: Collected): Claim[] {
  const key = ({ kind, name, place = "" }: Claim) => JSON.stringify([kind, name, place]);
  const rows = new Set(state.claims.map(key));
  return account.claims.filter((claim) => !rows.has(key(claim)));
}

/** What to say of the apps that the judge could not exclude. */
export function unreadState(apps: Programs["apps"]): Unknown[] {
  return apps.map(({ app, version }) => {
    const by = version === 2 ? " by Alchemy 2" : "";
    const message = `there is no state of the app \`${app}\`${by}, which has a program here`;
    const help =
      "give its state with `--state` or `--state-store`, or leave its program out with `ignore` in `alch-blocks.json`; until then nothing is concluded about what can be its own";
    return unknown("state", null, "no-state", message, help);
  });
}
