import { randomUUID } from "node:crypto";
import { codes, refuse } from "./errors.ts";
import type { Journal } from "./log.ts";
import {
  type Call,
  cursorPage,
  isJson,
  type Json,
  page,
  param,
  type Route,
  route,
} from "./router.ts";

const kind = "DurableObjectNamespace";

/** The storage of one class of one script: objects by name, each with its keys. */
export interface DurableNamespace {
  readonly id: string;
  script: string;
  className: string;
  readonly sqlite: boolean;
  readonly objects: Map<string, Map<string, unknown>>;
}

/** The class migrations of a Worker upload. */
export interface Migration {
  readonly fresh: readonly { name: string; sqlite: boolean }[];
  readonly deleted: readonly string[];
  readonly renamed: readonly { from: string; to: string }[];
  readonly transferred: readonly { script: string; from: string; to: string }[];
}

/** The Durable Object namespaces of an account. */
export class DurableObjects {
  /** By id. */
  readonly all = new Map<string, DurableNamespace>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The namespace of a class of a script. */
  named(script: string, className: string): DurableNamespace | undefined {
    return this.of(script).find((namespace) => namespace.className === className);
  }

  /** The namespaces of a script. */
  of(script: string): DurableNamespace[] {
    return [...this.all.values()].filter((namespace) => namespace.script === script);
  }

  /** The classes a script would have after a migration; refused when it cannot be applied. */
  plan(script: string, migration: Migration): Set<string> {
    const classes = new Set(this.of(script).map(({ className }) => className));
    const take = (name: string) => {
      if (!classes.delete(name)) {
        refuse(400, codes.doMigration, `class '${name}' has no Durable Objects to migrate`);
      }
    };
    const give = (name: string) => {
      if (classes.has(name)) {
        const message = `class '${name}' is already depended on by existing Durable Objects`;
        refuse(400, codes.doMigration, `Cannot apply new-class migration: ${message}`);
      }
      classes.add(name);
    };
    for (const name of migration.deleted) take(name);
    for (const { from, to } of migration.renamed) {
      take(from);
      give(to);
    }
    for (const { script: source, from, to } of migration.transferred) {
      if (!this.named(source, from)) {
        refuse(400, codes.doMigration, `script '${source}' has no class '${from}' to transfer`);
      }
      give(to);
    }
    for (const { name } of migration.fresh) give(name);
    return classes;
  }

  /** Applies a migration that was planned. */
  apply(script: string, migration: Migration): void {
    for (const name of migration.deleted) this.#delete(this.named(script, name));
    for (const { from, to } of migration.renamed) this.#move(this.named(script, from), script, to);
    for (const { script: source, from, to } of migration.transferred) {
      this.#move(this.named(source, from), script, to);
    }
    for (const { name, sqlite } of migration.fresh) this.#create(script, name, sqlite);
  }

  /** Deletes every namespace of a script, with its storage. */
  deleteOf(script: string): void {
    for (const namespace of this.of(script)) this.#delete(namespace);
  }

  /** Follows a script to its new name. */
  scriptRenamed(from: string, to: string): void {
    for (const namespace of this.of(from)) this.#move(namespace, to, namespace.className);
  }

  #create(script: string, className: string, sqlite: boolean): void {
    const id = randomUUID().replaceAll("-", "");
    this.all.set(id, { id, script, className, sqlite, objects: new Map() });
    this.#journal.note({ kind, action: "create", name: `${script}/${className}`, id });
  }

  #delete(namespace: DurableNamespace | undefined): void {
    if (!namespace) return;
    this.all.delete(namespace.id);
    const name = `${namespace.script}/${namespace.className}`;
    const dataLost = { of: "keys", count: storedKeys(namespace) };
    this.#journal.note({ kind, action: "delete", name, id: namespace.id, dataLost });
  }

  #move(namespace: DurableNamespace | undefined, script: string, className: string): void {
    if (!namespace) return;
    const from = `${namespace.script}/${namespace.className}`;
    const to = `${script}/${className}`;
    namespace.script = script;
    namespace.className = className;
    this.#journal.note({ kind, action: "rename", name: to, id: namespace.id, from, to });
  }
}

/** How many keys the objects of a namespace hold. */
export function storedKeys({ objects }: DurableNamespace): number {
  return [...objects.values()].reduce((sum, keys) => sum + keys.size, 0);
}

/** Puts a value into an object's storage, creating the object as its first use does. */
export function putDurable(
  namespace: DurableNamespace,
  object: string,
  key: string,
  value: unknown,
): void {
  const keys = namespace.objects.get(object) ?? new Map<string, unknown>();
  keys.set(key, value);
  namespace.objects.set(object, keys);
}

/** Reads the migrations of an upload, single or in steps. */
export function readMigration(value: unknown, duplicates: "refuse" | "apply"): Migration {
  const body = isJson(value) ? value : {};
  const steps = Array.isArray(body.steps) ? body.steps.filter(isJson) : [body];
  const migration: Migration = {
    fresh: steps.flatMap((step) => [
      ...names(step.new_classes).map((name) => ({ name, sqlite: false })),
      ...names(step.new_sqlite_classes).map((name) => ({ name, sqlite: true })),
    ]),
    deleted: steps.flatMap((step) => names(step.deleted_classes)),
    renamed: steps.flatMap((step) => objects(step.renamed_classes)).map(move),
    transferred: steps
      .flatMap((step) => objects(step.transferred_classes))
      .map((item) => ({ ...move(item), script: String(item.from_script) })),
  };
  if (duplicates === "refuse") refuseDuplicates(migration);
  return migration;
}

function refuseDuplicates({ fresh, deleted, renamed, transferred }: Migration): void {
  const moves = [...renamed, ...transferred];
  const targets = [...fresh.map(({ name }) => name), ...deleted, ...moves.map(({ to }) => to)];
  const twice = targets.find((name, at) => targets.indexOf(name) !== at);
  if (twice === undefined) return;
  const message = `class '${twice}' cannot be the target of more than one migration`;
  refuse(400, codes.doMigration, message);
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function move(item: Json): { from: string; to: string } {
  return { from: String(item.from), to: String(item.to) };
}

function shown(namespace: DurableNamespace): Json {
  const { id, script, className, sqlite } = namespace;
  return { id, name: `${script}_${className}`, script, class: className, use_sqlite: sqlite };
}

/** The routes of Durable Objects, relative to the account. */
export function durableRoutes(durableObjects: DurableObjects): Route[] {
  const all = "/workers/durable_objects/namespaces";
  const rules = { code: codes.doBinding, min: 1, max: 1000, standard: 20, totalPages: true };
  const stored = (call: Call) => {
    const namespace = durableObjects.all.get(param(call, "id"));
    if (!namespace) return refuse(404, codes.doBinding, "no such Durable Object namespace");
    const found = [...namespace.objects].sort();
    const limits = { size: "limit", code: codes.doBinding, standard: 1000, max: 10_000 };
    const { items, cursor } = cursorPage(call, found, ([name]) => name, limits);
    const result = items.map(([id, keys]) => ({ id, hasStoredData: keys.size > 0 }));
    return { result, info: { count: result.length, cursor: cursor ?? "" } };
  };
  return [
    route("GET", all, (call) => page(call, [...durableObjects.all.values()].map(shown), rules)),
    route("GET", `${all}/:id/objects`, stored),
  ];
}
