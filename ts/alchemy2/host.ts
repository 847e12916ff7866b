/** `Domain` and `Route`: what the options `domain` and `routes` of a Worker are in a stage. */
import type * as Cloudflare from "alchemy/Cloudflare";
import type { Stack } from "alchemy/Stack";
import * as Effect from "effect/Effect";
import type { HostOptions, StageOptions } from "../options.ts";
import { type BlocksOptions, inScope, isDeployed } from "./block.ts";
import type { BlockError } from "./error.ts";

type Law = StageOptions & Omit<HostOptions, "zone">;

/** What `Domain` takes: of Alchemy's option `domain`, and our own. */
export type DomainOptions = Law &
  Omit<Cloudflare.WorkerDomainConfig, "name" | "zone"> & {
    /** The hostname of the bare stage, if it is not the id. */
    name?: string | null | undefined;
    /** The name of the zone, where it has three labels or more, such as `example.co.uk`. */
    zone?: string | null | undefined;
  };

/** What `Route` takes: of Alchemy's option `routes`, and our own. */
export type RouteOptions = Law &
  Omit<Cloudflare.WorkerRouteConfig, "pattern" | "zone"> & {
    /** The pattern of the bare stage, if it is not the id. */
    pattern?: string | null | undefined;
    /** The name of the zone, where it has three labels or more, such as `example.co.uk`. */
    zone?: string | null | undefined;
  };

/** The blocks for hostnames. */
export interface HostBlocks {
  /**
   * A Worker's `domain`: `app.example.com` in `prod`, `app-pr-7.example.com` in stage `pr-7`. Aliases and
   * redirects have the stage in them, too.
   */
  Domain(id: string, options?: DomainOptions): Effect.Effect<Cloudflare.WorkerDomainConfig>;
  /** One of a Worker's `routes`: `app-pr-7.example.com/api/*` in stage `pr-7`. */
  Route(id: string, options?: RouteOptions): Effect.Effect<Cloudflare.WorkerRouteConfig>;
}

type Kind = "domain" | "route";
type Given = Law & Record<string, unknown>;

export function hostBlocks(settings: BlocksOptions): HostBlocks {
  const named = (kind: Kind, id: string, given: Given, written: unknown) => {
    if (isDeployed()) return Effect.succeed(String(written ?? id));
    const { stage, pin, zone, bare, previewDomain } = given;
    const key = kind === "domain" ? "name" : "pattern";
    // The Worker that asks for it is not known yet, and the law has no use for its name.
    const options = { stage, pin, zone, bare, previewDomain, [key]: written, worker: "later" };
    const take = (_: string, passed: Record<string, unknown>) => passed[key];
    return inScope((scope) => scope[kind](id, options, take, settings) as string);
  };
  const others = (given: Given, hosts: unknown) => {
    if (!Array.isArray(hosts)) return Effect.succeed(undefined);
    const rest = { ...given, pin: undefined };
    return Effect.forEach(hosts as string[], (host) => named("domain", host, rest, undefined));
  };
  const Domain = (id: string, given: Given = {}) =>
    Effect.gen(function* () {
      const name = yield* named("domain", id, given, given.name);
      const aliases = yield* others(given, given.aliases);
      const redirects = yield* others(given, given.redirects);
      const more = { ...(aliases && { aliases }), ...(redirects && { redirects }) };
      return { ...passed(given), name, ...more };
    });
  const Route = (id: string, given: Given = {}) =>
    Effect.map(named("route", id, given, given.pattern), (pattern) => {
      return { ...passed(given), pattern };
    });
  // The types do not show the error and the stack that every block needs.
  return { Domain, Route } as unknown as HostBlocks;
}

/** The options that are Alchemy's. */
function passed(given: Given): Record<string, unknown> {
  const { stage, pin, bare, previewDomain, zone, ...own } = given;
  return typeof zone === "string" ? { zoneName: zone, ...own } : own;
}

type Config = Effect.Effect<unknown, BlockError, Stack>;

/** The options of a Worker, with its hostnames known: so the guard can judge them with the plan. */
export function withHosts<P extends object>(props: P): Effect.Effect<P, BlockError, Stack> {
  return Effect.gen(function* () {
    const { domain, routes } = props as { domain?: unknown; routes?: unknown };
    const hosts: Record<string, unknown> = {};
    if (Effect.isEffect(domain)) hosts.domain = yield* known(domain);
    if (Array.isArray(routes)) hosts.routes = yield* Effect.forEach(routes, known);
    return { ...props, ...hosts };
  });
}

function known(value: unknown): Config {
  return Effect.isEffect(value) ? (value as Config) : Effect.succeed(value);
}
