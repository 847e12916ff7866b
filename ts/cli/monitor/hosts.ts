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
}
