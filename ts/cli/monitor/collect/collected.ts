/** What a collector gives. */
import type { ListedResource } from "../../stages/decide.ts";
import type { AccountHosts, HostRow } from "../hosts.ts";
import type { Claim, Source, Unknown } from "../report.ts";
import { Deploys } from "./deploys.ts";

export interface Collected {
  claims: Claim[];
  unknown: Unknown[];
  /** The id of the account that was looked at. */
  account?: string;
  /** What people call it. */
  accountName?: string;
  /** What it has, with ids. */
  listed?: ListedResource[];
  /** Its domains, routes and certificates. */
  hosts?: AccountHosts;
  /** What the servers said that the time is, in milliseconds since 1970. */
  now?: number;
}

/** What a state gives. */
export interface State extends Collected {
  deploys: Deploys;
  /** The stages that have a row of their own in the scope of their app. */
  armed: { app: string; stage: string }[];
  /** The domains and routes of its rows. */
  hostRows: HostRow[];
  /** The apps of each version of which a row or a stage was read. */
  apps: Record<0 | 2, Set<string>>;
}

/** A state without rows. */
export function noState(): State {
  const apps = { 0: new Set<string>(), 2: new Set<string>() };
  return { ...nothing(), deploys: new Deploys(), armed: [], hostRows: [], apps };
}

export function nothing(): Collected {
  return { claims: [], unknown: [] };
}

/** Something that could not be read. It is never taken for empty. */
export function unknown(
  source: Source,
  kind: string | null,
  code: string,
  message: string,
  help: string,
  place?: string,
): Unknown {
  return { source, kind, ...(place === undefined ? {} : { place }), code, message, help };
}
