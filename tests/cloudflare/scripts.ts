import { randomUUID } from "node:crypto";
import type { Account } from "./account.ts";
import { readMigration } from "./durable.ts";
import { codes, refuse } from "./errors.ts";
import type { Journal } from "./log.ts";
import { validName } from "./names.ts";
import { isJson, type Json } from "./router.ts";
import { type Binding, checkBinding, type Upload } from "./upload.ts";

const kind = "Worker";

/** One uploaded version of a script. */
export interface Version {
  readonly id: string;
  readonly number: number;
  readonly createdAt: string;
  readonly metadata: Json;
  readonly bindings: Binding[];
  readonly code: string;
  readonly main: string;
  readonly modules: ReadonlyMap<string, string>;
}

/** A Worker script. */
export class Script {
  name: string;
  readonly createdAt: string = new Date().toISOString();
  readonly versions: Version[] = [];
  readonly subdomain = { enabled: false, previews_enabled: false };
  schedules: unknown[] = [];
  /** The tag of the last class migration. */
  migrationTag: string | undefined;
  #deployed: Version | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** The version that is deployed; a script that was only given versions shows the first. */
  get live(): Version {
    const version = this.#deployed ?? this.versions[0];
    if (!version) throw new Error(`the script ${this.name} has no version`);
    return version;
  }

  /** Keeps an upload as the next version. */
  add(upload: Upload, deploy: boolean): Version {
    const { metadata, code, main, modules } = upload;
    const bindings = upload.bindings.map((binding) => ({ ...binding }));
    const number = this.versions.length + 1;
    const createdAt = new Date().toISOString();
    const id = randomUUID();
    const version = { id, number, createdAt, metadata, bindings, code, main, modules };
    this.versions.push(version);
    if (deploy) this.#deployed = version;
    return version;
  }

  /**
   * Whether the code mentions an exported name. Cloudflare runs the script to learn its exports;
   * looking for the word finds a name that is not there at all, which is what tests need.
   */
  mentions(name: string): boolean {
    return mentions(this.live.code, name);
  }
}

function mentions(code: string, name: string): boolean {
  return code.split(/[^\p{ID_Continue}$]+/u).includes(name);
}

/** The Worker scripts of an account. */
export class Scripts {
  /** By name. */
  readonly all = new Map<string, Script>();
  readonly #account: Account;
  readonly #journal: Journal;
  readonly #duplicates: "refuse" | "apply";

  constructor(account: Account, journal: Journal, duplicates: "refuse" | "apply") {
    this.#account = account;
    this.#journal = journal;
    this.#duplicates = duplicates;
  }

  /** The script of that name; refused when there is none. */
  get(name: string): Script {
    const script = this.all.get(name);
    return (
      script ?? refuse(404, codes.scriptMissing, "This Worker does not exist on your account.")
    );
  }

  /** Uploads and deploys a script, with its class migrations. All of it happens or nothing. */
  put(name: string, upload: Upload): Script {
    validName(kind, name);
    const old = this.all.get(name);
    const { migrations } = upload.metadata;
    checkTag(old, migrations);
    const migration = readMigration(migrations, this.#duplicates);
    const classes = this.#account.durableObjects.plan(name, migration);
    for (const className of classes) checkExport(upload, className);
    this.#check(name, upload, classes);
    this.#account.durableObjects.apply(name, migration);
    const script = old ?? new Script(name);
    script.migrationTag = newTag(migrations) ?? script.migrationTag;
    script.add(upload, true);
    this.all.set(name, script);
    this.#journal.note({ kind, action: old ? "update" : "create", name });
    return script;
  }

  /** Uploads a version without deploying it. Versions carry no class migrations. */
  addVersion(name: string, upload: Upload): Version {
    const script = this.get(name);
    if (upload.metadata.migrations !== undefined) {
      refuse(400, codes.doMigration, "a version cannot carry Durable Object migrations");
    }
    const classes = this.#account.durableObjects.of(name).map(({ className }) => className);
    this.#check(name, upload, new Set(classes));
    return script.add(upload, false);
  }

  /** Gives a script another name; its classes, consumers and Workflows follow. */
  rename(from: string, to: string): Script {
    const script = this.get(from);
    validName(kind, to);
    if (to === from) return script;
    if (this.all.has(to)) refuse(409, codes.scriptName, `a Worker named '${to}' already exists`);
    for (const { consumer } of this.#account.queues.readBy(from)) consumer.script = to;
    this.#account.durableObjects.scriptRenamed(from, to);
    this.#account.workflows.scriptRenamed(from, to);
    this.#account.zones.scriptRenamed(from, to);
    this.all.delete(from);
    script.name = to;
    this.all.set(to, script);
    this.#journal.note({ kind, action: "rename", name: to, from, to });
    return script;
  }

  /**
   * Deletes a script with its Durable Objects, routes and domains. Its Workflows stay, as Cloudflare
   * leaves them.
   */
  delete(name: string, force: boolean): void {
    this.get(name);
    if (this.#account.queues.readBy(name).length > 0) {
      refuse(400, codes.scriptInUse, "script still in use as a consumer for a queue");
    }
    if (!force) this.#refuseInUse(name);
    this.#account.durableObjects.deleteOf(name);
    this.#account.zones.scriptDeleted(name);
    this.all.delete(name);
    this.#journal.note({ kind, action: "delete", name });
  }

  /** Some script with a binding of that type and value. */
  boundTo(type: string, field: string, value: string, except?: string): Script | undefined {
    const bound = ({ live }: Script) =>
      live.bindings.some((binding) => binding.type === type && binding[field] === value);
    return [...this.all.values()].find((script) => script.name !== except && bound(script));
  }

  /** Follows a queue to its new name. */
  queueRenamed(from: string, to: string): void {
    for (const { versions } of this.all.values()) {
      for (const binding of versions.flatMap(({ bindings }) => bindings)) {
        if (binding.type === "queue" && binding.queue_name === from) binding.queue_name = to;
      }
    }
  }

  #check(name: string, upload: Upload, classes: ReadonlySet<string>): void {
    for (const binding of upload.bindings) checkBinding(this.#account, name, classes, binding);
    if (this.#account.queues.readBy(name).length > 0 && !mentions(upload.code, "queue")) {
      refuse(400, codes.queueHandler, "Queue handler is missing");
    }
  }

  #refuseInUse(name: string): void {
    const caller = this.boundTo("service", "service", name, name);
    if (caller) {
      const message = `is still referenced by service bindings in Workers: ${caller.name}`;
      refuse(400, codes.serviceInUse, `The script '${name}' ${message}`);
    }
    const user = this.boundTo("durable_object_namespace", "script_name", name, name);
    if (user) {
      const message = `has Durable Objects that the script '${user.name}' is bound to`;
      refuse(400, codes.scriptInUse, `The script '${name}' ${message}`);
    }
  }
}

function checkTag(script: Script | undefined, migrations: unknown): void {
  if (!isJson(migrations)) return;
  const expected = script?.migrationTag;
  if ((migrations.old_tag ?? undefined) === expected) return;
  const got = String(migrations.old_tag ?? "");
  const message = `Actor migration tag precondition failed; got tag '${got}'`;
  refuse(412, codes.doTag, `${message} when expected tag is '${expected ?? ""}'`);
}

function newTag(migrations: unknown): string | undefined {
  return isJson(migrations) && typeof migrations.new_tag === "string"
    ? migrations.new_tag
    : undefined;
}

function checkExport(upload: Upload, className: string): void {
  if (mentions(upload.code, className)) return;
  const message = `New version of script does not export class '${className}'`;
  refuse(400, codes.scriptInUse, `${message} which is depended on by existing Durable Objects`);
}
