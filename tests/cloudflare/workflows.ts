import { randomUUID } from "node:crypto";
import type { Account } from "./account.ts";
import { codes, refuse } from "./errors.ts";
import type { Journal } from "./log.ts";
import { validName } from "./names.ts";
import {
  type Call,
  type Json,
  objectOf,
  page,
  param,
  type Reply,
  type Route,
  route,
} from "./router.ts";

const kind = "Workflow";

/** A run of a Workflow. */
export interface Instance {
  readonly id: string;
  readonly params: unknown;
  readonly createdAt: string;
  status: string;
}

/** A Workflow: a name that points at a class of a script. */
export interface Workflow {
  readonly id: string;
  readonly name: string;
  script: string;
  className: string;
  /** Whether the script's code mentions the class; Cloudflare takes the Workflow either way. */
  classFound: boolean;
  readonly createdAt: string;
  modifiedAt: string;
  versionId: string;
  readonly instances: Map<string, Instance>;
}

/** The Workflows of an account. */
export class Workflows {
  /** By name. */
  readonly all = new Map<string, Workflow>();
  readonly #account: Account;
  readonly #journal: Journal;

  constructor(account: Account, journal: Journal) {
    this.#account = account;
    this.#journal = journal;
  }

  /** The Workflow of that name; refused when there is none. */
  get(name: string): Workflow {
    return this.all.get(name) ?? refuse(404, codes.workflowMissing, "workflow not found");
  }

  /** Creates or changes a Workflow. Another script's Workflow is taken over without a word. */
  put(name: string, script: string, className: string): Workflow {
    validName(kind, name);
    const classFound = this.#account.scripts.get(script).mentions(className);
    const old = this.all.get(name);
    const now = new Date().toISOString();
    const workflow: Workflow = {
      id: old?.id ?? randomUUID(),
      name,
      script,
      className,
      classFound,
      createdAt: old?.createdAt ?? now,
      modifiedAt: now,
      versionId: randomUUID(),
      instances: old?.instances ?? new Map(),
    };
    this.all.set(name, workflow);
    this.#note(workflow, old?.script);
    return workflow;
  }

  /** Deletes a Workflow with its instances. */
  delete(name: string): void {
    const { id, instances } = this.get(name);
    this.all.delete(name);
    const dataLost = { of: "instances", count: instances.size };
    this.#journal.note({ kind, action: "delete", name, id, dataLost });
  }

  /** Follows a script to its new name. */
  scriptRenamed(from: string, to: string): void {
    for (const workflow of this.all.values()) if (workflow.script === from) workflow.script = to;
  }

  #note({ id, name, script }: Workflow, owner: string | undefined): void {
    if (owner === undefined) this.#journal.note({ kind, action: "create", name, id });
    else if (owner === script) this.#journal.note({ kind, action: "update", name, id });
    else this.#journal.note({ kind, action: "takeover", name, id, from: owner, to: script });
  }
}

/** Starts an instance of a Workflow. */
export function startInstance(workflow: Workflow, id: string = randomUUID(), params?: unknown) {
  if (workflow.instances.has(id)) refuse(400, codes.workflowBody, "the instance already exists");
  const createdAt = new Date().toISOString();
  const instance: Instance = { id, params, createdAt, status: "running" };
  workflow.instances.set(id, instance);
  return instance;
}

function shown(workflow: Workflow): Json {
  return {
    id: workflow.id,
    name: workflow.name,
    class_name: workflow.className,
    script_name: workflow.script,
    created_on: workflow.createdAt,
    modified_on: workflow.modifiedAt,
    triggered_on: null,
    version_id: workflow.versionId,
    instances: { running: workflow.instances.size },
  };
}

function shownInstance(workflow: Workflow, instance: Instance): Json {
  return {
    id: instance.id,
    workflow_id: workflow.id,
    version_id: workflow.versionId,
    status: instance.status,
    created_on: instance.createdAt,
    modified_on: instance.createdAt,
    params: instance.params,
  };
}

function put(call: Call, workflows: Workflows): Reply {
  const { class_name: className, script_name: script } = objectOf(call, codes.workflowBody);
  if (typeof className !== "string" || className === "") {
    return refuse(400, codes.workflowBody, "class_name must be a non-empty string");
  }
  if (typeof script !== "string") {
    return refuse(400, codes.workflowBody, "script_name must be a string");
  }
  return { result: shown(workflows.put(param(call, "name"), script, className)) };
}

function start(call: Call, workflow: Workflow): Reply {
  const { instance_id: id, params } = objectOf(call, codes.workflowBody);
  const instance = startInstance(workflow, typeof id === "string" ? id : undefined, params);
  return { result: shownInstance(workflow, instance) };
}

/** The routes of Workflows, relative to the account. */
export function workflowRoutes(workflows: Workflows): Route[] {
  const at = "/workflows/:name";
  const of = (call: Call) => workflows.get(param(call, "name"));
  const rules = { code: codes.workflowBody, min: 1, max: 100, standard: 10, totalPages: true };
  const list = (call: Call) => {
    const part = call.query.get("search") ?? "";
    const found = [...workflows.all.values()].filter(({ name }) => name.includes(part));
    return page(call, found.map(shown), rules);
  };
  const instances = (call: Call) => {
    const workflow = of(call);
    const found = [...workflow.instances.values()].map((one) => shownInstance(workflow, one));
    return page(call, found, rules);
  };
  return [
    route("GET", "/workflows", list),
    route("GET", at, (call) => ({ result: shown(of(call)) })),
    route("PUT", at, (call) => put(call, workflows)),
    route("DELETE", at, (call) => {
      workflows.delete(param(call, "name"));
      return { result: { status: "ok", success: true } };
    }),
    route("GET", `${at}/instances`, instances),
    route("POST", `${at}/instances`, (call) => start(call, of(call))),
  ];
}
