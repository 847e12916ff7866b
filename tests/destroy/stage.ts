/** Stages of the real Alchemy, and copies of them with resources of their own in a stand-in. */

import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cli, type Ended, type How } from "../cli/cli.ts";
import { expectValid } from "../cli/schemas.ts";
import { App, SCRIPT, unguarded } from "../support/program.ts";

/** A raw program with each kind that is torn down, something nested, and something that is retained. */
const BODY = `
const db = await raw.D1Database("db", { name: "shop-db-" + stage });
await raw.D1Database("kept", { name: "shop-kept-" + stage, delete: false });
const files = await raw.R2Bucket("files", { name: "shop-files-" + stage });
await raw.R2Object("logo", { bucket: files, key: "img/logo 1.svg", content: "<svg/>" });
const jobs = await raw.Queue("jobs", { name: "shop-jobs-" + stage });
const flow = raw.Workflow("flow", { workflowName: "shop-flow-" + stage, className: "Onboarding" });
const counter = raw.DurableObjectNamespace("counter", { className: "Counter", sqlite: true });
await raw.Worker("api", {
  name: "shop-api-" + stage, script: ${JSON.stringify(SCRIPT)},
  bindings: { db, files, jobs, flow, counter }, eventSources: [jobs],
});
await alchemy.run("inner", async () => { await raw.KVNamespace("menu", { title: "shop-menu-" + stage }); });
`;

/** What is gone when such a stage is destroyed, by kind and name. */
export function goneOf(slug: string): string[] {
  return [
    `D1Database shop-db-${slug}`,
    `DurableObjectNamespace Counter`,
    `KVNamespace shop-menu-${slug}`,
    `Queue shop-jobs-${slug}`,
    `R2Bucket shop-files-${slug}`,
    `Worker shop-api-${slug}`,
    `Workflow shop-flow-${slug}`,
  ];
}

type Template = readonly { path: string; text: string; id: string; identity: string }[];
let template: Promise<Template> | undefined;

/** The rows that Alchemy itself writes for such a stage. */
async function rowsOfAlchemy(): Promise<Template> {
  await using app = await App.start();
  await app.deploy("pr-1", unguarded(BODY));
  const top = join(app.folder, ".alchemy", "shop", "pr-1");
  const files = await readdir(top, { recursive: true });
  return await Promise.all(
    files
      .filter((path) => path.endsWith(".json"))
      .map(async (path) => {
        const text = await readFile(join(top, path), "utf8");
        const { id, output = {} } = JSON.parse(text);
        return { path, text, id, identity: String(output.namespaceId ?? output.id ?? "") };
      }),
  );
}

/** Makes a stage's resources and writes its rows, which are Alchemy's with other names and ids. */
export async function make(app: App, stage = "pr-1", name = "shop"): Promise<void> {
  template ??= rowsOfAlchemy();
  const rows = await template;
  const slug = slugOf(stage, name);
  const ids = await resources(app, slug);
  const identities = rows.flatMap(({ id, identity }) => {
    const made = ids[id.endsWith("-consumer") ? "consumer" : id];
    return made === undefined || identity === "" ? [] : [[identity, made] as const];
  });
  const renamed = (text: string) =>
    identities
      .reduce((all, [from, to]) => all.replaceAll(from, to), text)
      .replaceAll("shop/pr-1", `${name}/${stage}`)
      .replaceAll("-pr-1", `-${slug}`);
  for (const { path, text } of rows) {
    await app.write(join(".alchemy", name, stage, renamed(path)), renamed(text));
  }
}

/** Gives a stage more namespaces, with rows as that of the one it has. */
export async function addNamespaces(app: App, stage: string, count: number): Promise<void> {
  const folder = join(".alchemy", "shop", stage, "inner");
  const text = await readFile(join(app.folder, folder, "menu.json"), "utf8");
  const id = String(JSON.parse(text).output.namespaceId);
  for (let at = 1; at <= count; at++) {
    const title = `shop-menu${at}-${slugOf(stage)}`;
    const body = JSON.stringify({ title });
    const made = await send(app, "POST", "/storage/kv/namespaces", body);
    const own = text
      .replaceAll(id, `${made.id}`)
      .replaceAll(`shop-menu-${slugOf(stage)}`, title)
      .replaceAll('"menu"', `"menu${at}"`)
      .replaceAll("/menu", `/menu${at}`);
    await app.write(join(folder, `menu${at}.json`), own);
  }
}

/** How a stage of an app stands in the names of its resources. */
export function slugOf(stage: string, name = "shop"): string {
  const slug = stage.replaceAll("/", "-");
  return name === "shop" ? slug : `${name}-${slug}`;
}

async function resources(app: App, slug: string): Promise<Record<string, string>> {
  const api = (method: string, path: string, body: BodyInit) => send(app, method, path, body);
  const make = (path: string, body: object) => api("POST", path, JSON.stringify(body));
  const db = await make("/d1/database", { name: `shop-db-${slug}` });
  const kept = await make("/d1/database", { name: `shop-kept-${slug}` });
  await make("/r2/buckets", { name: `shop-files-${slug}` });
  app.account.putObject(`shop-files-${slug}`, "img/logo 1.svg", "<svg/>");
  const jobs = await make("/queues", { queue_name: `shop-jobs-${slug}` });
  const menu = await make("/storage/kv/namespaces", { title: `shop-menu-${slug}` });
  const script = `shop-api-${slug}`;
  await api("PUT", `/workers/scripts/${script}`, upload(`shop-jobs-${slug}`));
  const flow = { script_name: script, class_name: "Onboarding" };
  await api("PUT", `/workflows/shop-flow-${slug}`, JSON.stringify(flow));
  const consumer = { type: "worker", script_name: script };
  const attached = await make(`/queues/${jobs.queue_id}/consumers`, consumer);
  return {
    db: `${db.uuid}`,
    kept: `${kept.uuid}`,
    jobs: `${jobs.queue_id}`,
    menu: `${menu.id}`,
    consumer: `${attached.consumer_id}`,
  };
}

function upload(queue: string): FormData {
  const form = new FormData();
  const type = "application/javascript+module";
  form.append("index.js", new Blob([SCRIPT], { type }), "index.js");
  const metadata = {
    main_module: "index.js",
    compatibility_date: "2026-01-01",
    migrations: { new_sqlite_classes: ["Counter"] },
    bindings: [{ type: "queue", name: "jobs", queue_name: queue }],
  };
  form.append("metadata", new Blob([JSON.stringify(metadata)], { type: "application/json" }));
  return form;
}

/** Sends a call to the account, and gives its result. */
export async function send(
  { cloudflare, account }: App,
  method: string,
  path: string,
  body?: BodyInit,
): Promise<Record<string, unknown>> {
  const url = `${cloudflare.url}/client/v4/accounts/${account.id}${path}`;
  const headers = { Authorization: "Bearer stand-in-token" };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const { result, errors } = (await response.json()) as {
    result: Record<string, unknown>;
    errors: unknown;
  };
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(errors)}`);
  return result;
}

export interface Destroyed extends Ended {
  result: string;
  code_: string;
  /** Of each resource its outcome, action and name. */
  ends: string[];
}

/** Runs `destroy` as in CI. */
export async function destroy(app: At, args: readonly string[], how: How = {}): Promise<Destroyed> {
  const ended = await run(app, ["destroy", "--yes", "--json", ...args], how);
  if (ended.out === "") return { ...ended, result: "", code_: "", ends: [] };
  const report = JSON.parse(ended.out);
  expectValid("destroy", report);
  const ends = report.resources.map(({ outcome, type, name, id }: Record<string, string>) => {
    return `${outcome} ${type?.replace("cloudflare::", "")} ${name || id}`;
  });
  return { ...ended, result: report.result, code_: report.decision.code, ends };
}

/** What a folder and an account are of. */
export type At = Pick<App, "folder" | "cloudflare">;

/** Runs the command line with the credentials of the app's account. */
export async function run(app: At, args: readonly string[], how: How = {}): Promise<Ended> {
  const env = { ...app.cloudflare.env, ...how.env };
  const ended = await cli(app.folder, args, { runtime: "Bun", ...how, env });
  for (const text of [ended.out, ended.error]) expect(text).not.toContain("stand-in-token");
  return ended;
}

/** All that the account has, by kind and name, with the script of what a Worker has. */
export function held({ cloudflare }: At): string[] {
  return cloudflare.account
    .state()
    .map(({ kind, name, script }) => `${kind} ${name} ${script ?? ""}`)
    .sort();
}

/** The files of a stage, below its folder. */
export async function files(app: App, stage: string, name = "shop"): Promise<string[]> {
  const folder = join(app.folder, ".alchemy", name, stage);
  if (!existsSync(folder)) return [];
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .sort();
}

/** Every file of the state but those of a stage, with its text. */
export async function others(app: App, stage: string, name = "shop"): Promise<string> {
  const own = join(app.folder, ".alchemy", name, stage);
  const all = await readdir(join(app.folder, ".alchemy"), { recursive: true, withFileTypes: true });
  const paths = all.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const rest = paths.filter((path) => !path.startsWith(`${own}/`) || path.startsWith(`${own}/x/`));
  return (
    await Promise.all(rest.sort().map(async (path) => `${path} ${await readFile(path, "utf8")}`))
  ).join("\n");
}
