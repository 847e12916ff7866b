/**
 * Lets the guard see what a scope's state holds.
 *
 * Alchemy reads a resource's row before it writes anything or calls Cloudflare, and an error from
 * that read stops the resource. So the guard sits there: it needs no reads of its own at a time
 * when it would have to wait, and its refusals come before any change.
 */
import * as wasm from "./wasm.ts";

/** A row, as far as the guard looks at it. */
interface Row {
  kind: string;
  id: string;
  output?: { name?: unknown; title?: unknown; jurisdiction?: unknown };
}

interface StateStore {
  get(id: string): Promise<Row | undefined>;
  set(id: string, row: Row): Promise<void>;
  delete(id: string): Promise<void>;
  all(): Promise<Record<string, Row>>;
}

/** An Alchemy scope, as far as the guard looks at it. */
export interface WatchedScope {
  readonly state: StateStore;
}

/**
 * Has every first read of a row in `scope` wait for the guard.
 *
 * Only in stages whose rows can make a name ambiguous. All rows are then read at once and handed
 * out from there, so that no row is read twice.
 */
export function watchState(scope: WatchedScope): void {
  if (!wasm.needsRows(scope)) return;
  const store = scope.state;
  const get = store.get.bind(store);
  const set = store.set.bind(store);
  const remove = store.delete.bind(store);
  let rows: Promise<Map<string, Row>> | undefined;

  const load = async () => {
    const all = new Map(Object.entries(await store.all()));
    for (const [id, row] of all) hold(scope, id, row);
    return all;
  };
  const forget = async (id: string) => {
    if (rows) (await rows).delete(id);
  };

  store.get = async (id) => {
    rows ??= load();
    const known = await rows;
    wasm.recheck(scope, id);
    const row = known.get(id);
    known.delete(id);
    return row ?? get(id);
  };
  store.set = async (id, row) => {
    await forget(id);
    return set(id, row);
  };
  store.delete = async (id) => {
    await forget(id);
    return remove(id);
  };
}

function hold(scope: object, id: string, row: Row): void {
  const name = row.output?.name ?? row.output?.title;
  if (typeof name !== "string" || typeof row.kind !== "string") return;
  const jurisdiction = row.output?.jurisdiction;
  wasm.holdRow(scope, row.kind, id, name, typeof jurisdiction === "string" ? jurisdiction : "");
}
