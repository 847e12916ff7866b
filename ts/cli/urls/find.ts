/** Where the Workers of a stage answer, as the state says it. */
import { KINDS, WORKER } from "../../kinds.ts";
import { isDeployed } from "../../state/row.ts";
import type { StoreRows } from "../collect/stores.ts";

export interface WorkerUrls {
  app: string;
  /** The logical id of the Worker, behind the scopes that it is nested in. */
  id: string;
  /** Physical name of the Worker. */
  name: string;
  /** Custom domains first, then `workers.dev`. */
  urls: string[];
}

/** The Workers of `stage` in all apps, by app and id. One without a URL has an empty list. */
export function urlsOf(stores: readonly StoreRows[], stage: string): WorkerUrls[] {
  const found = stores.flatMap(({ rows, rows2 }) => [
    ...rows
      .filter((one) => one.stage === stage && one.row.kind === WORKER && isDeployed(one.row))
      .map(({ app, scope, row }) => workerOf(app, [...scope, row.id].join("/"), row.output)),
    ...rows2
      .filter((one) => one.stage === stage && isWorker2(one.row.resourceType))
      .map(({ stack, row }) => workerOf(stack, row.fqn, row.attr ?? undefined)),
  ]);
  const byId = new Map(found.map((one) => [JSON.stringify([one.app, one.id]), one]));
  const key = ({ app, id }: WorkerUrls) => `${app}\0${id}`;
  return [...byId.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function isWorker2(type: string): boolean {
  return KINDS.worker.alchemy2.resources.includes(type);
}

type Output = Readonly<Record<string, unknown>>;

function workerOf(app: string, id: string, output: Output = {}): WorkerUrls {
  const { name, workerName, url, domains } = output;
  const hosts = Array.isArray(domains) ? domains.map(hostOf) : [];
  // Alchemy 2 has all of them in one list.
  const all = Array.isArray(output.urls) ? output.urls : hosts.map((host) => `https://${host}`);
  const urls = [...all, url].flatMap(urlOf);
  return { app, id, name: String(name ?? workerName ?? ""), urls: [...new Set(urls)] };
}

/** Alchemy keeps a domain as text or as what Cloudflare answered. */
function hostOf(domain: unknown): unknown {
  if (typeof domain === "string") return domain;
  const { name, hostname } = (domain ?? {}) as Output;
  return hostname ?? name;
}

/** Only what a browser would open: anything may stand in a row. */
function urlOf(text: unknown): string[] {
  if (typeof text !== "string" || !URL.canParse(text)) return [];
  const { protocol, href } = new URL(text);
  return protocol === "https:" || protocol === "http:" ? [href] : [];
}
