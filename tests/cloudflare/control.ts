import type { Account } from "./account.ts";
import type { FaultSpec } from "./faults.ts";
import type { Call } from "./router.ts";
import { isJson, type Json, textOf } from "./router.ts";
import type { World } from "./server.ts";

/** The helpers of an account that can be called by name. */
const helpers = [
  "sql",
  "putObject",
  "getObject",
  "putValue",
  "getValue",
  "sendMessage",
  "messages",
  "putDurable",
  "getDurable",
  "startInstance",
  "addZone",
  "meet",
] as const satisfies readonly (keyof Account)[];

/** What the control endpoint answers. */
interface ControlAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Lets another process look at the stand-in and steer it; asks for no token. */
export function control(world: World, call: Call): ControlAnswer {
  try {
    return answer(200, run(world, call, `${call.method} ${call.path.slice("/__control".length)}`));
  } catch (error) {
    return answer(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function answer(status: number, value: unknown): ControlAnswer {
  const headers = { "Content-Type": "application/json" };
  return { status, headers, body: JSON.stringify(value ?? null) };
}

function run(world: World, call: Call, what: string): unknown {
  if (what === "GET /state") return accountOf(world, call.query.get("account")).state();
  if (what === "GET /log") return world.log.entries;
  if (what === "GET /deletions") return world.log.deletions();
  if (what === "GET /takeovers") return world.log.takeovers();
  if (what === "GET /unhandled") return world.unhandled;
  if (what === "POST /faults") return addFault(world, body(call));
  if (what === "DELETE /faults") return world.faults.clear();
  if (what === "POST /sql") return sql(world, body(call));
  if (what === "POST /call") return help(world, body(call));
  throw new Error(`the control endpoint does not know ${what}`);
}

function body(call: Call): Json {
  const value: unknown = JSON.parse(textOf(call));
  if (isJson(value)) return value;
  throw new Error("the body must be a JSON object");
}

function accountOf(world: World, id: unknown): Account {
  const account = typeof id === "string" ? world.accounts.get(id) : [...world.accounts.values()][0];
  if (!account) throw new Error(`there is no account ${String(id)}`);
  return account;
}

function addFault(world: World, spec: Json): unknown {
  world.faults.add(spec as unknown as FaultSpec);
  return { added: true };
}

function sql(world: World, { account, database, query, params = [] }: Json): unknown {
  const values = Array.isArray(params) ? params : [];
  return accountOf(world, account).sql(String(database), String(query), ...values);
}

function help(world: World, { account, helper, args = [] }: Json): unknown {
  const name = helpers.find((one) => one === helper);
  if (!name || !Array.isArray(args)) throw new Error(`there is no helper ${String(helper)}`);
  const owner = accountOf(world, account);
  return Reflect.apply(owner[name], owner, args);
}
