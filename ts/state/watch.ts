/**
 * Lets the guard stand between Alchemy and its state.
 *
 * Alchemy reads a resource's row, compares its options with the stored ones as text, and writes
 * the row before it calls Cloudflare; an error from that write stops the change with nothing done.
 * So the guard refuses there, and needs no reads of its own. What it changes, it changes in the
 * row that Alchemy reads and in the options that Alchemy is about to use.
 */
import { needsRows } from "#host";
import type { Account } from "../account.ts";
import { bindingsOf, ownBindings } from "./bindings.ts";
import { mark, unmark } from "./creation.ts";
import {
  type Declared,
  declaredTwice,
  findDeclared,
  holdRow,
  judgeLeft,
  judgeRow,
  judgeWorker,
  noteKept,
  otherKind,
  recheck,
  workerMoved,
} from "./guard.ts";
import {
  BUCKET,
  DATA,
  deployedName,
  inOrderOf,
  isDeployed,
  isInOrderOf,
  isRetained,
  jurisdictionOf,
  pendingRows,
  REPLACED,
  type Row,
  SCOPE,
  WORKER,
} from "./row.ts";
import { heldElsewhere, nameKey, type Place, rowsBelow } from "./stage-index.ts";
import {
  isOverlaying,
  overlaying,
  plainStore,
  readRow,
  readRows,
  readTogether,
  type StateStore,
  type StateStoreFactory,
  type WatchedScope,
} from "./store.ts";

/** What a block has passed to Alchemy, and whether the rows of its scope were known by then. */
interface PassedOn {
  options: Record<string, unknown>;
  held: boolean;
  /** For how many declarations Alchemy has not read the row yet. */
  unread: number;
  /** The names that were passed on before, which a program may still be waiting for. */
  earlier: Set<unknown>;
  /** What the core says of it as a kind, once it was asked. */
  declared?: { kind: string; as: Declared | undefined };
}

/** What blocks have passed on in a scope, by id. */
const passedOn = new WeakMap<object, Map<string, PassedOn>>();
/** The scopes whose rows the core knows. */
const held = new WeakSet<object>();

/** Notes the options that a block passes on, for the comparison with the stored ones. */
export function noteOptions(scope: object, id: string, options: Record<string, unknown>): void {
  let byId = passedOn.get(scope);
  if (!byId) {
    byId = new Map();
    passedOn.set(scope, byId);
  }
  const { unread = 0, earlier = new Set(), options: last } = byId.get(id) ?? {};
  if (last) earlier.add(last.name ?? last.title);
  byId.set(id, { options, held: held.has(scope), unread: unread + 1, earlier });
}

const watched = new WeakSet<object>();

/**
 * Puts the guard before the state of `scope`, of those above it, and of all that are made below
 * them: a Worker need not lie in the scope that its Durable Objects were declared in.
 */
export function watchState(scope: WatchedScope): void {
  for (let at: WatchedScope | undefined = scope; at && !watched.has(at); at = at.parent) watch(at);
}

/** Those below have had their stores made where they were begun before. */
function watch(scope: WatchedScope): void {
  scope.state = new Watch(scope, scope.state).overlay();
  scope.stateStore = watching(scope.stateStore);
  // After: a scope that cannot be watched is refused each time.
  watched.add(scope);
  for (const child of scope.children.values()) if (!watched.has(child)) watch(child);
}

function watching(factory: StateStoreFactory): StateStoreFactory {
  if (isOverlaying(factory)) return factory;
  return overlaying(factory, (scope, store) => {
    watched.add(scope);
    return new Watch(scope, store).overlay();
  });
}

class Watch {
  readonly #scope: WatchedScope;
  readonly #store: StateStore;
  #needs: boolean | undefined;
  /** All rows that nobody has asked for yet, read at once. */
  #rows: Promise<Map<string, Row>> | undefined;
  /**
   * The last row of each id that was written in this run, or is of what Alchemy had in hand before:
   * then, and where it was deleted, nothing. What is here may have been under way to the store while
   * the rows were read, and an earlier write may end after it.
   */
  readonly #written = new Map<string, Row | undefined>();
  /** The rows of what blocks are making or changing now, by id, as they were written. */
  readonly #underway = new Map<string, Row>();
  /** What unfinished replacements are about to delete, by the keys of the names. */
  #pending: Promise<Set<string>> | undefined;

  constructor(scope: WatchedScope, store: StateStore) {
    this.#scope = scope;
    this.#store = store;
    for (const id of scope.resources.keys()) this.#written.set(id, undefined);
  }

  overlay(): StateStore {
    return overlaid(this.#store, {
      get: (id) => this.#orFail(this.#get(id)),
      set: (id, row) => this.#orFail(this.#set(id, row)),
      delete: (id) => this.#delete(id),
      list: () => this.#list(),
    });
  }

  /**
   * Alchemy deletes what a nested scope does not declare any more as soon as that scope ends: too
   * early to know whether it has moved to a later one. It has to wait for the end of the program.
   * What a Worker takes with it is judged then, since only its row says so, and what is declared but
   * has not come to Alchemy.
   */
  async #list(): Promise<string[]> {
    const ids = await this.#store.list();
    const left = ids.filter((id) => !this.#scope.resources.has(id));
    if (this.#scope.phase === "read" || left.length === 0) return ids;
    if (endsEarly(this.#scope)) return ids.filter((id) => !left.includes(id));
    await this.#orFail(this.#judgeLeft(left));
    return ids;
  }

  /** Judges what is about to be deleted, in the order of the ids. */
  async #judgeLeft(ids: readonly string[]): Promise<void> {
    const meant = await this.#isDestroyed();
    for (const id of ids) {
      const rows = await rowsBelow(this.#scope, id);
      // Alchemy looks only now, and a block may have come to it meanwhile.
      if (this.#scope.resources.has(id)) continue;
      for (const { row, chain } of rows) {
        if (!isDeployed(row) || isRetained(row)) continue;
        if (row.kind === WORKER) judgeWorker(this.#scope, ownBindings(row), []);
        const name = DATA.includes(row.kind) && deployedName(row);
        if (!name) continue;
        const { id, kind } = row;
        judgeLeft(this.#scope, { id, kind, name, jurisdiction: jurisdictionOf(row), chain, meant });
      }
    }
  }

  /**
   * Whether the scope is that of a resource with others inside, which the program is destroying:
   * Alchemy opens it anew for that, and while it makes or changes one, the row says so.
   */
  async #isDestroyed(): Promise<boolean> {
    const { parent, scopeName } = this.#scope;
    const kind = parent?.resources.get(scopeName)?.[RESOURCE_KIND];
    if (!parent || kind === undefined || kind === SCOPE) return false;
    const row = await readRow(plainStore(parent), scopeName);
    return row !== undefined && row.status !== "creating" && row.status !== "updating";
  }

  /**
   * Alchemy fails the scope of a resource that throws, but not those above it. What could not be
   * read or written was not judged either, whatever the reason.
   */
  async #orFail<T>(act: Promise<T>): Promise<T> {
    try {
      return await act;
    } catch (error) {
      throw refused(this.#scope, error);
    }
  }

  /** Asked for each resource of each deploy: waits for no more than it has to. */
  async #get(id: string): Promise<Row | undefined> {
    const passed = passedOn.get(this.#scope)?.get(id);
    // Once for each declaration: to delete a resource Alchemy reads the row too, and needs what is so.
    const applies = passed !== undefined && passed.unread > 0;
    if (applies) passed.unread -= 1;
    // When it is done, Alchemy reads the row again, for what the resource has kept in it alone: none
    // of these kinds keeps anything, and each answer of a remote store is a call.
    const underway = this.#underway.get(id);
    if (underway) return { ...underway, data: { ...underway.data } };
    const row = await (this.#needsRows() ? this.#readHeld(id) : this.#readAhead(id));
    if (!row || !applies || this.#scope.phase === "read") return row;
    this.#judgeKind(id, row);
    if (!isSettled(row, passed.options)) await this.#soften(id, row, passed.options);
    return row;
  }

  /**
   * Alchemy takes the row of another kind for that of the resource: it deletes what the row holds, or
   * writes over that it is retained.
   */
  #judgeKind(id: string, row: Row): void {
    if (!DATA.includes(row.kind) || !isDeployed(row)) return;
    if (!this.#declared(id, row.kind)) throw otherKind(row.kind, id, deployedName(row) ?? "");
  }

  async #set(id: string, row: Row): Promise<void> {
    this.#written.set(id, row);
    this.#underway.delete(id);
    // Alchemy deploys in a nested scope whose phase is `destroy` as it does in others.
    if (this.#scope.phase === "read") return this.#store.set(id, row);
    const begins = row.status === "creating" || row.status === "updating";
    // The first of two writes, which has no options yet: what it would say is not judged, so it
    // waits for the second. Alchemy does nothing between the two.
    const waits = row.status === "creating" && !("oldProps" in row);
    const declared = DATA.includes(row.kind) ? this.#declared(id, row.kind) : undefined;
    if (!declared && row.kind !== WORKER) return this.#store.set(id, row);
    if (waits) return;
    if (!begins) unmark(row);
    else if (declared) await this.#judge(id, row, declared);
    else await this.#judgeWorker(id, row);
    const written = shielded(row);
    await this.#store.set(id, written);
    // A store may answer late: Alchemy can have written the outcome by then, and what is older must
    // not be given out in its place.
    if (!begins || !declared || this.#written.get(id) !== row) return;
    this.#underway.set(id, { ...written, data: { ...written.data } });
  }

  /**
   * What a block has declared last as an id. The core is asked once for each declaration, of which
   * Alchemy writes three rows: what it says goes with what was passed on, since a program may catch
   * an error and declare the id anew.
   */
  #declared(id: string, kind: string): Declared | undefined {
    const passed = passedOn.get(this.#scope)?.get(id);
    if (!passed) return findDeclared(this.#scope, id, kind);
    if (passed.declared?.kind !== kind) {
      passed.declared = { kind, as: findDeclared(this.#scope, id, kind) };
    }
    return passed.declared.as;
  }

  async #delete(id: string): Promise<void> {
    this.#written.set(id, undefined);
    this.#underway.delete(id);
    return this.#store.delete(id);
  }

  /** A row of a scope whose rows are all held against what is declared. */
  async #readHeld(id: string): Promise<Row | undefined> {
    const rows = await this.#held();
    // What was declared before the rows were known was not compared with them.
    if (!passedOn.get(this.#scope)?.get(id)?.held) recheck(this.#scope, id);
    return this.#taken(rows, id);
  }

  /**
   * A row of a scope whose rows are read together: Alchemy asks for them one after the other, and
   * each of a remote store's answers is a call. What cannot be read so is read by itself.
   */
  async #readAhead(id: string): Promise<Row | undefined> {
    if (!passedOn.has(this.#scope)) return readRow(this.#store, id);
    this.#rows ??= readTogether(this.#store).catch(() => new Map());
    return this.#taken(await this.#rows, id);
  }

  /** A row that was read before, once; it may have been written since by another process. */
  async #taken(rows: Map<string, Row>, id: string): Promise<Row | undefined> {
    const row = this.#written.has(id) ? undefined : rows.get(id);
    rows.delete(id);
    return row ?? readRow(this.#store, id);
  }

  /** Whether rows can make a name ambiguous, which the core knows from a scope's first block on. */
  #needsRows(): boolean {
    if (this.#needs !== undefined) return this.#needs;
    const needs = needsRows(this.#scope);
    if (passedOn.has(this.#scope)) this.#needs = needs;
    return needs;
  }

  /** A read that fails is tried again for the next resource. */
  #held(): Promise<Map<string, Row>> {
    this.#rows ??= this.#hold().catch((error: unknown) => {
      this.#rows = undefined;
      throw error;
    });
    return this.#rows;
  }

  async #hold(): Promise<Map<string, Row>> {
    const rows = await readRows(this.#store);
    for (const [id, row] of rows) {
      const name = deployedName(row);
      if (name) holdRow(this.#scope, id, row.kind, name, jurisdictionOf(row));
    }
    held.add(this.#scope);
    return rows;
  }

  /**
   * Takes out of the comparison what the guard has already judged: a name that stays the same, in
   * whatever option and place; protection that is only added. Otherwise each would be an update,
   * and for a database an update switches its read replication off.
   */
  async #soften(id: string, row: Row, options: Record<string, unknown>): Promise<void> {
    const declared = this.#declared(id, row.kind);
    if (!declared || !row.props) return;
    if (!isDeployed(row)) return this.#follow(id, row, declared.name, options);
    if (deployedName(row) !== declared.name) {
      if (declared.onRename !== "keep") return;
      noteKept(this.#scope, id, row.kind);
    }
    if (options.delete === false && !isRetained(row)) {
      row.props.delete = false;
      await this.#store.set(id, row);
    }
    for (const key of declared.keys) row.props[key] = options[key];
    row.props = inOrderOf(options, row.props);
  }

  /**
   * Has a row that only local mode made follow the declared name: Alchemy would replace or rename
   * what was never deployed, by an empty id or, for a bucket, by a name that may be a stranger's.
   */
  async #follow(
    id: string,
    row: Row,
    name: string,
    options: Record<string, unknown>,
  ): Promise<void> {
    if (row.kind === BUCKET && !isRetained(row)) await this.#store.set(id, shielded(row));
    for (const key of ["name", "title"]) {
      if (row.output && typeof row.output[key] === "string") row.output[key] = name;
    }
    // The shield is the guard's own, and no reason for an update.
    if (row.props && row.kind === BUCKET) {
      if (options.delete === undefined) delete row.props.delete;
      else row.props.delete = options.delete;
      row.props = inOrderOf(options, row.props);
    }
  }

  /** Judges a row that is about to be written with new options; throws what is refused. */
  async #judge(id: string, row: Row, declared: Declared): Promise<void> {
    if (!row.props) return;
    const given = row.props[declared.keys[0] as string];
    const twice = given !== declared.name && passedOn.get(this.#scope)?.get(id)?.earlier.has(given);
    if (twice) throw declaredTwice(id, String(given), declared.name);
    const old = deployedName(row);
    const deployed = isDeployed(row);
    const local = this.#isLocal(row.props);
    const moves = !deployed || old !== declared.name;
    const kept = deployed && declared.onRename === "keep" ? old : undefined;
    const elsewhere = moves ? await this.#elsewhere(row.kind, declared, id) : undefined;
    const names = await this.#names();
    const verdict = judgeRow(id, row.kind, declared, {
      name: deployed ? old : undefined,
      retained: row.oldProps?.delete === false,
      local,
      elsewhere: elsewhere?.path.join("/"),
      pending:
        names.has(nameKey(row.kind, kept ?? declared.name, declared.jurisdiction)) ||
        elsewhere?.pending === true,
    });
    if (verdict === "keep") for (const key of declared.keys) row.props[key] = old;
    if (verdict === "replace" && old) names.add(nameKey(row.kind, old, jurisdictionOf(row)));
    const creates = !deployed || (verdict === "replace" && REPLACED.includes(row.kind));
    const view = creates && !local ? account(this.#scope) : undefined;
    if (view) await mark(this.#scope, view, row, declared);
  }

  #elsewhere(kind: string, declared: Declared, id: string): Promise<Place | undefined> {
    return heldElsewhere(this.#scope, kind, declared.name, declared.jurisdiction, id);
  }

  #isLocal(options: Record<string, unknown>): boolean {
    const dev = options.dev as { remote?: boolean } | undefined;
    return this.#scope.local && !dev?.remote;
  }

  /** What Alchemy will delete at the end of this or the next run. */
  #names(): Promise<Set<string>> {
    this.#pending ??= this.#readPending();
    return this.#pending;
  }

  /**
   * Reads the scope's own row: `scope.get` would draw numbers that resources are ordered by, and
   * only in some runs, so that a queue could be destroyed before the Worker that uses it.
   */
  async #readPending(): Promise<Set<string>> {
    const { parent, scopeName } = this.#scope;
    const row = parent && (await readRow(plainStore(parent), scopeName));
    const lost = pendingRows(row).filter((row) => !isRetained(row));
    return new Set(
      lost.map((row) => nameKey(row.kind, deployedName(row) ?? "", jurisdictionOf(row))),
    );
  }

  /** Judges the Durable Objects and Workflows that a Worker's new bindings leave out. */
  async #judgeWorker(id: string, row: Row): Promise<void> {
    const script = row.props?.name ?? this.#scope.createPhysicalName(id).toLowerCase();
    if (typeof script !== "string") return;
    if (!isDeployed(row)) {
      const place = await heldElsewhere(this.#scope, WORKER, script, "", id);
      if (place) throw workerMoved(script, id, place.path.join("/"));
      return;
    }
    judgeWorker(this.#scope, ownBindings(row), bindingsOf(row.props?.bindings));
  }
}

/**
 * Whether a row needs no softening: what is stored of a deployed resource has the name, the
 * protection and the order of the program's options.
 */
function isSettled(row: Row, options: Record<string, unknown>): boolean {
  const stored = row.props;
  if (!stored) return true;
  if (!isDeployed(row)) return false;
  if (stored.name !== options.name || stored.title !== options.title) return false;
  return stored.delete === options.delete && isInOrderOf(options, stored);
}

const RESOURCE_KIND = Symbol.for("alchemy::ResourceKind");

/** Whether a scope that the program nests ends now, before the app does. */
function endsEarly(scope: WatchedScope): boolean {
  const kind = scope.parent?.resources.get(scope.scopeName)?.[RESOURCE_KIND];
  if (kind !== SCOPE) return false;
  for (let at: WatchedScope | undefined = scope.parent; at; at = at.parent) {
    if (at.finalized && !at.parent?.parent) return false;
  }
  return true;
}

/** One view of the account for a run of an app. */
const accounts = new WeakMap<object, Account>();
let makeAccount: (() => Account) | undefined;

/** Says how to look into the account: the core alone is not bound to Alchemy, and cannot. */
export function useAccount(make: () => Account): void {
  makeAccount = make;
}

export function account(scope: WatchedScope): Account | undefined {
  let known = accounts.get(scope.root);
  if (!known && makeAccount) {
    known = makeAccount();
    accounts.set(scope.root, known);
  }
  return known;
}

/**
 * The row to store: a bucket that the account does not hold yet is stored as retained, since
 * Alchemy deletes a bucket by the name in its options, which may be a stranger's.
 */
function shielded(row: Row): Row {
  const made = isDeployed(row) && deployedName(row) === row.props?.name;
  if (row.kind !== BUCKET || made) return row;
  return { ...row, props: { ...row.props, delete: false } };
}

/** Marks the scope and those above it as failed, so that Alchemy sweeps nothing in any. */
export function refused<T>(scope: WatchedScope, error: T): T {
  for (let at: WatchedScope | undefined = scope; at; at = at.parent) at.fail();
  return error;
}

/**
 * `store` with some methods replaced. The store itself stays as it is: stores call their own
 * methods, and several scopes may share one.
 */
function overlaid<T extends object>(store: T, methods: Partial<T>): T {
  return new Proxy(store, {
    get(target, key) {
      const own = methods[key as keyof T];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
