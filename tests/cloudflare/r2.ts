import { createHash, randomUUID } from "node:crypto";
import { codes, refuse } from "./errors.ts";
import type { Journal } from "./log.ts";
import { validName } from "./names.ts";
import {
  byName,
  type Call,
  cursorPage,
  type Json,
  jsonOf,
  objectOf,
  param,
  type Reply,
  type Route,
  route,
} from "./router.ts";
import type { Zone, Zones } from "./zones/zones.ts";

const kind = "R2Bucket";
const jurisdictions = new Set(["default", "eu", "us", "fedramp", "fedramp-high"]);

/** An object of a bucket. */
export interface R2Object {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
  readonly modified: Date;
}

/** An R2 bucket and its objects. */
export interface R2 {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly createdAt: string;
  readonly location: string;
  storageClass: string;
  publicAccess: boolean;
  /** The rules for CORS, lifecycle and locks, once they were set. */
  readonly rules: Map<string, unknown[]>;
  /** The hostnames that serve the bucket, with their settings. */
  readonly domains: Map<string, Json>;
  readonly objects: Map<string, R2Object>;
  /** How many objects a client deleted in bulk, as it does to be allowed to delete the bucket. */
  emptied: number;
}

/** The R2 buckets of an account. Names are unique within one jurisdiction. */
export class Buckets {
  /** By jurisdiction and name, joined with a slash (no name has one). */
  readonly all = new Map<string, R2>();
  /** Where a name was first: Cloudflare remembers it, also once the bucket is gone. */
  readonly #locations = new Map<string, string>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  #locationFor(name: string, jurisdiction: string, hint: unknown): string {
    const key = `${jurisdiction}/${name}`;
    // Case does not matter, and a jurisdiction takes no hint.
    const asked = typeof hint === "string" && jurisdiction === "default" ? hint : "weur";
    const location = this.#locations.get(key) ?? asked.toUpperCase();
    this.#locations.set(key, location);
    return location;
  }

  /** The bucket of that name. */
  named(name: string, jurisdiction = "default"): R2 | undefined {
    return this.all.get(`${jurisdiction}/${name}`);
  }

  /** The bucket of that name; refused when there is none. */
  get(name: string, jurisdiction = "default"): R2 {
    const bucket = this.named(name, jurisdiction);
    return bucket ?? refuse(404, codes.r2Missing, "The specified bucket does not exist.");
  }

  /** Creates a bucket, as a POST does. */
  create(name: string, jurisdiction = "default", options: Json = {}): R2 {
    validName(kind, name);
    if (this.named(name, jurisdiction)) {
      refuse(409, codes.r2Exists, "The bucket you tried to create already exists, and you own it.");
    }
    const bucket: R2 = {
      id: randomUUID().replaceAll("-", ""),
      name,
      jurisdiction,
      createdAt: new Date().toISOString(),
      location: this.#locationFor(name, jurisdiction, options.locationHint),
      storageClass: typeof options.storageClass === "string" ? options.storageClass : "Standard",
      publicAccess: false,
      rules: new Map(),
      domains: new Map(),
      objects: new Map(),
      emptied: 0,
    };
    this.all.set(`${jurisdiction}/${name}`, bucket);
    this.#journal.note({ kind, action: "create", name, id: bucket.id });
    return bucket;
  }

  /** Deletes an empty bucket; one with objects is refused. What emptied it counts as lost. */
  delete(name: string, jurisdiction = "default"): void {
    const { id, objects, emptied } = this.get(name, jurisdiction);
    if (objects.size > 0) {
      refuse(409, codes.r2NotEmpty, "The bucket you tried to delete is not empty.");
    }
    this.all.delete(`${jurisdiction}/${name}`);
    const dataLost = { of: "objects", count: emptied };
    this.#journal.note({ kind, action: "delete", name, id, dataLost });
  }

  /** Notes a changed setting. */
  updated(bucket: R2): void {
    this.#journal.note({ kind, action: "update", name: bucket.name, id: bucket.id });
  }
}

/** Puts an object into a bucket. */
export function putObject(
  bucket: R2,
  key: string,
  bytes: Uint8Array,
  contentType = "application/octet-stream",
): R2Object {
  const etag = createHash("md5").update(bytes).digest("hex");
  const object = { bytes, contentType, etag, modified: new Date() };
  bucket.objects.set(key, object);
  return object;
}

function bucketOf(call: Call, buckets: Buckets): R2 {
  return buckets.get(param(call, "bucket"), jurisdictionOf(call));
}

function jurisdictionOf(call: Call): string {
  const value = call.headers["cf-r2-jurisdiction"] ?? "default";
  if (typeof value === "string" && jurisdictions.has(value)) return value;
  return refuse(400, codes.r2Name, "the jurisdiction does not exist");
}

function shown(bucket: R2): Json {
  return {
    name: bucket.name,
    creation_date: bucket.createdAt,
    location: bucket.location,
    storage_class: bucket.storageClass,
    jurisdiction: bucket.jurisdiction,
  };
}

function list(call: Call, buckets: Buckets): Reply {
  const jurisdiction = jurisdictionOf(call);
  const part = call.query.get("name_contains") ?? "";
  const found = [...buckets.all.values()]
    .filter((bucket) => bucket.jurisdiction === jurisdiction && bucket.name.includes(part))
    .sort(byName(({ name }) => name));
  const rules = { size: "per_page", code: codes.r2Name, standard: 20, max: 1000 };
  const { items, cursor, size } = cursorPage(call, found, ({ name }) => name, rules);
  return { result: { buckets: items.map(shown) }, info: { cursor: cursor ?? "", per_page: size } };
}

function create(call: Call, buckets: Buckets): Reply {
  const body = objectOf(call, codes.r2Name);
  return { result: shown(buckets.create(validName(kind, body.name), jurisdictionOf(call), body)) };
}

function managedDomain(bucket: R2): Reply {
  const domain = `pub-${bucket.id}.r2.dev`;
  return { result: { bucketId: bucket.id, domain, enabled: bucket.publicAccess } };
}

function putManagedDomain(call: Call, buckets: Buckets): Reply {
  const bucket = bucketOf(call, buckets);
  const { enabled } = objectOf(call, codes.r2Name);
  if (typeof enabled !== "boolean") return refuse(400, codes.r2Name, "enabled must be a boolean");
  bucket.publicAccess = enabled;
  buckets.updated(bucket);
  return managedDomain(bucket);
}

function listObjects(call: Call, buckets: Buckets): Reply {
  const prefix = call.query.get("prefix") ?? "";
  const found = [...bucketOf(call, buckets).objects]
    .filter(([key]) => key.startsWith(prefix))
    .sort(byName(([key]) => key));
  const rules = { size: "per_page", code: codes.r2Name, standard: 20, max: 1000 };
  const { items, cursor, size } = cursorPage(call, found, ([key]) => key, rules);
  const more = cursor === undefined ? {} : { cursor };
  return {
    result: items.map(([key, object]) => ({ key, ...described(object) })),
    info: { per_page: size, is_truncated: cursor !== undefined, ...more },
  };
}

function described(object: R2Object): Json {
  return {
    etag: object.etag,
    last_modified: object.modified.toISOString(),
    size: object.bytes.length,
    http_metadata: { contentType: object.contentType },
    storage_class: "Standard",
  };
}

function putOne(call: Call, buckets: Buckets): Reply {
  const key = param(call, "key");
  const object = putObject(bucketOf(call, buckets), key, call.body, call.headers["content-type"]);
  const size = String(object.bytes.length);
  const uploaded = object.modified.toISOString();
  return { result: { key, etag: object.etag, version: randomUUID(), size, uploaded } };
}

function getOne(call: Call, buckets: Buckets): Reply {
  const object = bucketOf(call, buckets).objects.get(param(call, "key"));
  if (!object) return refuse(404, codes.r2ObjectMissing, "The specified key does not exist.");
  const headers = {
    "Content-Type": object.contentType,
    ETag: `"${object.etag}"`,
    "Last-Modified": object.modified.toUTCString(),
  };
  return { raw: { body: object.bytes, headers } };
}

function deleteOne(call: Call, buckets: Buckets): Reply {
  const key = param(call, "key");
  bucketOf(call, buckets).objects.delete(key);
  return { result: { key } };
}

function deleteMany(call: Call, buckets: Buckets): Reply {
  const bucket = bucketOf(call, buckets);
  const keys = jsonOf(call, codes.r2Name);
  if (!Array.isArray(keys)) return refuse(400, codes.r2Name, "the body must be a list of keys");
  for (const key of keys) if (bucket.objects.delete(String(key))) bucket.emptied += 1;
  return { result: keys.map((key) => ({ key: String(key) })) };
}

function getRules(call: Call, buckets: Buckets, name: string): Reply {
  const rules = bucketOf(call, buckets).rules.get(name);
  if (rules || name !== "cors") return { result: { rules: rules ?? [] } };
  return refuse(404, codes.r2NoCors, "The CORS configuration does not exist.");
}

function putRules(call: Call, buckets: Buckets, name: string): Reply {
  const bucket = bucketOf(call, buckets);
  const { rules = [] } = objectOf(call, codes.r2Name);
  if (!Array.isArray(rules)) return refuse(400, codes.r2Name, "rules must be a list");
  bucket.rules.set(name, rules);
  buckets.updated(bucket);
  return { result: {} };
}

function ruleRoutes(buckets: Buckets, at: string): Route[] {
  const sets = ["cors", "lifecycle", "lock"].flatMap((name) => [
    route("GET", `${at}/${name}`, (call) => getRules(call, buckets, name)),
    route("PUT", `${at}/${name}`, (call) => putRules(call, buckets, name)),
  ]);
  const dropCors = route("DELETE", `${at}/cors`, (call) => {
    const bucket = bucketOf(call, buckets);
    bucket.rules.delete("cors");
    buckets.updated(bucket);
    return { result: {} };
  });
  return [...sets, dropCors];
}

function domainOf(call: Call, buckets: Buckets): { bucket: R2; name: string; domain: Json } {
  const bucket = bucketOf(call, buckets);
  const name = param(call, "domain");
  const domain = bucket.domains.get(name);
  return { bucket, name, domain: domain ?? refuse(404, codes.r2NoDomain, "no such domain") };
}

/** The proxied record that leads a hostname to its bucket, which Cloudflare alone may change. */
const PUBLIC = "public.r2.dev";

function checkFree(buckets: Buckets, { dns, domains }: Zones, name: string): void {
  const isIn = (bucket: R2) => bucket.domains.has(name);
  const isOfWorker = [...domains.values()].some(({ hostname }) => hostname === name);
  const isRecord = [...dns.values()].some((record) => record.name === name);
  if (isOfWorker || isRecord || [...buckets.all.values()].some(isIn)) {
    refuse(409, codes.r2DomainExists, "the domain is in use");
  }
}

function addRecord({ dns }: Zones, zone: Zone | undefined, name: string): void {
  if (!zone) return;
  const record = { id: randomUUID(), zone, type: "CNAME", name, content: PUBLIC };
  dns.set(record.id, { ...record, proxied: true, managed: true });
}

function dropRecord({ dns }: Zones, host: string): void {
  for (const [id, { name, content }] of dns) {
    if (name === host && content === PUBLIC) dns.delete(id);
  }
}

function attachDomain(call: Call, buckets: Buckets, zones: Zones): Reply {
  const bucket = bucketOf(call, buckets);
  const body = objectOf(call, codes.r2Name);
  const { domain } = body;
  if (typeof domain !== "string") return refuse(400, codes.r2Name, "domain must be text");
  checkFree(buckets, zones, domain);
  bucket.domains.set(domain, body);
  addRecord(zones, zones.of(domain), domain);
  buckets.updated(bucket);
  return { result: body };
}

function domainRoutes(buckets: Buckets, zones: Zones, at: string): Route[] {
  return [
    route("GET", at, (call) => ({
      result: { domains: [...bucketOf(call, buckets).domains.values()] },
    })),
    route("POST", at, (call) => attachDomain(call, buckets, zones)),
    route("GET", `${at}/:domain`, (call) => ({ result: domainOf(call, buckets).domain })),
    route("PUT", `${at}/:domain`, (call) => {
      const { bucket, name, domain } = domainOf(call, buckets);
      bucket.domains.set(name, { ...domain, ...objectOf(call, codes.r2Name) });
      buckets.updated(bucket);
      return { result: bucket.domains.get(name) };
    }),
    route("DELETE", `${at}/:domain`, (call) => {
      const { bucket, name } = domainOf(call, buckets);
      bucket.domains.delete(name);
      dropRecord(zones, name);
      buckets.updated(bucket);
      return { result: { domain: name } };
    }),
  ];
}

/** The routes of R2, relative to the account. */
export function r2Routes(buckets: Buckets, zones: Zones): Route[] {
  const at = "/r2/buckets/:bucket";
  return [
    route("GET", "/r2/buckets", (call) => list(call, buckets)),
    route("POST", "/r2/buckets", (call) => create(call, buckets)),
    route("GET", at, (call) => ({ result: shown(bucketOf(call, buckets)) })),
    route("DELETE", at, (call) => {
      buckets.delete(param(call, "bucket"), jurisdictionOf(call));
      return { result: {} };
    }),
    route("GET", `${at}/domains/managed`, (call) => managedDomain(bucketOf(call, buckets))),
    route("PUT", `${at}/domains/managed`, (call) => putManagedDomain(call, buckets)),
    ...domainRoutes(buckets, zones, `${at}/domains/custom`),
    ...ruleRoutes(buckets, at),
    route("GET", `${at}/objects`, (call) => listObjects(call, buckets)),
    route("DELETE", `${at}/objects`, (call) => deleteMany(call, buckets)),
    route("GET", `${at}/objects/*key`, (call) => getOne(call, buckets)),
    route("PUT", `${at}/objects/*key`, (call) => putOne(call, buckets)),
    route("DELETE", `${at}/objects/*key`, (call) => deleteOne(call, buckets)),
  ];
}
