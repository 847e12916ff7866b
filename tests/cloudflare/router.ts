import type { IncomingHttpHeaders } from "node:http";
import { refuse } from "./errors.ts";

/** One request as a handler sees it. */
export interface Call {
  readonly method: string;
  /** The path as sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** The parts of the path named in the route. */
  readonly params: ReadonlyMap<string, string>;
  /** The parts of a multipart body as text, read before the handler runs; empty otherwise. */
  readonly texts: ReadonlyMap<string, string>;
  /** Where this server is reached. */
  readonly origin: string;
}

/** What a handler answers: a result for the envelope, or a raw body. */
export interface Reply {
  status?: number;
  result?: unknown;
  /** What the envelope calls the result. */
  key?: "results";
  info?: Record<string, unknown>;
  raw?: { body: string | Uint8Array; headers: Record<string, string> };
}

/** Handlers are synchronous: a call is atomic, and the journal knows whose changes it sees. */
export type Handler = (call: Call) => Reply;

/** A method, a path pattern and what answers it. */
export interface Route {
  readonly method: string;
  readonly parts: readonly string[];
  readonly handle: Handler;
}

/** Declares a route. `:name` takes one segment, a last `*name` takes the rest of the path. */
export function route(method: string, pattern: string, handle: Handler): Route {
  return { method, parts: pattern.split("/").slice(1), handle };
}

/** Finds the route of a path; tells a wrong method from a path that is unknown. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Map<string, string> } | "method" | undefined {
  const segments = path.split("/").slice(1);
  let known = false;
  for (const candidate of routes) {
    const params = matchParts(candidate.parts, segments);
    if (!params) continue;
    if (candidate.method === method) return { route: candidate, params };
    known = true;
  }
  return known ? "method" : undefined;
}

function matchParts(
  parts: readonly string[],
  segments: readonly string[],
): Map<string, string> | undefined {
  const params = new Map<string, string>();
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    // An empty identifier addresses nothing: Cloudflare does not route it either.
    if (segment === undefined || segment === "") return undefined;
    if (part.startsWith("*")) {
      params.set(part.slice(1), decode(segments.slice(index).join("/")));
      return params;
    }
    if (part.startsWith(":")) params.set(part.slice(1), decode(segment));
    else if (part !== segment) return undefined;
  }
  return parts.length === segments.length ? params : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(400, 7003, "the path is not valid percent-encoding");
  }
}

/** A named part of the path. */
export function param(call: Call, name: string): string {
  const value = call.params.get(name);
  if (value === undefined) throw new Error(`the route has no part ${name}`);
  return value;
}

/** The body as text. */
export function textOf(call: Call): string {
  return new TextDecoder().decode(call.body);
}

/** The body as any JSON value; anything else is refused. */
export function jsonOf(call: Call, code: number): unknown {
  try {
    return JSON.parse(textOf(call)) as unknown;
  } catch {
    return refuse(400, code, "the request body is not valid JSON");
  }
}

/** A JSON object. */
export type Json = Record<string, unknown>;

/** Whether a value is a JSON object. */
export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The body as a JSON object; anything else is refused. */
export function objectOf(call: Call, code: number): Json {
  const value = jsonOf(call, code);
  return isJson(value) ? value : refuse(400, code, "the request body must be a JSON object");
}

/** What a list endpoint allows. */
export interface Paging {
  code: number;
  min: number;
  max: number;
  standard: number;
  /** Whether the answer carries `total_pages`; not every endpoint does. */
  totalPages: boolean;
}

/** One page of a list, by `page` and `per_page`. */
export function page<T>(call: Call, items: readonly T[], rules: Paging): Reply {
  const number = whole(call, "page", 1, rules.code, 1, Number.MAX_SAFE_INTEGER);
  const size = whole(call, "per_page", rules.standard, rules.code, rules.min, rules.max);
  const result = items.slice((number - 1) * size, number * size);
  const info = { page: number, per_page: size, count: result.length, total_count: items.length };
  const totals = rules.totalPages ? { total_pages: Math.ceil(items.length / size) } : {};
  return { result, info: { ...info, ...totals } };
}

/** A whole number of the query, within its limits. */
export function whole(
  call: Call,
  name: string,
  standard: number,
  code: number,
  min: number,
  max: number,
): number {
  const text = call.query.get(name);
  if (text === null) return standard;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  return refuse(400, code, `${name} must be a whole number between ${min} and ${max}`);
}

/** One page of a list ordered by name, by an opaque cursor. */
export function cursorPage<T>(
  call: Call,
  items: readonly T[],
  nameOf: (item: T) => string,
  rules: { size: string; code: number; standard: number; max: number },
): { items: T[]; cursor: string | undefined; size: number } {
  const size = whole(call, rules.size, rules.standard, rules.code, 1, rules.max);
  const after = readCursor(call, rules.code) ?? call.query.get("start_after");
  const rest = after === null ? items : items.filter((item) => nameOf(item) > after);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const more = rest.length > shown.length && last !== undefined;
  const cursor = more ? Buffer.from(nameOf(last), "utf8").toString("base64url") : undefined;
  return { items: shown, cursor, size };
}

function readCursor(call: Call, code: number): string | null {
  const text = call.query.get("cursor");
  if (text === null || text === "") return null;
  if (!/^[A-Za-z0-9_-]+$/.test(text)) refuse(400, code, "invalid cursor");
  return Buffer.from(text, "base64url").toString("utf8");
}

/** Orders by name as bytes, as Cloudflare's lists do. */
export function byName<T>(nameOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0);
}
