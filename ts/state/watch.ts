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
  state: StateStore;
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
  let rows: Promise<Map<string, Row>> | undefined;

  const load = async () => {
    const all = new Map(Object.entries(await store.all()));
    for (const [id, row] of all) hold(scope, id, row);
    return all;
  };
  const forget = async (id: string) => {
    if (rows) (await rows).delete(id);
  };

  scope.state = overlaid(store, {
    async get(id) {
      rows ??= load();
      const known = await rows;
      wasm.recheck(scope, id);
      const row = known.get(id);
      known.delete(id);
      return row ?? store.get(id);
    },
    async set(id, row) {
      await forget(id);
      return store.set(id, row);
    },
    async delete(id) {
      await forget(id);
      return store.delete(id);
    },
  });
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

function hold(scope: object, id: string, row: Row): void {
  const name = row.output?.name ?? row.output?.title;
  if (typeof name !== "string" || typeof row.kind !== "string") return;
  const jurisdiction = row.output?.jurisdiction;
  wasm.holdRow(scope, row.kind, id, name, typeof jurisdiction === "string" ? jurisdiction : "");
}
