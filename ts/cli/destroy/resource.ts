/** Deletes one resource through the Cloudflare API. Whether it is gone is asked afterwards. */

import { APIError } from "cloudflare";
import type { BaseCloudflare } from "cloudflare/client";
import { headersFor } from "../../cloudflare/listing.ts";
import { type Kind, listingOf, specIn } from "../../kinds.ts";
import { useOf } from "../stages/rows.ts";
import { DOMAIN, ROUTE } from "../stages/rows2.ts";
import { isRule, rulePaths } from "./rules.ts";
import type { Task } from "./task.ts";

export interface Api {
  client: BaseCloudflare;
  account: string;
  /** How long a row may take, in milliseconds. */
  deadline: number;
  /** For how long calls have waited to be made, in milliseconds: it does not count as their own time. */
  waited(): number;
  /** Whether every bucket may be emptied. */
  emptyBuckets: boolean;
}

/** It took longer than a row may take. */
export class TooLate extends Error {
  constructor(milliseconds: number) {
    super(`Cloudflare did not answer within ${milliseconds / 1000} s`);
  }
}

type PathOf = (account: string, task: Task) => string;

const consumer: PathOf = (account, { row, origin }) =>
  `/accounts/${account}/queues/${part(origin.ids.queueId)}/consumers/${part(row.identity)}`;

const workerRoute: PathOf = (_, { row, origin }) =>
  `/zones/${part(origin.ids.zoneId)}/workers/routes/${part(row.identity)}`;

/** What is no kind of the catalogue: where the API has it. */
const PARTS: Readonly<Record<string, PathOf>> = {
  "cloudflare::QueueConsumer": consumer,
  "Cloudflare.Queues.Consumer": consumer,
  "Cloudflare.QueueConsumer": consumer,
  "cloudflare::Route": workerRoute,
  "Cloudflare.Workers.Route": workerRoute,
  "cloudflare::CustomDomain": (account, { row }) =>
    `/accounts/${account}/workers/domains/${part(row.identity)}`,
  "cloudflare::R2Object": (account, { row, origin }) =>
    `/accounts/${account}/r2/buckets/${part(bucketOf(origin.ids).name)}/objects/${part(row.identity)}`,
};

/**
 * Deletes what a task is about, and waits no longer than the deadline.
 *
 * @throws TooLate, or whatever the client throws but for 404. It may be gone all the same.
 */
export async function remove(api: Api, task: Task): Promise<void> {
  const { client } = api;
  const headers = headersOf(task);
  await within(api, async (signal) => {
    if (kindOf(task) === "bucket" && (api.emptyBuckets || task.origin.empty)) {
      await empty(api, task, signal);
    }
    for (const path of await pathsOf(api, task, signal)) {
      await client.delete(path, { headers, signal }).asResponse().catch(unlessMissing);
    }
  });
}

/** Whether the account says what there is to delete, and not the row alone. */
function isLookedFor(task: Task): boolean {
  return [DOMAIN, ROUTE].includes(task.row.resource) || isRule(task);
}

/** A hostname or a route of Alchemy 2 that leads to another Worker by now stays. */
function pathsOf(api: Api, task: Task, signal: AbortSignal): Promise<string[]> | string[] {
  if (isRule(task)) return rulePaths(api.client, task, signal);
  if (task.row.resource === ROUTE) return routePaths(api, task, signal);
  return task.row.resource === DOMAIN ? domainPaths(api, task, signal) : [pathOf(api, task)];
}

async function routePaths(api: Api, task: Task, signal: AbortSignal): Promise<string[]> {
  const path = pathOf(api, task);
  const response = await api.client.get(path, { signal }).asResponse().catch(unlessMissing);
  if (response === undefined) return [];
  const { result } = ((await response.json()) ?? {}) as { result?: unknown };
  const { id, script } = (result ?? {}) as { id?: unknown; script?: unknown };
  if (id !== task.row.identity) throw new Error("the route cannot be used");
  // One without a script leads past all Workers.
  const used = typeof script === "string" && script !== "" ? [useOf("worker", script)] : [];
  return used.join() === task.row.uses.join() ? [path] : [];
}

/** An earlier run may have deleted it. The account is asked afterwards whether it is gone. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof APIError) || error.status !== 404) throw error;
}

/**
 * What the API says of a part of something; nothing if it is gone.
 *
 * @throws TooLate, an error if the answer has another shape, or whatever the client throws but for 404.
 */
export async function shown(api: Api, task: Task): Promise<Record<string, unknown> | undefined> {
  const path = pathOf(api, task);
  return await within(api, async (signal) => {
    const answer = await api.client.get(path, { signal }).asResponse().catch(unlessMissing);
    if (answer === undefined) return undefined;
    const { result } = ((await answer.json()) ?? {}) as { result?: unknown };
    if (typeof result === "object" && result !== null) return result as Record<string, unknown>;
    throw new Error("the answer cannot be used");
  });
}

/**
 * Whether a part of something is still there.
 *
 * @throws TooLate, or whatever the client throws but for 404.
 */
export async function isThere(api: Api, task: Task): Promise<boolean> {
  if (isLookedFor(task)) {
    return within(api, async (signal) => (await pathsOf(api, task, signal)).length > 0);
  }
  const [path, headers] = [pathOf(api, task), headersOf(task)];
  try {
    await within(api, (signal) => api.client.get(path, { headers, signal }).asResponse());
    return true;
  } catch (error) {
    if (error instanceof APIError && error.status === 404) return false;
    throw error;
  }
}

function pathOf({ account }: Api, task: Task): string {
  const { step, row } = task;
  const within = `/accounts/${part(account)}`;
  if (step.action === "workflow")
    return `${within}/${listingOf("workflow").path}/${part(step.name)}`;
  const made = PARTS[row.resource];
  if (made) return made(part(account), task);
  const { kind, listing } = specIn(row.resource) ?? {};
  if (!listing) throw new Error(`nobody here knows how to delete a ${row.resource}`);
  // Bindings of others would stop it; the decision has looked for those.
  const force = kind === "worker" ? "?force=true" : "";
  return `${within}/${listing.path}/${part(listing.byName ? row.name : row.identity)}${force}`;
}

function kindOf({ row }: Pick<Task, "row">): Kind | undefined {
  return specIn(row.resource)?.kind;
}

/** One segment of a path: an empty one, or one that leads elsewhere, would delete something else. */
function part(text: unknown): string {
  if (typeof text === "string" && !/^\.{0,2}$/.test(text)) return encodeURIComponent(text);
  throw new Error("the row does not say what to delete");
}

function headersOf({ row, origin }: Task): Record<string, string> {
  if (kindOf({ row }) === "bucket") return headersFor(row.place);
  const { jurisdiction } = bucketOf(origin.ids);
  return typeof jurisdiction === "string" && jurisdiction !== "default"
    ? headersFor(jurisdiction)
    : {};
}

function bucketOf({ bucket }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return typeof bucket === "object" && bucket !== null ? (bucket as Record<string, unknown>) : {};
}

/** Where the API has a hostname of a Worker's options. @throws whatever the client throws. */
async function domainPaths(
  { client, account }: Api,
  { row, origin }: Task,
  signal: AbortSignal,
): Promise<string[]> {
  const path = `/accounts/${part(account)}/workers/domains`;
  const query = { hostname: row.identity };
  const response = await client.get(path, { query, signal }).asResponse();
  const { result } = (await response.json()) as { result?: unknown };
  if (!Array.isArray(result)) throw new Error("the list of domains cannot be used");
  const all = result as ({ id?: unknown; hostname?: unknown; service?: unknown } | null)[];
  return all.flatMap((one) => {
    const isOwn = one?.hostname === row.identity && one.service === origin.ids.scriptName;
    return isOwn ? [`${path}/${part(one.id)}`] : [];
  });
}

/** How often a bucket is listed again: each time it loses up to 1,000 objects. */
const ROUNDS = 10_000;

/** Deletes all objects of a bucket. It lists from the start each time, so no cursor can skip one. */
async function empty(api: Api, task: Task, signal: AbortSignal): Promise<void> {
  const { client } = api;
  const path = `${pathOf(api, task)}/objects`;
  const headers = headersOf(task);
  for (let round = 0; round < ROUNDS; round++) {
    const query = { per_page: "1000" };
    const listed = await client.get(path, { query, headers, signal }).asResponse();
    const { result } = (await listed.json()) as { result?: unknown };
    if (!Array.isArray(result)) throw new Error("the list of objects cannot be used");
    const keys = result.map((object: { key?: unknown }) => object?.key);
    if (keys.length === 0) return;
    await client.delete(path, { body: keys, headers, signal }).asResponse();
  }
}

/** Gives up after the deadline, and lets no later try begin. */
async function within<T>(api: Api, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = new TooLate(api.deadline);
  const begin = Date.now() - api.waited();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const look = () => {
      const left = begin + api.deadline + api.waited() - Date.now();
      if (left > 0) {
        timer = setTimeout(look, left);
        return;
      }
      reject(late);
      controller.abort(late);
    };
    look();
  });
  try {
    return await Promise.race([act(controller.signal), over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Cloudflare's code for a bucket with objects in it. */
const NOT_EMPTY = 10008;

/** Says in words why something could not be deleted. */
export function reasonFor(error: unknown): string {
  if (!(error instanceof APIError)) return String((error as Error)?.message ?? error);
  const [first] = error.errors;
  if (first?.code === NOT_EMPTY) {
    return "the bucket has objects; `--empty-buckets` deletes them with it";
  }
  if (error.status === undefined) return "Cloudflare cannot be reached";
  const code = first?.code === undefined ? "" : `, code ${first.code}: ${first.message}`;
  return `Cloudflare answered with status ${error.status}${code}`;
}
