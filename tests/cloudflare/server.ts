import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Account } from "./account.ts";
import { answerQuery } from "./analytics.ts";
import { control } from "./control.ts";
import { codes, type ErrorPayload, Refusal, refuse } from "./errors.ts";
import type { ActiveFault, Faults } from "./faults.ts";
import { files } from "./files.ts";
import type { Limiter } from "./limiter.ts";
import type { Change, Log } from "./log.ts";
import { type Call, findRoute, type Reply, type Route } from "./router.ts";
import { stateService } from "./state-service.ts";
import { listZones } from "./zones/dns.ts";

/** What the server serves. */
export interface World {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly tokens: ReadonlyMap<string, ReadonlySet<string>>;
  readonly log: Log;
  readonly faults: Faults;
  /** Calls to paths the stand-in does not know. */
  readonly unhandled: string[];
  /** How long every call takes, in milliseconds. */
  readonly latencyMs: number;
  /** How long enabling a subdomain waits for its script, in milliseconds. */
  readonly subdomainPatienceMs: number;
  /** Refuses calls that come too often. */
  limiter: Limiter | undefined;
}

/** An answer, ready to send. */
interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
  error?: string;
}

/** A server that listens. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the server on a free port, or on the one given. */
export async function listen(world: World, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    // A client that is killed half-way leaves a broken request: nothing to answer then.
    serve(world, request, response, originOf(server)).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: originOf(server), close: () => closeAll(server, sockets) };
}

function originOf(server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function closeAll(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  for (const socket of sockets) socket.destroy();
  await closed;
}

async function serve(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  origin: string,
): Promise<void> {
  const call = await readCall(request, origin);
  const target = request.url ?? "/";
  if (call.path.startsWith("/__control/")) return send(response, control(world, call));
  const seconds = world.limiter?.refuse();
  if (seconds !== undefined) {
    record(world, call, target, 429, []);
    return send(response, tooMany(seconds));
  }
  const fault = world.faults.take(call.method, target);
  await sleep(world.latencyMs + (fault?.spec.kind === "slow" ? (fault.spec.delayMs ?? 0) : 0));
  const early = fault && before(fault);
  if (fault && early) {
    record(world, call, target, early === "none" ? 0 : early.status, [], fault);
    fault.reach();
    if (early !== "none") return send(response, early);
    if (fault.spec.kind === "cut-before") request.socket.destroy();
    return;
  }
  await patience(world, call);
  const changes: Change[] = [];
  const answer = answerTo(world, call, changes);
  record(world, call, target, sentStatus(fault, answer), changes, fault, answer.error);
  fault?.reach();
  await after(fault, answer, request, response);
}

async function readCall(request: IncomingMessage, origin: string): Promise<Call> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const body = new Uint8Array(Buffer.concat(chunks));
  const [path = "/", query = ""] = (request.url ?? "/").split(/\?(.*)/s);
  const texts = await readForm(request.headers["content-type"] ?? "", body);
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body,
    params: new Map(),
    texts,
    origin,
  };
}

async function readForm(type: string, body: Uint8Array): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (!type.startsWith("multipart/form-data")) return texts;
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { "Content-Type": type },
    }).formData();
    for (const [name, value] of form) {
      texts.set(name, typeof value === "string" ? value : await value.text());
    }
  } catch {
    // A broken form has no parts; the handler says which one it misses.
  }
  return texts;
}

/** The answer of a fault that keeps the call from being made. */
function before(fault: ActiveFault): Answer | "none" | undefined {
  const { kind, retryAfter = 1 } = fault.spec;
  if (kind === "hang" || kind === "cut-before") return "none";
  if (kind === "401" || kind === "403") {
    const errors = [{ code: codes.accountForbidden, message: "Authentication error" }];
    return failure(kind === "401" ? 401 : 403, errors);
  }
  if (kind === "500") return failure(500, [{ code: codes.internal, message: "internal error" }]);
  if (kind === "429") return tooMany(retryAfter);
  if (kind !== "502") return undefined;
  return { status: 502, headers: { "Content-Type": "text/html" }, body: "<h1>Bad gateway</h1>" };
}

function tooMany(seconds: number): Answer {
  const message = "Please wait and consider throttling your request speed";
  const answer = failure(429, [{ code: codes.rateLimited, message }]);
  return { ...answer, headers: { ...answer.headers, "Retry-After": String(seconds) } };
}

/** The status the client gets to see, 0 when it gets none. */
function sentStatus(fault: ActiveFault | undefined, { status }: Answer): number {
  if (fault?.spec.kind === "cut-after") return 0;
  return fault?.spec.kind === "status500-after" ? 500 : status;
}

async function after(
  fault: ActiveFault | undefined,
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const kind = fault?.spec.kind;
  if (kind === "cut-after") return void request.socket.destroy();
  if (kind === "pause") await fault?.released;
  if (kind === "status500-after") {
    return send(response, failure(500, [{ code: codes.internal, message: "internal error" }]));
  }
  if (kind === "malformed") return send(response, { ...answer, body: '{"success":tru' });
  send(response, kind === "odd" ? { ...answer, body: '{"success":true,"result":null}' } : answer);
}

/**
 * Alchemy enables the subdomain of a new Worker at the same time as it uploads the Worker, and
 * sleeps a second if the answer is that the Worker does not exist. Letting the upload win that
 * race makes a first deploy a second shorter and changes nothing else.
 */
async function patience(world: World, call: Call): Promise<void> {
  if (call.method !== "POST") return;
  const match = /^\/client\/v4\/accounts\/([^/]+)\/workers\/scripts\/([^/]+)\/subdomain$/;
  const [, id = "", name = ""] = match.exec(call.path) ?? [];
  const account = world.accounts.get(id);
  const until = Date.now() + world.subdomainPatienceMs;
  while (account && !account.scripts.all.has(name) && Date.now() < until) await sleep(5);
}

function record(
  world: World,
  call: Call,
  path: string,
  status: number,
  changes: readonly Change[],
  fault?: ActiveFault,
  error?: string,
): void {
  const account = /^\/client\/v4\/accounts\/([^/?]+)/.exec(path)?.[1] ?? "";
  const facts = { account, method: call.method, path, status };
  const injected = fault ? { fault: fault.spec.kind } : {};
  world.log.call({ ...facts, ...injected, ...(error === undefined ? {} : { error }) }, changes);
}

function answerTo(world: World, call: Call, changes: Change[]): Answer {
  try {
    return replied(dispatch(world, call, changes));
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, error.payload());
    const message = `the stand-in is broken: ${error instanceof Error ? error.stack : error}`;
    world.unhandled.push(`${call.method} ${call.path}: ${message}`);
    return failure(500, [{ code: codes.internal, message }]);
  }
}

function dispatch(world: World, call: Call, changes: Change[]): Reply {
  if (call.path.startsWith("/__files/")) return files(world, call);
  if (call.path.startsWith("/__workers/")) return stateService(world, call);
  if (!call.path.startsWith("/client/v4/")) return unknown(world, call);
  const path = call.path.slice("/client/v4".length);
  const allowed = authorized(world, call);
  if (path === "/user/tokens/verify") return { result: { id: "token", status: "active" } };
  if (path === "/accounts") return { result: [...allowed].map((id) => ({ id, name: id })) };
  if (path === "/graphql" && call.method === "POST") return graphql(world, allowed, call);
  if (/^\/zones(\/|$)/.test(path)) return inZones(world, allowed, call, path, changes);
  const [, id, rest = ""] = /^\/accounts\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (id === undefined) return unknown(world, call);
  const account = world.accounts.get(id);
  if (!account) return refuse(404, codes.noRoute, noRoute(call));
  if (!allowed.has(id)) {
    refuse(403, codes.accountForbidden, "Unauthorized to access requested resource");
  }
  if (rest === "") return { result: { id, name: id, type: "standard" } };
  return inAccount(world, account, account.routes, call, rest, changes);
}

/** The analytics of the accounts that a token may use. A query names its account itself. */
function graphql(world: World, allowed: ReadonlySet<string>, call: Call): Reply {
  const accounts = [...world.accounts].filter(([id]) => allowed.has(id));
  return answerQuery(call.body, new Map(accounts));
}

/** Zones are named without their account. One that a token may not see is not there for it. */
function inZones(
  world: World,
  allowed: ReadonlySet<string>,
  call: Call,
  path: string,
  changes: Change[],
): Reply {
  const accounts = [...world.accounts.values()].filter(({ id }) => allowed.has(id));
  if (path === "/zones" && call.method === "GET") {
    const all = accounts.flatMap(({ id, zones }) => {
      return [...zones.all.values()].map((zone) => [zone, id] as const);
    });
    return listZones(call, all);
  }
  const zone = path.split("/")[2] ?? "";
  const account = accounts.find(({ zones }) => zones.all.has(zone)) ?? accounts[0];
  if (!account) return refuse(403, codes.accountForbidden, "Unauthorized");
  return inAccount(world, account, account.inZones, call, path, changes);
}

function inAccount(
  world: World,
  account: Account,
  routes: readonly Route[],
  call: Call,
  path: string,
  changes: Change[],
): Reply {
  const found = findRoute(routes, call.method, path);
  if (found === undefined) return unknown(world, call);
  if (found === "method") {
    world.unhandled.push(`${call.method} ${call.path}`);
    return refuse(405, codes.methodNotAllowed, `${call.method} is not allowed here`);
  }
  const { route, params } = found;
  return account.journal.during(changes, () => route.handle({ ...call, params }));
}

function authorized(world: World, call: Call): ReadonlySet<string> {
  const header = call.headers.authorization;
  if (header === undefined) refuse(401, codes.authMissing, "Missing Authorization header");
  const [, token] = /^Bearer (\S+)$/.exec(header) ?? [];
  if (token === undefined) refuse(400, codes.invalidHeaders, "Invalid request headers");
  const allowed = world.tokens.get(token);
  return allowed ?? refuse(401, codes.authWrong, "Authentication error");
}

function unknown(world: World, call: Call): never {
  world.unhandled.push(`${call.method} ${call.path}`);
  return refuse(404, codes.noRoute, noRoute(call));
}

function noRoute(call: Call): string {
  return `Could not route to ${call.path}, perhaps your object identifier is invalid?`;
}

function replied(reply: Reply): Answer {
  const { status = 200, raw, info, key = "result", result = null } = reply;
  if (raw) return { status, headers: raw.headers, body: raw.body };
  const envelope = { success: true, errors: [], messages: [], [key]: result };
  return json(status, info ? { ...envelope, result_info: info } : envelope);
}

function failure(status: number, errors: ErrorPayload[]): Answer {
  const error = errors.map(({ code, message }) => `${code}: ${message}`).join(", ");
  return { ...json(status, { success: false, errors, messages: [], result: null }), error };
}

/** An answer in JSON. */
function json(status: number, value: unknown): Answer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

function sleep(ms: number): Promise<void> | undefined {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
}
