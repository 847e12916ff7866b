/** The store of secrets: an account has one, and its values are never given back. */
import { randomUUID } from "node:crypto";
import { refuse } from "./errors.ts";
import type { Journal } from "./log.ts";
import {
  type Call,
  isJson,
  type Json,
  jsonOf,
  objectOf,
  param,
  type Route,
  route,
} from "./router.ts";

const INVALID = 1001;
const kind = "SecretsStore";

interface Store {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  /** The ids of the secrets, by name. */
  readonly secrets: Map<string, string>;
}

export class SecretsStores {
  /** By id. */
  readonly all = new Map<string, Store>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  create(name: unknown): Store {
    if (typeof name !== "string" || name === "") refuse(400, INVALID, "a store needs a name");
    if (this.all.size > 0) refuse(409, 1003, "maximum_stores_exceeded");
    const id = randomUUID().replaceAll("-", "");
    const made = { id, name: String(name), created: new Date().toISOString(), secrets: new Map() };
    this.all.set(id, made);
    this.#journal.note({ kind, action: "create", name: made.name, id });
    return made;
  }

  delete(store: Store): void {
    this.all.delete(store.id);
    const dataLost = { of: "secrets", count: store.secrets.size };
    this.#journal.note({ kind, action: "delete", name: store.name, id: store.id, dataLost });
  }

  /** Puts secrets into a store; it takes all of them or none. */
  add(store: Store, secrets: readonly Json[]): void {
    for (const { name } of secrets) {
      if (store.secrets.has(String(name))) refuse(409, 1004, "secret_name_already_exists");
    }
    for (const { name } of secrets) {
      const id = randomUUID().replaceAll("-", "");
      store.secrets.set(String(name), id);
      this.#journal.note({ kind: "Secret", action: "create", name: String(name), id });
    }
  }

  remove(store: Store, names: readonly string[]): void {
    for (const name of names) {
      if (store.secrets.delete(name))
        this.#journal.note({ kind: "Secret", action: "delete", name });
    }
  }
}

export function secretsStoreRoutes(stores: SecretsStores): Route[] {
  const path = "/secrets_store/stores";
  const of = (call: Call) =>
    stores.all.get(param(call, "id")) ?? refuse(404, 1000, "store_not_found");
  const shown = ({ id, name, created }: Store) => ({ id, name, created, modified: created });
  const list = (call: Call) => {
    const value = jsonOf(call, INVALID);
    return Array.isArray(value) ? (value as unknown[]) : refuse(400, INVALID, "not a list");
  };
  return [
    route("GET", path, () => ({ result: [...stores.all.values()].map(shown) })),
    route("POST", path, (call) => ({
      result: shown(stores.create(objectOf(call, INVALID).name)),
    })),
    route("DELETE", `${path}/:id`, (call) => {
      stores.delete(of(call));
      return { result: null };
    }),
    route("GET", `${path}/:id/secrets`, (call) => ({
      result: [...of(call).secrets].map(([name, id]) => ({ name, id, status: "active" })),
    })),
    route("POST", `${path}/:id/secrets`, (call) => {
      stores.add(of(call), list(call).filter(isJson));
      return { result: [] };
    }),
    route("DELETE", `${path}/:id/secrets`, (call) => {
      stores.remove(of(call), list(call).map(String));
      return { result: [] };
    }),
  ];
}
