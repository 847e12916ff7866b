import type { Account } from "./account.ts";
import { codes, refuse } from "./errors.ts";
import { type Call, isJson, type Json } from "./router.ts";

/** A binding as a Worker's metadata has it. */
export interface Binding extends Json {
  readonly type: string;
  readonly name: string;
}

/** A Worker upload, taken apart. */
export interface Upload {
  readonly metadata: Json;
  readonly bindings: readonly Binding[];
  /** The code of every module, in one text. */
  readonly code: string;
  readonly main: string;
  /** The code of each module by its name, the main one first. */
  readonly modules: ReadonlyMap<string, string>;
}

// Bindings that name nothing this stand-in keeps, so nothing about them can be checked. What it keeps as a plain
// kind says itself how a Worker binds it.
const unchecked = new Set([
  "ai",
  "analytics_engine",
  "assets",
  "browser",
  "images",
  "inherit",
  "json",
  "mtls_certificate",
  "plain_text",
  "ratelimit",
  "secret_key",
  "secret_text",
  "secrets_store_secret",
  "send_email",
  "version_metadata",
  "worker_loader",
]);

/** Reads the multipart form of an upload. */
export function readUpload({ texts }: Call): Upload {
  const metadata = parse(texts.get("metadata"));
  const main = metadata.main_module ?? metadata.body_part;
  if (typeof main !== "string" || !texts.has(main)) {
    return refuse(400, codes.scriptInvalid, `No such module "${String(main)}"`);
  }
  const modules = [...texts].filter(([name]) => name !== "metadata");
  const code = modules.map(([, text]) => text).join("\n");
  const first = texts.get(main) ?? "";
  const all = new Map([[main, first], ...modules]);
  return { metadata, bindings: bindingsOf(metadata), code, main: first, modules: all };
}

function parse(text: string | undefined): Json {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (isJson(value)) return value;
  } catch {
    // Not JSON: refused below like any other wrong metadata.
  }
  return refuse(400, codes.scriptInvalid, "the metadata part is missing or not a JSON object");
}

function bindingsOf(metadata: Json): Binding[] {
  const { bindings = [] } = metadata;
  if (!Array.isArray(bindings)) refuse(400, codes.scriptInvalid, "bindings must be a list");
  const seen = new Set<string>();
  return (bindings as unknown[]).map((value) => {
    const binding = isJson(value) ? value : {};
    const { name, type } = binding;
    if (typeof name !== "string" || typeof type !== "string" || name === "") {
      return refuse(400, codes.scriptInvalid, "every binding needs a name and a type");
    }
    if (seen.has(name)) refuse(400, codes.scriptInvalid, `the binding '${name}' exists twice`);
    seen.add(name);
    return { ...binding, name, type };
  });
}

/** Refuses a binding to something the account does not have. */
export function checkBinding(
  account: Account,
  script: string,
  classes: ReadonlySet<string>,
  binding: Binding,
): void {
  const { type, name } = binding;
  const plain = [...account.plain.values()].map((plain) => plain.has(binding));
  if (plain.includes(true)) return;
  if (plain.includes(false)) {
    refuse(400, codes.scriptInvalid, `binding ${name} of type ${type} refers to nothing`);
  }
  const missing = (code: number, what: unknown): never =>
    refuse(400, code, `binding ${name} of type ${type}: '${String(what)}' was not found`);
  if (type === "d1") {
    const id = String(binding.id ?? binding.database_id);
    if (!account.databases.all.has(id)) missing(codes.bindingD1, id);
  } else if (type === "kv_namespace") {
    const id = String(binding.namespace_id);
    if (!account.namespaces.all.has(id)) missing(codes.bindingKv, id);
  } else if (type === "r2_bucket") {
    const bucket = String(binding.bucket_name);
    const found = account.buckets.named(bucket, String(binding.jurisdiction ?? "default"));
    if (!found) missing(codes.bindingR2, bucket);
  } else if (type === "queue") {
    const queue = String(binding.queue_name);
    if (!account.queues.named(queue)) missing(codes.queueMissing, queue);
  } else if (type === "service") {
    const service = String(binding.service);
    if (service !== script && !account.scripts.all.has(service)) {
      missing(codes.serviceMissing, service);
    }
  } else if (type === "workflow") {
    const owner = String(binding.script_name ?? script);
    if (owner !== script && !account.scripts.all.has(owner)) missing(codes.scriptMissing, owner);
  } else if (type === "durable_object_namespace") {
    checkClass(account, script, classes, binding);
  } else if (!unchecked.has(type)) {
    refuse(400, codes.scriptInvalid, `binding ${name} has the unknown type ${type}`);
  }
}

function checkClass(
  account: Account,
  script: string,
  classes: ReadonlySet<string>,
  { class_name: className, script_name: owner = script }: Binding,
): void {
  const name = String(className);
  if (owner === script) {
    if (classes.has(name)) return;
    const message = "because it is not currently configured to implement Durable Objects";
    refuse(400, codes.doBinding, `Cannot create binding for class '${name}' ${message}`);
  }
  if (account.durableObjects.named(String(owner), name)) return;
  const message = `Cannot create binding for class '${name}' in script '${String(owner)}'`;
  refuse(400, codes.doBinding, `${message} that does not exist`);
}
