import type { Account } from "./account.ts";
import { codes, refuse } from "./errors.ts";
import { shownConsumer } from "./queues.ts";
import {
  type Call,
  isJson,
  type Json,
  jsonOf,
  objectOf,
  param,
  type Reply,
  type Route,
  route,
} from "./router.ts";
import type { Script, Version } from "./scripts.ts";
import { type Binding, readUpload } from "./upload.ts";

/** The workers.dev subdomain every account of the stand-in has. */
export const subdomain = "stand-in";

function put(call: Call, account: Account): Reply {
  const name = param(call, "name");
  const script = account.scripts.put(name, readUpload(call));
  return { result: { ...shown(script), ...deployment(script.live), startup_time_ms: 1 } };
}

function shown(script: Script): Json {
  const { live, name, createdAt } = script;
  return {
    id: name,
    tag: live.id.replaceAll("-", ""),
    etag: live.id,
    created_on: createdAt,
    modified_on: live.createdAt,
    tags: tagsOf(live),
    handlers: ["fetch"],
    usage_model: "standard",
    has_modules: true,
    migration_tag: script.migrationTag,
  };
}

function deployment(version: Version): Json {
  return {
    deployment_id: version.id,
    number: version.number,
    metadata: { has_preview: false, created_on: version.createdAt },
  };
}

function tagsOf({ metadata }: Version): unknown {
  return Array.isArray(metadata.tags) ? metadata.tags : [];
}

function settings(account: Account, script: Script): Json {
  const { live } = script;
  const { compatibility_date, compatibility_flags = [], logpush = false } = live.metadata;
  return {
    bindings: shownBindings(account, script.name, live),
    compatibility_date,
    compatibility_flags,
    logpush,
    tags: tagsOf(live),
    usage_model: "standard",
  };
}

function shownBindings(account: Account, script: string, version: Version): Json[] {
  return version.bindings.map((binding) => shownBinding(account, script, binding));
}

function shownBinding(account: Account, script: string, binding: Binding): Json {
  if (binding.type === "secret_text") return { type: binding.type, name: binding.name };
  if (binding.type !== "durable_object_namespace") return binding;
  const owner = String(binding.script_name ?? script);
  const namespace = account.durableObjects.named(owner, String(binding.class_name));
  return { ...binding, namespace_id: namespace?.id };
}

function service(script: Script): Json {
  const times = { created_on: script.createdAt, modified_on: script.live.createdAt };
  const environment = { environment: "production", ...times };
  return {
    id: script.name,
    ...times,
    usage_model: "standard",
    default_environment: { ...environment, script: shown(script) },
    environments: [environment],
  };
}

function rename(call: Call, account: Account): Reply {
  const { id } = objectOf(call, codes.scriptName);
  if (typeof id !== "string") return refuse(400, codes.scriptName, "id must be a string");
  return { result: service(account.scripts.rename(param(call, "name"), id)) };
}

function setSubdomain(call: Call, script: Script): Reply {
  const { enabled, previews_enabled: previews } = objectOf(call, codes.scriptInvalid);
  if (typeof enabled !== "boolean") {
    return refuse(400, codes.scriptInvalid, "enabled must be a boolean");
  }
  script.subdomain.enabled = enabled;
  script.subdomain.previews_enabled = typeof previews === "boolean" ? previews : enabled;
  return { result: { ...script.subdomain } };
}

function setSchedules(call: Call, script: Script): Reply {
  const body = jsonOf(call, codes.scriptInvalid);
  if (!Array.isArray(body)) return refuse(400, codes.scriptInvalid, "schedules must be a list");
  script.schedules = body.filter(isJson);
  return { result: { schedules: script.schedules } };
}

function consumers(account: Account, script: string): Reply {
  const found = account.queues.readBy(script);
  const result = found.map(({ queue, consumer }) => shownConsumer(queue, consumer));
  const count = result.length;
  return { result, info: { page: 1, per_page: 100, count, total_count: count, total_pages: 1 } };
}

function shownVersion(account: Account, script: Script, version: Version): Json {
  const bindings = shownBindings(account, script.name, version);
  return {
    id: version.id,
    number: version.number,
    metadata: { created_on: version.createdAt, has_preview: false },
    annotations: version.metadata.annotations ?? {},
    resources: { bindings, script: { etag: version.id } },
  };
}

function versionOf(call: Call, account: Account, script: Script): Reply {
  const version = script.versions.find(({ id }) => id === param(call, "version"));
  if (!version) return refuse(404, codes.versionMissing, "no such version of the Worker");
  return { result: shownVersion(account, script, version) };
}

function versionRoutes(account: Account, at: string, of: (call: Call) => Script): Route[] {
  return [
    route("POST", `${at}/versions`, (call) => {
      const version = account.scripts.addVersion(of(call).name, readUpload(call));
      return { result: shownVersion(account, of(call), version) };
    }),
    route("GET", `${at}/versions/:version`, (call) => versionOf(call, account, of(call))),
  ];
}

function settingRoutes(account: Account, at: string, of: (call: Call) => Script): Route[] {
  return [
    route("GET", `${at}/settings`, (call) => ({ result: settings(account, of(call)) })),
    route("GET", `${at}/subdomain`, (call) => ({ result: { ...of(call).subdomain } })),
    route("POST", `${at}/subdomain`, (call) => setSubdomain(call, of(call))),
    route("GET", `${at}/schedules`, (call) => ({ result: { schedules: of(call).schedules } })),
    route("PUT", `${at}/schedules`, (call) => setSchedules(call, of(call))),
    // Every asset counts as uploaded already: the stand-in serves none.
    route("POST", `${at}/assets-upload-session`, () => ({
      result: { jwt: "assets", buckets: [] },
    })),
    route("GET", `${at}/queue-consumers`, (call) => consumers(account, of(call).name)),
  ];
}

/** The routes of Workers, relative to the account. */
export function workerRoutes(account: Account): Route[] {
  const at = "/workers/scripts/:name";
  const { scripts } = account;
  const of = (call: Call) => scripts.get(param(call, "name"));
  return [
    route("GET", "/workers/scripts", () => ({ result: [...scripts.all.values()].map(shown) })),
    route("GET", at, (call) => ({
      raw: { body: of(call).live.main, headers: { "Content-Type": "application/javascript" } },
    })),
    route("PUT", at, (call) => put(call, account)),
    route("DELETE", at, (call) => {
      scripts.delete(param(call, "name"), call.query.get("force") === "true");
      return { result: null };
    }),
    route("GET", "/workers/services/:name", (call) => ({ result: service(of(call)) })),
    route("PATCH", "/workers/services/:name", (call) => rename(call, account)),
    route("GET", "/workers/subdomain", () => ({ result: { subdomain } })),
    ...settingRoutes(account, at, of),
    ...versionRoutes(account, at, of),
  ];
}
