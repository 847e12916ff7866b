import { Analytics } from "./analytics.ts";
import { Databases, d1Routes } from "./d1.ts";
import { DurableObjects, durableRoutes, putDurable, storedKeys } from "./durable.ts";
import { codes, refuse } from "./errors.ts";
import { kvRoutes, Namespaces, putValue } from "./kv.ts";
import { Journal, type Kind, type Log } from "./log.ts";
import { PLAIN, type PlainKind } from "./plain/index.ts";
import { Plain, type PlainRules } from "./plain/plain.ts";
import { Queues, queueRoutes, sendMessage } from "./queues.ts";
import { Buckets, putObject, r2Routes } from "./r2.ts";
import { type Route, route } from "./router.ts";
import { Scripts } from "./scripts.ts";
import { SecretsStores, secretsStoreRoutes } from "./secrets-store.ts";
import { countRows, type Row, rowsOf, runScript } from "./sql.ts";
import { workerRoutes } from "./workers.ts";
import { startInstance, Workflows, workflowRoutes } from "./workflows.ts";
import { zoneRoutes } from "./zones/dns.ts";
import { domainRoutes } from "./zones/domains.ts";
import { type Met, meet } from "./zones/meet.ts";
import { workerRouteRoutes } from "./zones/routes.ts";
import { rulesetRoutes } from "./zones/rulesets.ts";
import { Zones } from "./zones/zones.ts";

/** One resource an account holds, in short. */
export interface Held {
  kind: Kind;
  name: string;
  id: string;
  /** How much data it has: rows, objects, values, messages, keys or instances. */
  data: number;
  /** The script a Durable Object class or a Workflow belongs to. */
  script?: string;
}

/** One Cloudflare account, in memory. The helpers let a test seed and read data directly. */
export class Account {
  readonly id: string;
  readonly databases: Databases;
  readonly buckets: Buckets;
  readonly namespaces: Namespaces;
  readonly queues: Queues;
  readonly scripts: Scripts;
  readonly durableObjects: DurableObjects;
  readonly workflows: Workflows;
  readonly zones: Zones;
  /** What was used; a test may put another in its place. */
  analytics = new Analytics();
  /** The rate plans that it pays for; nothing if the token may not read them. */
  plans: readonly string[] | undefined;
  /** Kinds that nothing else depends on. */
  readonly secretsStores: SecretsStores;
  readonly plain: ReadonlyMap<PlainKind, Plain>;
  /** Notes what changes; the server opens and closes it around a call. */
  readonly journal: Journal;
  /** What the API answers, relative to `/accounts/<id>`. */
  readonly routes: readonly Route[];
  /** What the API answers about the account's zones, relative to `/client/v4`. */
  readonly inZones: readonly Route[];

  constructor(id: string, log: Log, duplicates: "refuse" | "apply" = "refuse") {
    this.id = id;
    this.journal = new Journal(log, id);
    this.databases = new Databases(this.journal);
    this.buckets = new Buckets(this.journal);
    this.namespaces = new Namespaces(this.journal);
    this.durableObjects = new DurableObjects(this.journal);
    this.queues = new Queues(this, this.journal);
    this.scripts = new Scripts(this, this.journal, duplicates);
    this.workflows = new Workflows(this, this.journal);
    this.zones = new Zones(this.journal);
    this.secretsStores = new SecretsStores(this.journal);
    const plain = Object.entries(PLAIN) as [PlainKind, PlainRules][];
    this.plain = new Map(
      plain.map(([kind, rules]) => [kind, new Plain(kind, rules, this, this.journal)]),
    );
    this.routes = [
      ...d1Routes(this.databases),
      ...r2Routes(this.buckets, this.zones),
      ...kvRoutes(this.namespaces),
      ...queueRoutes(this.queues),
      ...durableRoutes(this.durableObjects),
      ...workflowRoutes(this.workflows),
      ...workerRoutes(this),
      ...domainRoutes(this),
      ...secretsStoreRoutes(this.secretsStores),
      route("GET", "/subscriptions", () => this.#subscriptions()),
      ...[...this.plain.values()].flatMap(({ routes }) => routes),
    ];
    this.inZones = [
      ...zoneRoutes(this.zones, id),
      ...workerRouteRoutes(this),
      ...rulesetRoutes(this.zones),
    ];
  }

  /** Runs SQL in the D1 database of that name and returns the rows of its last statement. */
  sql(database: string, query: string, ...params: unknown[]): Row[] {
    const { db } = known(this.databases.named(database), "D1 database", database);
    const last = runScript(db, query, params).at(-1);
    return last ? rowsOf(last) : [];
  }

  /** Puts an object into the R2 bucket of that name. */
  putObject(bucket: string, key: string, value: string, jurisdiction = "default"): void {
    const found = known(this.buckets.named(bucket, jurisdiction), "R2 bucket", bucket);
    putObject(found, key, new TextEncoder().encode(value), "text/plain");
  }

  /** The object of that key as text. */
  getObject(bucket: string, key: string, jurisdiction = "default"): string | undefined {
    const found = known(this.buckets.named(bucket, jurisdiction), "R2 bucket", bucket);
    const bytes = found.objects.get(key)?.bytes;
    return bytes && new TextDecoder().decode(bytes);
  }

  /** Puts a value into the KV namespace of that title. */
  putValue(title: string, key: string, value: string): void {
    putValue(known(this.namespaces.named(title), "KV namespace", title), key, value);
  }

  /** The value of that key. */
  getValue(title: string, key: string): string | undefined {
    return known(this.namespaces.named(title), "KV namespace", title).values.get(key)?.value;
  }

  /** Puts a message into the queue of that name. */
  sendMessage(queue: string, body: unknown): void {
    sendMessage(known(this.queues.named(queue), "queue", queue), body);
  }

  /** The bodies of the messages that wait in a queue. */
  messages(queue: string): unknown[] {
    return known(this.queues.named(queue), "queue", queue).messages.map(({ body }) => body);
  }

  /** Puts a value into the storage of a Durable Object. */
  putDurable(script: string, className: string, object: string, key: string, value: unknown): void {
    putDurable(this.#durable(script, className), object, key, value);
  }

  /** A value of the storage of a Durable Object. */
  getDurable(script: string, className: string, object: string, key: string): unknown {
    return this.#durable(script, className).objects.get(object)?.get(key);
  }

  /** Starts an instance of the Workflow of that name. */
  startInstance(workflow: string, id?: string, params?: unknown): void {
    startInstance(known(this.workflows.all.get(workflow), "Workflow", workflow), id, params);
  }

  /** Adds an active zone, as a person would in the dashboard. */
  addZone(name: string): void {
    this.zones.add(name);
  }

  /** What a request to a URL meets. */
  meet(url: string): Met {
    return meet(this, url);
  }

  /** Everything the account holds, in short. */
  state(): Held[] {
    const { databases, buckets, namespaces, queues, scripts, durableObjects, workflows } = this;
    return [
      ...[...databases.all.values()].map(({ name, id, db }) =>
        held("D1Database", name, id, countRows(db)),
      ),
      ...[...buckets.all.values()].map(({ name, id, objects }) =>
        held("R2Bucket", name, id, objects.size),
      ),
      ...[...namespaces.all.values()].map(({ title, id, values }) =>
        held("KVNamespace", title, id, values.size),
      ),
      ...[...queues.all.values()].map(({ name, id, messages }) =>
        held("Queue", name, id, messages.length),
      ),
      ...[...scripts.all.keys()].map((name) => held("Worker", name, name, 0)),
      ...[...durableObjects.all.values()].map((namespace) => ({
        ...held("DurableObjectNamespace", namespace.className, namespace.id, storedKeys(namespace)),
        script: namespace.script,
      })),
      ...[...workflows.all.values()].map(({ name, id, instances, script }) => ({
        ...held("Workflow", name, id, instances.size),
        script,
      })),
      ...[...this.plain.values()].flatMap((plain) =>
        [...plain.all.values()].map(({ name, id }) => held(plain.kind, name, id, 0)),
      ),
      // Nothing lists datasets: there are those to which a Worker can write.
      ...[...scripts.all.values()].flatMap(({ name: script, live }) =>
        live.bindings
          .filter(({ type }) => type === "analytics_engine")
          .map(({ dataset }) => ({
            ...held("AnalyticsEngineDataset", String(dataset), String(dataset), 0),
            script,
          })),
      ),
    ];
  }

  #subscriptions() {
    if (!this.plans) return refuse(403, codes.accountForbidden, "Unauthorized");
    return { result: this.plans.map((id) => ({ rate_plan: { id, scope: "account" } })) };
  }

  #durable(script: string, className: string) {
    const found = this.durableObjects.named(script, className);
    return known(found, "Durable Object class", `${script}/${className}`);
  }
}

function held(kind: Kind, name: string, id: string, data: number): Held {
  return { kind, name, id, data };
}

function known<T>(found: T | undefined, what: string, name: string): T {
  if (found === undefined) throw new Error(`the account has no ${what} ${JSON.stringify(name)}`);
  return found;
}
