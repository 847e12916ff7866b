import { randomUUID } from "node:crypto";
import { codes, refuse } from "./errors.ts";
import type { Journal } from "./log.ts";
import { validName } from "./names.ts";
import {
  byName,
  type Call,
  cursorPage,
  isJson,
  type Json,
  jsonOf,
  objectOf,
  page,
  param,
  type Reply,
  type Route,
  route,
  textOf,
} from "./router.ts";

const kind = "KVNamespace";

/** A value of a KV namespace. */
export interface KVValue {
  readonly value: string;
  readonly metadata: unknown;
  readonly expiration: number | undefined;
}

/** A KV namespace and its values. */
export interface KV {
  readonly id: string;
  title: string;
  readonly values: Map<string, KVValue>;
}

/** The KV namespaces of an account. */
export class Namespaces {
  /** By id. */
  readonly all = new Map<string, KV>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The namespace of that title. */
  named(title: string): KV | undefined {
    return [...this.all.values()].find((namespace) => namespace.title === title);
  }

  /** The namespace of that id; refused when there is none. */
  get(id: string): KV {
    return this.all.get(id) ?? refuse(404, codes.kvMissing, "namespace not found");
  }

  /** Creates a namespace, as a POST does. */
  create(title: string): KV {
    this.#free(validName(kind, title));
    const namespace: KV = { id: randomUUID().replaceAll("-", ""), title, values: new Map() };
    this.all.set(namespace.id, namespace);
    this.#journal.note({ kind, action: "create", name: title, id: namespace.id });
    return namespace;
  }

  /** Gives a namespace another title, in place. */
  rename(id: string, title: string): KV {
    const namespace = this.get(id);
    validName(kind, title);
    if (title === namespace.title) return namespace;
    this.#free(title);
    const from = namespace.title;
    namespace.title = title;
    this.#journal.note({ kind, action: "rename", name: title, id, from, to: title });
    return namespace;
  }

  /** Deletes a namespace with everything in it. */
  delete(id: string): void {
    const { title, values } = this.get(id);
    this.all.delete(id);
    const dataLost = { of: "values", count: values.size };
    this.#journal.note({ kind, action: "delete", name: title, id, dataLost });
  }

  #free(title: string): void {
    if (!this.named(title)) return;
    refuse(400, codes.kvExists, "a namespace with this account ID and title already exists");
  }
}

/** Puts a value into a namespace. */
export function putValue(namespace: KV, key: string, value: string, extra: Json = {}): void {
  if (key === "" || key === "." || key === "..") refuse(400, codes.kvKeyMissing, "invalid key");
  const expiration = typeof extra.expiration === "number" ? extra.expiration : undefined;
  namespace.values.set(key, { value, metadata: extra.metadata, expiration });
}

function shown({ id, title }: KV): Json {
  return { id, title, supports_url_encoding: true };
}

function titleOf(call: Call): string {
  return validName(kind, objectOf(call, codes.kvTitle).title);
}

function keys(call: Call, namespace: KV): Reply {
  const prefix = call.query.get("prefix") ?? "";
  const found = [...namespace.values]
    .filter(([name]) => name.startsWith(prefix))
    .sort(byName(([name]) => name));
  const rules = { size: "limit", code: codes.kvKeyMissing, standard: 1000, max: 1000 };
  const { items, cursor } = cursorPage(call, found, ([name]) => name, rules);
  const result = items.map(([name, { expiration, metadata }]) => ({ name, expiration, metadata }));
  return { result, info: { count: result.length, cursor: cursor ?? "" } };
}

function bulkPut(call: Call, namespace: KV): Reply {
  const pairs = jsonOf(call, codes.kvKeyMissing);
  if (!Array.isArray(pairs) || pairs.length > 10_000) {
    return refuse(400, codes.kvKeyMissing, "the body must be a list of at most 10000 pairs");
  }
  const checked = pairs.map((pair: unknown) => {
    const { key, value, ...extra } = isJson(pair) ? pair : {};
    if (typeof key === "string" && typeof value === "string") return { key, value, extra };
    return refuse(400, codes.kvKeyMissing, "every pair needs a key and a value");
  });
  for (const { key, value, extra } of checked) putValue(namespace, key, value, extra);
  return { result: { successful_key_count: checked.length, unsuccessful_keys: [] } };
}

function bulkDelete(call: Call, namespace: KV): Reply {
  const names = jsonOf(call, codes.kvKeyMissing);
  if (!Array.isArray(names)) return refuse(400, codes.kvKeyMissing, "the body must be a list");
  for (const name of names) namespace.values.delete(String(name));
  return { result: { successful_key_count: names.length, unsuccessful_keys: [] } };
}

function putOne(call: Call, namespace: KV): Reply {
  const value = call.texts.get("value") ?? textOf(call);
  const expiration = Number(call.query.get("expiration") ?? Number.NaN);
  putValue(namespace, param(call, "key"), value, Number.isNaN(expiration) ? {} : { expiration });
  return { result: null };
}

function getOne(call: Call, namespace: KV): KVValue {
  const found = namespace.values.get(param(call, "key"));
  return found ?? refuse(404, codes.kvKeyMissing, "get: 'key not found'");
}

/** The routes of Workers KV, relative to the account. */
export function kvRoutes(namespaces: Namespaces): Route[] {
  const all = "/storage/kv/namespaces";
  const at = `${all}/:id`;
  const of = (call: Call) => namespaces.get(param(call, "id"));
  const rules = { code: codes.kvTitle, min: 1, max: 1000, standard: 20, totalPages: false };
  return [
    route("GET", all, (call) => page(call, [...namespaces.all.values()].map(shown), rules)),
    route("POST", all, (call) => ({ result: shown(namespaces.create(titleOf(call))) })),
    route("GET", at, (call) => ({ result: shown(of(call)) })),
    route("PUT", at, (call) => ({
      result: shown(namespaces.rename(of(call).id, titleOf(call))),
    })),
    route("DELETE", at, (call) => {
      namespaces.delete(param(call, "id"));
      return { result: null };
    }),
    route("GET", `${at}/keys`, (call) => keys(call, of(call))),
    route("PUT", `${at}/bulk`, (call) => bulkPut(call, of(call))),
    route("POST", `${at}/bulk/delete`, (call) => bulkDelete(call, of(call))),
    route("GET", `${at}/values/*key`, (call) => ({
      raw: {
        body: getOne(call, of(call)).value,
        headers: { "Content-Type": "application/octet-stream" },
      },
    })),
    route("PUT", `${at}/values/*key`, (call) => putOne(call, of(call))),
    route("DELETE", `${at}/values/*key`, (call) => {
      of(call).values.delete(param(call, "key"));
      return { result: null };
    }),
  ];
}
