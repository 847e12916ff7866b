/** Domains, routes and certificates: what states claim, and what the account has. */
import type { Certificate, Domain, WorkerRoute } from "../../cloudflare/hosts.ts";

/** A row of a state. */
export interface HostRow {
  route: boolean;
  name: string;
  identity: string;
  /** The id of its zone. */
  zone: string;
  app: string;
  /** Empty for what all stages share. */
  stage: string;
  /** Alchemy's id, with the scopes around it. */
  id: string;
  retained: boolean;
  deleting: boolean;
}

export interface HostZone {
  id: string;
  name: string;
  routes?: readonly WorkerRoute[] | undefined;
  certificates?: readonly Certificate[] | undefined;
}

/** What the account has. A list that is not there could not be read. */
export interface AccountHosts {
  domains?: readonly Domain[] | undefined;
  zones?: readonly HostZone[] | undefined;
}

/** What is judged: see `monitor/src/hosts.rs`. */
export interface Hosts extends AccountHosts {
  rows: readonly HostRow[];
  /** What programs here declare, in stages of which no state was read. */
  declared: readonly NamedHost[];
}

/** The hostname of a domain, or the pattern of a route. */
export interface NamedHost {
  route: boolean;
  name: string;
}

/** What the account has and no row. */
export function unheld(rows: readonly HostRow[], { domains, zones }: AccountHosts): NamedHost[] {
  const held = new Set(rows.map(({ route, identity }) => `${route} ${identity}`));
  const routes = zones?.flatMap((zone) => zone.routes ?? []) ?? [];
  const all = [
    ...(domains ?? []).map(({ id, hostname: name }) => ({ id, name, route: false })),
    ...routes.map(({ id, pattern: name }) => ({ id, name, route: true })),
  ];
  return all.filter(({ id, route }) => !held.has(`${route} ${id}`));
}
