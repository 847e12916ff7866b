/** Scopes and state stores of Alchemy 0.94, as far as the blocks use them. */
import type { Row } from "../state/row.ts";

export interface StateStore {
  list(): Promise<string[]>;
  get(id: string): Promise<Row | undefined>;
  set(id: string, row: Row): Promise<void>;
  delete(id: string): Promise<void>;
  all(): Promise<Record<string, Row>>;
  /** The names of the scopes below. Stores that join paths do not have it. */
  listScopes?(): Promise<string[]>;
}

/** Where each resource of a scope has its type. */
export const RESOURCE_KIND = Symbol.for("alchemy::ResourceKind");

/** Makes the store of a scope. Alchemy calls it for each scope. */
export type StateStoreFactory = (scope: AlchemyScope) => StateStore;

/** A scope. `state` and `stateStore` are read-only in Alchemy's types, not in its code. */
export interface AlchemyScope {
  state: StateStore;
  stateStore: StateStoreFactory;
  readonly stage: string;
  readonly scopeName: string;
  readonly chain: readonly string[];
  readonly parent: AlchemyScope | undefined;
  readonly root: AlchemyScope;
  readonly children: ReadonlyMap<string, AlchemyScope>;
  readonly phase: "up" | "destroy" | "read";
  readonly local: boolean;
  readonly adopt: boolean;
  readonly eraseSecrets: boolean;
  readonly quiet: boolean;
  /** The folder that Alchemy keeps its files in. */
  readonly dotAlchemy: string;
  /** What the program has declared here. */
  readonly resources: ReadonlyMap<string, Record<symbol, unknown>>;
  /** Whether the scope has begun to end. Private in Alchemy's types. */
  readonly finalized: boolean;
  fail(): void;
  createPhysicalName(id: string): string;
}
