/**
 * Rules that Alchemy 2 writes for a Worker into a zone, among those of others: redirects, and what pins visitors to a
 * version. Their descriptions say whose they are. Each is deleted by itself, so that no other rule is written again.
 */
import { APIError } from "cloudflare";
import type { BaseCloudflare } from "cloudflare/client";
import { AFFINITY, REDIRECT } from "../stages/rows2.ts";
import type { Task } from "./task.ts";

/** Whether a task is about rules in a zone. */
export function isRule({ row }: Task): boolean {
  return row.resource === REDIRECT || row.resource === AFFINITY;
}

/**
 * Where the API has the rules of a task; nothing if there are none.
 *
 * @throws whatever the client throws, and an error if the zone cannot be seen.
 */
export async function rulePaths(
  client: BaseCloudflare,
  { row, origin }: Task,
  signal: AbortSignal,
): Promise<string[]> {
  const prefix = `alchemy:worker:${origin.ids.scriptName}`;
  if (row.resource === AFFINITY) {
    const zone = String(origin.ids.zoneId);
    const isOwn = (text: string) => text.startsWith(`${prefix}:affinity:`);
    return ownPaths(client, zone, "http_request_late_transform", isOwn, signal);
  }
  const zone = await zoneOf(client, row.identity, signal);
  const isOwn = (text: string) => text === `${prefix}:redirect:${row.identity}`;
  return ownPaths(client, zone, "http_request_dynamic_redirect", isOwn, signal);
}

async function ownPaths(
  client: BaseCloudflare,
  zone: string,
  phase: string,
  isOwn: (description: string) => boolean,
  signal: AbortSignal,
): Promise<string[]> {
  const path = `/zones/${encodeURIComponent(zone)}/rulesets`;
  const entry = `${path}/phases/${phase}/entrypoint`;
  const response = await client.get(entry, { signal }).asResponse().catch(unlessMissing);
  if (response === undefined) return [];
  const { result } = ((await response.json()) ?? {}) as { result?: unknown };
  const { id, rules } = (result ?? {}) as { id?: unknown; rules?: unknown };
  if (typeof id !== "string" || !Array.isArray(rules ?? [])) {
    throw new Error("the rules of the zone cannot be used");
  }
  const all = (rules ?? []) as ({ id?: unknown; description?: unknown } | null)[];
  const own = all.filter(
    (rule) => typeof rule?.description === "string" && isOwn(rule.description),
  );
  return own.map((rule) => {
    if (typeof rule?.id !== "string" || rule.id === "") throw new Error("a rule has no id");
    return `${path}/${encodeURIComponent(id)}/rules/${encodeURIComponent(rule.id)}`;
  });
}

/** A phase in which nobody has ever written a rule has none. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof APIError) || error.status !== 404) throw error;
}

/** The most specific zone of a hostname: its domain, which says it too, may be gone already. */
async function zoneOf(client: BaseCloudflare, host: string, signal: AbortSignal): Promise<string> {
  const labels = host.split(".");
  for (let from = 0; from < labels.length - 1; from++) {
    const query = { name: labels.slice(from).join(".") };
    const response = await client.get("/zones", { query, signal }).asResponse();
    const { result } = ((await response.json()) ?? {}) as { result?: unknown };
    if (!Array.isArray(result)) throw new Error("the list of zones cannot be used");
    const [zone] = result as ({ id?: unknown } | null)[];
    if (typeof zone?.id === "string" && zone.id !== "") return zone.id;
  }
  throw new Error(`no zone of \`${host}\` can be seen: the token needs \`Zone: Read\``);
}
