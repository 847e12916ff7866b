import { putDurable } from "./durable.ts";
import { refuse } from "./errors.ts";
import { type Call, isJson, type Json, objectOf, type Reply } from "./router.ts";
import type { World } from "./server.ts";

type Storage = Map<string, unknown>;

/**
 * Plays the Worker that Alchemy's `CloudflareStateStore` uploads, since a stand-in runs no
 * Workers: the same calls, kept in the storage of that script's Durable Object, so that state is
 * lost when the script is. `workers-dev.ts` sends a client's calls here.
 */
export function stateService(world: World, call: Call): Reply {
  const name = call.path.split("/")[2] ?? "";
  const account = [...world.accounts.values()].find(({ scripts }) => scripts.all.has(name));
  const script = account?.scripts.all.get(name);
  const namespace = account?.durableObjects.named(name, "Store");
  if (!script || !namespace) return refuse(404, 1042, "no such Worker answers here");
  const secret = script.live.bindings.find((binding) => binding.name === "STATE_TOKEN")?.text;
  if (call.headers.authorization !== `Bearer ${String(secret)}`) {
    return answer(401, { success: false, error: "Unauthorized" });
  }
  if (call.method === "HEAD") return answer(200, {});
  const { method, params, context } = objectOf(call, 0);
  const chain = JSON.stringify(isJson(context) ? context.chain : []);
  const put = (key: string, value: unknown) => putDurable(namespace, "default", key, value);
  const storage: Storage = namespace.objects.get("default") ?? new Map<string, unknown>();
  const list = Array.isArray(params) ? params : [];
  return answer(200, { success: true, result: run(storage, put, String(method), list, chain) });
}

function answer(status: number, body: Json): Reply {
  const headers = { "Content-Type": "application/json" };
  return { status, raw: { body: JSON.stringify({ status, ...body }), headers } };
}

function run(
  storage: Storage,
  put: (key: string, value: unknown) => void,
  method: string,
  params: readonly unknown[],
  chain: string,
): unknown {
  const keyOf = (id: unknown) => JSON.stringify([chain, id]);
  const rows = [...storage].filter(([key]) => JSON.parse(key)[0] === chain);
  const ids = rows.map(([key]) => JSON.parse(key)[1] as string);
  const pick = (wanted: readonly string[]) =>
    Object.fromEntries(
      wanted.filter((id) => storage.has(keyOf(id))).map((id) => [id, storage.get(keyOf(id))]),
    );
  if (method === "list") return ids;
  if (method === "count") return ids.length;
  if (method === "all") return pick(ids);
  if (method === "get") return storage.get(keyOf(params[0]));
  if (method === "getBatch") return pick(params[0] as string[]);
  if (method === "set") return put(keyOf(params[0]), params[1]);
  if (method === "delete") return void storage.delete(keyOf(params[0]));
  if (method === "listScopes") return scopesUnder(storage, JSON.parse(chain) as string[]);
  return undefined;
}

function scopesUnder(storage: Storage, prefix: readonly string[]): string[] {
  const chains = [...storage.keys()].map((key) => JSON.parse(JSON.parse(key)[0]) as string[]);
  const below = chains.filter(
    (chain) =>
      chain.length === prefix.length + 1 && prefix.every((part, index) => part === chain[index]),
  );
  return [...new Set(below.map((chain) => chain.at(-1) ?? ""))];
}
