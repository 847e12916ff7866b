/**
 * The ledger: what sweeps have seen of stages whose rows they could read. If the state is lost, it is what is known
 * of them. `monitor/src/stages/ledger.rs` says how far it counts.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Kind, specIn } from "../../kinds.ts";
import type { StoredAt, StoredRows } from "../../state/stored.ts";
import { isMissing, Problem, reasonOf } from "../problem.ts";
import { jsonOf } from "../render/text.ts";
import { putWhole } from "../write.ts";
import type { Account } from "./collect.ts";
import type { Decision, StageRow } from "./decide.ts";
import type { Origin, Rows } from "./origins.ts";
import { hashOf, useOf } from "./rows.ts";

/** The name of the ledger, in the folder with the marks. */
const FILE = "ledger.json";

/** A row, and what an account had of it. */
export interface Entry {
  account: string;
  /** When it was seen, by the clock of the servers, in milliseconds since 1970. */
  seen: number;
  /** When the account said that the resource was made. */
  created?: number;
  empty: boolean;
  /** Where a route is, and an object. All else that a row has may be secret. */
  zoneId?: string;
  jurisdiction?: string;
  row: StageRow;
}

interface Text {
  version: 1;
  /** That of the entries: by hand, nobody changes both. */
  digest: string;
  entries: Entry[];
}

/** It is a store of rows, too: a tear-down reads each again, and removes it. */
export class Ledger implements StoredRows<Entry> {
  private constructor(
    readonly path: string,
    readonly entries: readonly Entry[],
    /** Why what the file has does not count. */
    readonly fault: string | undefined,
  ) {}

  /** In the folder with the marks. */
  static in(folder: string): Promise<Ledger> {
    return Ledger.at(join(folder, FILE));
  }

  /** @throws Problem if it is there and cannot be read. */
  static async at(path: string): Promise<Ledger> {
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (isMissing(error)) return new Ledger(path, [], undefined);
      throw new Problem(`the ledger \`${path}\` cannot be read: ${reasonOf(error)}`);
    }
    const entries = entriesIn(text);
    if (entries) return new Ledger(path, entries, undefined);
    const fault = `the ledger \`${path}\` is not as a sweep has written it: nothing in it counts`;
    return new Ledger(path, [], fault);
  }

  async get(at: StoredAt): Promise<Entry | undefined> {
    const { entries, fault } = await Ledger.at(this.path);
    if (fault !== undefined) throw new Error(fault);
    return entries.find((entry) => isAt(entry, at));
  }

  async remove(at: StoredAt): Promise<void> {
    const { entries, fault } = await Ledger.at(this.path);
    if (fault !== undefined) throw new Error(fault);
    await write(
      this.path,
      entries.filter((entry) => !isAt(entry, at)),
    );
  }

  /**
   * Without what the account has no more, and what is in a row of a store by now.
   *
   * @param stored The rows of stores alone.
   */
  current(stored: Rows, account: Account): Ledger {
    if (account.listed === undefined || account.unread.length > 0) return this;
    const rows = new Set(stored.rows.map(resourceKey));
    const old = this.entries.filter(({ row }) => !rows.has(resourceKey(row)));
    return new Ledger(this.path, stillThere(old, account), this.fault);
  }

  /**
   * Keeps what it has, and what a run has seen: rows whose resources are in the account.
   *
   * @throws Problem if it cannot be written.
   */
  async keep(rows: Rows, decisions: readonly Decision[], account: Account): Promise<void> {
    const now = account.now ?? account.connection?.time();
    if (account.account === undefined || account.listed === undefined || now === undefined) return;
    const seen = seenIn(rows, decisions, { account: account.account, now, ...createdIn(account) });
    await write(this.path, [...this.entries, ...seen]);
  }
}

/** The rows of stores, and those of stages that no store has. */
export function withLedger(all: Rows, ledger: Ledger): Rows {
  const known = new Set([...all.rows, ...all.stageRows].map(stageKey));
  const lost = ledger.entries.filter(({ row }) => !known.has(stageKey(row)));
  return {
    ...all,
    rows: [...all.rows, ...lost.map((entry) => rowOf(entry, ledger))],
    origins: [...all.origins, ...lost.map((entry) => originOf(entry, ledger))],
  };
}

function rowOf(entry: Entry, { path: store }: Ledger): StageRow {
  const { row, account, seen: at, created } = entry;
  return { ...row, account, store, hash: hashOf(entry), seen: { at, created } };
}

function originOf(entry: Entry, stored: Ledger): Origin<Entry> {
  const { row, empty } = entry;
  const at = { chain: chainOf(row), id: row.id };
  return { stored, at, carrier: false, hash: hashOf(entry), empty, ids: idsOf(entry) };
}

/** What the API needs to know of parts. It comes from what was decided by: a ledger may say two things. */
function idsOf({ row, zoneId, jurisdiction }: Entry): Origin["ids"] {
  const used = (kind: Kind) => {
    const prefix = useOf(kind, "");
    return row.uses.find((use) => use.startsWith(prefix))?.slice(prefix.length);
  };
  const bucket = { name: used("bucket"), jurisdiction };
  return { zoneId, queueId: used("queue"), scriptName: used("worker"), bucket };
}

interface Sight {
  account: string;
  now: number;
  created: ReadonlyMap<string, number | undefined>;
}

/** What the decisions would have deleted is proven: see `noted` of a decision. */
function seenIn({ rows, origins }: Rows, decisions: readonly Decision[], sight: Sight): Entry[] {
  const steps = decisions.flatMap((one) => (one.noted ? one.steps : []));
  return steps.flatMap(({ action, row: at }): Entry[] => {
    const [row, origin] = [rows[at], origins[at]];
    if (action !== "delete" || row === undefined || origin === undefined) return [];
    const created = sight.created.get(resourceKey(row));
    const { account, now: seen } = sight;
    return [
      {
        ...{ account, seen, empty: origin.empty, row, ...placeOf(origin) },
        ...(created === undefined ? {} : { created }),
      },
    ];
  });
}

function placeOf({ ids: { zoneId, bucket } }: Origin): Pick<Entry, "zoneId" | "jurisdiction"> {
  const { jurisdiction } = (bucket ?? {}) as { jurisdiction?: unknown };
  return {
    ...(typeof zoneId === "string" ? { zoneId } : {}),
    ...(typeof jurisdiction === "string" ? { jurisdiction } : {}),
  };
}

/**
 * What has another id by now stays: somebody may have deployed the stage again. A part stays as long as what it is a
 * part of.
 */
function stillThere(old: readonly Entry[], account: Account): Entry[] {
  const all = account.listed ?? [];
  const known = new Set(
    all.flatMap(({ kind, place, id, name }) => [
      keyOf(kind, place, id),
      keyOf(kind, place, "", name),
    ]),
  );
  const isKnown = ({ row }: Entry) => {
    const { resource, place, name } = row;
    const named = keyOf(specIn(resource)?.kind ?? resource, place, "", name);
    return known.has(resourceKey(row)) || known.has(named);
  };
  const listed = old.filter(isKnown);
  const keyIn = (row: StageRow, use: string) => keyOf(stageKey(row), use);
  const wholes = (entries: readonly Entry[]) => entries.map(({ row }) => keyIn(row, useIn(row)));
  const [now, before] = [wholes(listed), wholes(old)];
  // What was never noted is not gone: such a part is strange, and a person judges it.
  const isGone = (whole: string) => before.includes(whole) && !now.includes(whole);
  return old.filter((entry) => {
    const { row } = entry;
    if (specIn(row.resource) !== undefined) return listed.includes(entry);
    return !row.uses.some((use) => isGone(keyIn(row, use)));
  });
}

function createdIn({ listed = [] }: Account): Pick<Sight, "created"> {
  const all = listed.map(({ kind, place, id, created }) => [keyOf(kind, place, id), created]);
  return { created: new Map(all as [string, number | undefined][]) };
}

/** The id of a part, such as the key of an object, is one only within what it is a part of. */
function resourceKey({ resource, place, identity, uses }: StageRow): string {
  const spec = specIn(resource);
  return spec ? keyOf(spec.kind, place, identity) : keyOf(resource, place, identity, ...uses);
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}

function useIn({ resource, identity }: StageRow): string {
  const spec = specIn(resource);
  return spec === undefined ? "" : useOf(spec.kind, identity);
}

function stageKey({ app, stage }: Pick<StageRow, "app" | "stage">): string {
  return keyOf(app, stage);
}

function chainOf({ app, stage, version, scope, resource }: StageRow): string[] {
  return [app, stage, version, ...scope, resource];
}

function isAt({ row }: Entry, { chain, id }: StoredAt): boolean {
  return row.id === id && keyOf(...chainOf(row)) === keyOf(...chain);
}

async function write(path: string, entries: readonly Entry[]): Promise<void> {
  const text: Text = { version: 1, digest: digestOf(entries), entries: [...entries] };
  try {
    await putWhole(path, jsonOf(text));
  } catch (error) {
    const message = `the ledger \`${path}\` cannot be written: ${reasonOf(error)}`;
    throw new Problem(message, "give another folder with `--metrics`");
  }
}

function digestOf(entries: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(entries)).digest("hex");
}

/** Nothing if it is not as it was written. */
function entriesIn(text: string): Entry[] | undefined {
  try {
    const { version, digest, entries } = (JSON.parse(text) ?? {}) as Partial<Text>;
    const isWhole = version === 1 && Array.isArray(entries) && digestOf(entries) === digest;
    return isWhole ? entries : undefined;
  } catch {
    return undefined;
  }
}
