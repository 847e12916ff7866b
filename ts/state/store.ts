/** Reads a store of any kind through Alchemy's class for it, or the user's own. */
import { join, resolve } from "node:path";
import { visitFiles } from "./files.ts";
import {
  belowRoot,
  isAtRoot,
  type ScopeLocation,
  showInApp,
  stageOf,
  type Visitor,
} from "./location.ts";
import { isRow, isRowOfAlchemy2, type Row, SCOPE, WrittenByAlchemy2 } from "./row.ts";

/** What is asked of a store. */
export interface AnyStore {
  init?(): Promise<void>;
  list(): Promise<string[]>;
  getBatch(ids: string[]): Promise<Record<string, unknown>>;
  /** Only stores that keep scopes apart have it. */
  listScopes?(): Promise<string[]>;
}

/** A scope as stores see it: where it is. */
export interface StoreScope {
  chain: readonly string[];
  dotAlchemy: string;
  rootDir: string;
  /** Secrets are neither needed nor decrypted. */
  eraseSecrets: true;
}

/** What `alchemy` takes as `stateStore`. */
export type MakeStore = (scope: StoreScope) => AnyStore;

/** The store does not tell which apps it has, and none was named. */
export class AppsUnknown extends Error {
  constructor() {
    super("the store does not tell which apps it has");
  }
}

/**
 * Shows every row of the store to the visitor.
 *
 * @param apps Where a store cannot tell which there are, as S3 cannot.
 * @param folder Where the program is that uses the store.
 * @returns whether the store keeps stages and nested scopes with the same path apart.
 * @throws AppsUnknown, or whatever the store throws. What it cannot give must not be taken for
 *   absent.
 */
export async function visitStore(
  make: MakeStore,
  apps: readonly string[],
  folder: string,
  visitor: Visitor,
): Promise<boolean> {
  const reader = new Reader(make, folder, visitor);
  const files = reader.fileStore();
  if (files !== undefined) {
    await visitFiles(files, visitor);
    return false;
  }
  const known = new Set([...(await reader.apps()), ...apps]);
  if (known.size === 0) throw new AppsUnknown();
  for (const app of known) await reader.readApp(app);
  return reader.keepsApart();
}

class Reader {
  constructor(
    readonly make: MakeStore,
    readonly folder: string,
    readonly visitor: Visitor,
  ) {}

  /** The folder of a store that is made of files, as Alchemy's own is. */
  fileStore(): string | undefined {
    const [top, app] = [[], ["app"]].map((chain) => (this.#make(chain) as { dir?: unknown }).dir);
    if (typeof top !== "string" || typeof app !== "string") return undefined;
    return resolve(top, "app") === resolve(app) ? top : undefined;
  }

  keepsApart(): boolean {
    return this.#make([]).listScopes !== undefined;
  }

  /** The apps that the store lists: those with rows. */
  async apps(): Promise<string[]> {
    const store = await this.#at([]);
    return (await store.listScopes?.()) ?? [];
  }

  async readApp(app: string): Promise<void> {
    const store = await this.#at([app]);
    if (store.listScopes) {
      const rows = await rowsOf(store, await store.list(), app);
      for (const row of rows.values()) showInApp(this.visitor, { app, row });
      const stages = new Set([...(await store.listScopes()), ...rows.keys()]);
      for (const stage of stages) {
        await this.#inStage(rows.get(stage)).#readScope({ app, stage, scope: [] }, true);
      }
      return;
    }
    // A store without scopes lists whatever is below: the first part of a key is the stage, or the
    // whole key an id.
    const keys = await store.list();
    const ids = keys.filter((key) => !key.includes("/"));
    const rows = await rowsOf(store, ids, app);
    for (const row of rows.values()) showInApp(this.visitor, { app, row });
    for (const stage of new Set(keys.map(firstPart))) {
      await this.#inStage(rows.get(stage)).#readAllBelow({ app, stage, scope: [] }, true);
    }
  }

  /** What shows a stage that has such a row in the scope of its app. */
  #inStage(row: Row | undefined): Reader {
    if (!isAtRoot(row)) return this;
    return new Reader(this.make, this.folder, belowRoot(this.visitor));
  }

  async #readScope(at: ScopeLocation, reachable: boolean): Promise<void> {
    const store = await this.#at([at.app, at.stage, ...at.scope]);
    const rows = await rowsOf(store, await store.list(), at.stage);
    for (const row of rows.values()) this.visitor.row({ ...at, reachable, row });
    const nested = (await store.listScopes?.()) ?? [];
    const scopes = [...rows.values()].filter(({ kind }) => kind === SCOPE).map(({ id }) => id);
    for (const name of new Set([...nested, ...scopes])) {
      const inner = { ...at, scope: [...at.scope, name] };
      await this.#readScope(inner, reachable && rows.has(name));
    }
  }

  /** Reads a scope of a store that lists all rows below it, by their paths. */
  async #readAllBelow(at: ScopeLocation, reachable: boolean): Promise<void> {
    const store = await this.#at([at.app, at.stage, ...at.scope]);
    const ids = await store.list();
    const own = await rowsOf(
      store,
      ids.filter((id) => !id.includes("/")),
      at.stage,
    );
    for (const row of own.values()) this.#show(at, row, reachable);
    const below = ids.filter((id) => id.includes("/"));
    // Ids may have slashes, too.
    const left = below.filter((id) => !own.has(firstPart(id)));
    const found = checked(await store.getBatch(left), at.stage);
    for (const row of found.values()) this.#show(at, row, reachable);
    const scopes = [...own.keys(), ...found.keys()].filter((id) => below.some(isIn(id)));
    for (const name of scopes) {
      await this.#readAllBelow({ ...at, scope: [...at.scope, name] }, reachable);
    }
    // What is no row of this scope belongs to a stage with a slash in its name.
    const lost = left.filter((id) => !found.has(id) && !scopes.some((name) => isIn(name)(id)));
    if (at.scope.length > 0 && lost.length > 0) throw new Error(`the row \`${lost[0]}\` is lost`);
    for (const part of new Set(lost.map(firstPart))) {
      await this.#readAllBelow({ ...at, stage: `${at.stage}/${part}` }, reachable);
    }
  }

  /** Shows a row; what looks like a longer stage can be a scope that has lost its row. */
  #show(at: ScopeLocation, row: Row, reachable: boolean): void {
    const path = at.stage.split("/");
    const stage = stageOf(row, at.app, path) ?? at.stage;
    const lost = path.slice(stage.split("/").length);
    const place = { ...at, stage, scope: [...lost, ...at.scope] };
    this.visitor.row({ ...place, reachable: reachable && lost.length === 0, row });
  }

  async #at(chain: readonly string[]): Promise<AnyStore> {
    const store = this.#make(chain);
    await store.init?.();
    return store;
  }

  #make(chain: readonly string[]): AnyStore {
    const dotAlchemy = join(this.folder, ".alchemy");
    return this.make({ chain, dotAlchemy, rootDir: this.folder, eraseSecrets: true });
  }
}

/** The rows with these ids. One that a deploy has deleted meanwhile is left out. */
async function rowsOf(store: AnyStore, ids: string[], scope: string): Promise<Map<string, Row>> {
  const given = await store.getBatch(ids);
  const missing = ids.filter((id) => !Object.hasOwn(given, id));
  const lost = missing.length > 0 ? await stillListed(store, missing) : undefined;
  if (lost !== undefined) throw new Error(`the row \`${lost}\` of stage \`${scope}\` is lost`);
  return checked(given, scope);
}

function checked(given: Record<string, unknown>, scope: string): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const [id, row] of Object.entries(given)) {
    if (isRowOfAlchemy2(row)) throw new WrittenByAlchemy2();
    if (!isRow(row)) throw new Error(`the row \`${id}\` of stage \`${scope}\` is none`);
    rows.set(row.id, row);
  }
  return rows;
}

async function stillListed(store: AnyStore, ids: readonly string[]): Promise<string | undefined> {
  const listed = await store.list();
  return ids.find((id) => listed.includes(id));
}

/** Whether a path goes on below `name`. */
function isIn(name: string): (path: string) => boolean {
  return (path) => path.startsWith(`${name}/`);
}

/** The part of a path in front of the first slash. */
function firstPart(path: string): string {
  return path.split("/")[0] ?? path;
}
