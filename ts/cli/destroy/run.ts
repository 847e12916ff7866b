/**
 * Tears a stage down, in the order that was decided. It deletes first, lists the account again, and removes the
 * rows of what is gone: a row is the only proof of whose a resource is.
 */

import type { Connection } from "../account/connect.ts";
import { Problem } from "../problem.ts";
import { type Account, listed } from "../stages/collect.ts";
import type { Unread } from "../stages/decide.ts";
import type { StageRowAt } from "../stages/origins.ts";
import { hashOf } from "../stages/rows.ts";
import { stillOwned } from "./host.ts";
import type { Journal } from "./journal.ts";
import { type Api, reasonFor, remove } from "./resource.ts";
import { dropRows, staysAsPlanned } from "./rows.ts";
import { survivors } from "./survivors.ts";
import { type Done, isDeletion, type Outcome, pathOf, type Task, useOf } from "./task.ts";

export interface TearDown {
  tasks: readonly Task[];
  /** The row of the stage itself. */
  stageRows: readonly StageRowAt[];
  connection: Connection;
  api: Api;
  journal: Journal;
  /** Asked before each deletion: why to stop now. */
  stopping?: () => Promise<string | undefined>;
  /** Gets what was done, as it is done. */
  onDone?: (done: Done) => void;
}

export interface TornDown {
  done: Done[];
  /** Why the account could not be listed afterwards. */
  unread: Unread[];
  /** Why it stopped before the end. */
  stopped: string | undefined;
}

export async function tearDown(how: TearDown): Promise<TornDown> {
  const { tasks, journal } = how;
  const deletions = tasks.filter(isDeletion);
  for (const task of deletions) journal.note("found", task);
  const tries = await deleteAll(how, deletions);
  const after: Account = deletions.length > 0 ? await listAgain(how, tries.tried) : { unread: [] };
  const done = new Map<Task, Done>();
  const end = (task: Task, outcome: Outcome, reason = "") => {
    const took = tries.took.get(task) ?? 0;
    done.set(task, { task, outcome, reason, took });
  };
  const left = await survivors(how.api, deletions, after);
  for (const task of deletions) {
    const reason = tries.failed.get(task) ?? "";
    const state = left.get(task);
    if (state === undefined) end(task, tries.tried.has(task) ? "deleted" : "gone");
    else if (state !== "there") end(task, "unknown", reason || state);
    else if (tries.tried.has(task)) end(task, "left", reason || "the account still lists it");
    else end(task, "skipped", reason);
    const { outcome = "unknown" } = done.get(task) ?? {};
    journal.note(outcome === "deleted" || outcome === "gone" ? "deleted" : "left", task);
  }
  // A deploy may be running: what it needs is not known.
  const stopped = tries.stopped ?? (await dropRows(how, done, end));
  for (const task of tasks) {
    if (!done.has(task)) end(task, staysAsPlanned(task, tasks) ? "kept" : "left", stopped);
  }
  const all = tasks.flatMap((task) => done.get(task) ?? []);
  journal.note("end", undefined, { left: all.filter(isOpen).length });
  return { done: all, unread: after.unread, stopped };
}

/** Whether it is not as it should be. */
export function isOpen({ outcome }: Done): boolean {
  return outcome === "left" || outcome === "unknown" || outcome === "skipped";
}

interface Tries {
  tried: Set<Task>;
  failed: Map<Task, string>;
  took: Map<Task, number>;
  stopped: string | undefined;
}

/** Failures are collected, and the rest goes on; only what needs the failed one waits. */
async function deleteAll(how: TearDown, tasks: readonly Task[]): Promise<Tries> {
  const tries: Tries = { tried: new Set(), failed: new Map(), took: new Map(), stopped: undefined };
  /** What must stay as long as something that could not be deleted is a part of it. */
  const held = new Map<string, string>();
  tries.stopped = await changedSince(how.tasks);
  for (const task of tasks) {
    tries.stopped ??= (await how.stopping?.()) ?? (await changedRow(task));
    const waits = held.get(useOf(task) ?? "");
    const reason = tries.stopped ?? (waits && `it waits for \`${waits}\``);
    if (reason !== undefined) {
      tries.failed.set(task, reason);
    } else {
      await deleteOne(how, task, tries);
    }
    if (tries.failed.has(task)) for (const use of holds(task)) held.set(use, pathOf(task));
  }
  return tries;
}

async function deleteOne({ api, journal, tasks, onDone }: TearDown, task: Task, tries: Tries) {
  const begin = Date.now();
  journal.note("delete", task);
  tries.tried.add(task);
  try {
    await stillOwned(api, task, tasks);
    await remove(api, task);
  } catch (error) {
    tries.failed.set(task, reasonFor(error));
  }
  const took = Date.now() - begin;
  tries.took.set(task, took);
  const reason = tries.failed.get(task) ?? "";
  onDone?.({ task, outcome: reason ? "left" : "deleted", reason, took });
}

/** A Worker outlives its workflow, and a queue its consumer. */
function holds(task: Task): readonly string[] {
  if (task.step.action === "workflow") return [useOf(task) ?? ""];
  return useOf(task) === undefined ? task.row.uses : [];
}

/** A deploy since the plan may have changed a row whose turn comes late: all are read before the first goes. */
async function changedSince(tasks: readonly Task[]): Promise<string | undefined> {
  for (const task of tasks) {
    const reason = await changedRow(task);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Somebody may deploy the stage meanwhile. */
async function changedRow(task: Task): Promise<string | undefined> {
  const { origin } = task;
  try {
    const now = await origin.stored.get(origin.at);
    if (now !== undefined && hashOf(now) === origin.hash) return undefined;
    return `the row \`${pathOf(task)}\` was changed meanwhile: a deploy may be running`;
  } catch (error) {
    return `the row \`${pathOf(task)}\` cannot be read: ${(error as Error).message}`;
  }
}

/** How often the account is listed until it shows no more of what was deleted, and the pauses between. */
const PAUSES_MS = [500, 1500];

/** Lists may lag behind. */
async function listAgain(how: TearDown, tried: ReadonlySet<Task>): Promise<Account> {
  const { connection, api } = how;
  for (const pause of PAUSES_MS) {
    const account = await listed(connection, api.account);
    const left = await survivors(api, [...tried], account);
    if (left.size === 0 || account.unread.length > 0) return account;
    await new Promise((go) => setTimeout(go, pause));
  }
  return listed(connection, api.account);
}

/** The account that was listed for a plan. @throws Problem if it is not known. */
export function connectionOf({ connection, account }: Account): {
  connection: Connection;
  account: string;
} {
  if (connection && account) return { connection, account };
  throw new Problem("the account is not known", "set `CLOUDFLARE_API_TOKEN` and `--account`");
}
