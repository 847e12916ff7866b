/** Claims from whatever store the user's Alchemy has, through the store's own class. */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ScopeLocation } from "../../../state/files.ts";
import { isRow, SCOPE } from "../../../state/row.ts";
import { Problem } from "../../problem.ts";
import { noState, type State, unknown } from "./collected.ts";
import { noteRow, noteStageRow } from "./rows.ts";

/** What is asked of a store. */
interface Store {
  init?(): Promise<void>;
  list(): Promise<string[]>;
  getBatch(ids: string[]): Promise<Record<string, unknown>>;
  listScopes?(): Promise<string[]>;
}

/** A scope as stores see it: where it lies. */
interface StoreScope {
  chain: readonly string[];
  dotAlchemy: string;
  rootDir: string;
  /** Secrets are neither needed nor decrypted. */
  eraseSecrets: true;
}

type MakeStore = (scope: StoreScope) => Store;

const HELP =
  "see that the store can be reached with the environment that deploys have; until then nothing is concluded from what is not in it";

/**
 * Loads the module that makes the store.
 *
 * @throws Problem where it cannot be loaded, or does not say how to make a store.
 */
async function load(module: string, folder: string): Promise<MakeStore> {
  const help =
    "its default export is the function that is given to `alchemy` as `stateStore`: `export default (scope) => new D1StateStore(scope)`";
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(resolve(folder, module)).href);
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0] ?? "";
    throw new Problem(`the state store \`${module}\` cannot be loaded: ${reason}`, help);
  }
  if (typeof loaded.default !== "function") {
    throw new Problem(`the state store \`${module}\` has no function as default export`, help);
  }
  return loaded.default as MakeStore;
}

/**
 * All that the store holds of `apps`.
 *
 * @param apps Where a store cannot tell which there are, as S3 cannot.
 */
export async function readStore(
  module: string,
  apps: readonly string[],
  folder: string,
): Promise<State> {
  // What a store says on the way is not what the monitor prints.
  const { log } = console;
  console.log = console.error;
  try {
    return await readLoaded(await load(module, folder), apps, folder);
  } finally {
    console.log = log;
  }
}

async function readLoaded(
  make: MakeStore,
  apps: readonly string[],
  folder: string,
): Promise<State> {
  const reader = new Reader(make, folder);
  try {
    const known = new Set([...(await reader.apps()), ...apps]);
    if (known.size === 0) {
      const message = "the state store does not tell which apps it has";
      const how = "give each of them with `--app`";
      reader.collected.unknown.push(unknown("state", null, "state-unreadable", message, how));
    }
    for (const app of known) await reader.readApp(app);
  } catch (error) {
    const message = `the state store cannot be read: ${(error as Error).message}`;
    reader.collected.unknown.push(unknown("state", null, "state-unreadable", message, HELP));
  }
  return reader.collected;
}

async function stillListed(store: Store, ids: readonly string[]): Promise<string | undefined> {
  const listed = await store.list();
  return ids.find((id) => listed.includes(id));
}

class Reader {
  readonly collected = noState();

  constructor(
    readonly make: MakeStore,
    readonly folder: string,
  ) {}

  /** The apps that the store lists: those with rows. */
  async apps(): Promise<string[]> {
    const store = await this.#at([]);
    return (await store.listScopes?.()) ?? [];
  }

  async readApp(app: string): Promise<void> {
    const store = await this.#at([app]);
    if (store.listScopes) {
      const stages = new Set([...(await store.listScopes()), ...(await store.list())]);
      await this.#readStages(store, app);
      for (const stage of stages) await this.#readScope({ app, stage, scope: [] });
      return;
    }
    // A store without scopes lists whatever lies below: the first part of a key is the stage.
    const stages = new Set((await store.list()).map(firstPart));
    for (const stage of stages) await this.#readScope({ app, stage, scope: [] });
  }

  /** The rows of the stages themselves, which have what replacements have left. */
  async #readStages(store: Store, app: string): Promise<void> {
    for (const [stage, row] of Object.entries(await store.getBatch(await store.list()))) {
      if (isRow(row)) noteStageRow(this.collected, row, { app, stage, scope: [] });
    }
  }

  async #readScope(at: ScopeLocation): Promise<void> {
    const store = await this.#at([at.app, at.stage, ...at.scope]);
    const ids = await store.list();
    if (!store.listScopes) return this.#readWithAllBelow(store, ids, at);
    const nested = await store.listScopes();
    if (ids.length === 0 && at.scope.length === 0) {
      // No stage, but the beginning of the names of stages with a slash.
      for (const name of nested) await this.#readScope({ ...at, stage: `${at.stage}/${name}` });
      return;
    }
    const scopes = await this.#readRows(store, ids, at, nested);
    // Scopes that have lost their rows.
    const lost = nested.filter((name) => ![...scopes].some((id) => firstPart(id) === name));
    for (const name of lost) await this.#readScope({ ...at, scope: [...at.scope, name] });
  }

  /** Reads a scope of a store that lists all rows below it, by their paths. */
  async #readWithAllBelow(store: Store, ids: string[], at: ScopeLocation): Promise<void> {
    const own = ids.filter((id) => !id.includes("/"));
    const below = ids.filter((id) => id.includes("/"));
    const scopes = await this.#readRows(store, own, at, below.map(firstPart));
    const left = below.filter((id) => !scopes.has(firstPart(id)));
    const rows = await store.getBatch(left);
    await this.#readRows(store, Object.keys(rows), at, []);
    // What is no row of this scope belongs to a stage with a slash in its name.
    const lost = left.filter((id) => !Object.hasOwn(rows, id));
    if (at.scope.length > 0 && lost.length > 0) throw new Error(`the row \`${lost[0]}\` is lost`);
    for (const part of new Set(lost.map(firstPart))) {
      await this.#readScope({ ...at, stage: `${at.stage}/${part}` });
    }
  }

  /**
   * Reads rows and the scopes that they stand for, and gives the names of those.
   *
   * @param nested The first parts of the paths of nested scopes: resources have scopes, too.
   */
  async #readRows(
    store: Store,
    ids: string[],
    at: ScopeLocation,
    nested: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const scopes = new Set<string>();
    const rows = await store.getBatch(ids);
    const missing = ids.filter((id) => !Object.hasOwn(rows, id));
    // One that a deploy has deleted meanwhile is not listed any more.
    const lost = missing.length > 0 ? await stillListed(store, missing) : undefined;
    if (lost !== undefined) throw new Error(`the row \`${lost}\` of stage \`${at.stage}\` is lost`);
    for (const [id, row] of Object.entries(rows)) {
      if (!isRow(row)) throw new Error(`the row \`${id}\` of stage \`${at.stage}\` is none`);
      noteRow(this.collected, row, at);
      if (row.kind !== SCOPE && !nested.includes(firstPart(id))) continue;
      scopes.add(id);
      await this.#readScope({ ...at, scope: [...at.scope, id] });
    }
    return scopes;
  }

  async #at(chain: readonly string[]): Promise<Store> {
    const store = this.make({
      chain,
      dotAlchemy: join(this.folder, ".alchemy"),
      rootDir: this.folder,
      eraseSecrets: true,
    });
    await store.init?.();
    return store;
  }
}

/** The part of a path in front of the first slash. */
function firstPart(path: string): string {
  return path.split("/")[0] ?? path;
}
