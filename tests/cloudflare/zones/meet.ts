/** What a request meets, by Cloudflare's precedence of routes and domains. */
import type { Account } from "../account.ts";
import type { Zones } from "./zones.ts";

/** What a request to a URL meets. */
export interface Met {
  /** The script that answers; nothing where no Worker does. */
  script: string | undefined;
  /** What leads to it: the pattern of a route, or a custom domain. */
  by: string | undefined;
  /** Whether the hostname resolves to Cloudflare. */
  dns: boolean;
  /** Whether a certificate covers it. */
  tls: boolean;
}

/** The parts of a pattern; no path is `/`. */
export function partsOf(pattern: string) {
  const [, scheme, rest = ""] = /^(?:(https?):\/\/)?(.*)$/s.exec(pattern) ?? [];
  const cut = rest.indexOf("/");
  const [host, path] = cut < 0 ? [rest, "/"] : [rest.slice(0, cut), rest.slice(cut)];
  return { scheme, host: host.toLowerCase(), path };
}

/** What a request to `url` meets in an account. */
export function meet({ zones, scripts }: Account, url: string): Met {
  const { protocol, hostname, pathname, search } = new URL(url);
  const routes = [...zones.routes.values()].filter(({ pattern }) => {
    return matches(pattern, protocol.slice(0, -1), hostname, pathname + search);
  });
  // The most specific one wins, also over a custom domain.
  const [route] = routes.sort((a, b) => specificity(b.pattern) - specificity(a.pattern));
  const domain = [...zones.domains.values()].find((one) => one.hostname === hostname);
  const script = route ? route.script : domain?.service;
  return {
    script: script !== undefined && scripts.all.has(script) ? script : undefined,
    by: route?.pattern ?? domain?.hostname,
    dns: resolves(zones, hostname),
    tls: isCovered(zones, hostname),
  };
}

function matches(pattern: string, protocol: string, hostname: string, path: string): boolean {
  const wanted = partsOf(pattern);
  if (wanted.scheme !== undefined && wanted.scheme !== protocol) return false;
  const isHost = wanted.host.startsWith("*")
    ? hostname.endsWith(wanted.host.slice(1))
    : hostname === wanted.host;
  const isPath = wanted.path.endsWith("*")
    ? path.startsWith(wanted.path.slice(0, -1))
    : path === wanted.path;
  return isHost && isPath;
}

/** An exact host before a wildcard, then the longer host, then the longer path. */
function specificity(pattern: string): number {
  const { host, path } = partsOf(pattern);
  return (host.startsWith("*") ? 0 : 1e9) + host.length * 1e5 + path.length;
}

function resolves({ dns }: Zones, host: string): boolean {
  const records = [...dns.values()];
  const named = (name: string) => records.filter((record) => record.name === name);
  if (named(host).length > 0) return named(host).some(({ proxied }) => proxied);
  const labels = host.split(".");
  for (let cut = 1; cut < labels.length - 1; cut++) {
    const parent = labels.slice(cut).join(".");
    const wildcard = named(`*.${parent}`);
    if (wildcard.length > 0) return wildcard.some(({ proxied }) => proxied);
    // A name that is there ends the search: wildcards above do not cover what is below it.
    if (named(parent).length > 0) return false;
  }
  return false;
}

/** Universal certificates cover a zone and one label below it. */
function isCovered(zones: Zones, host: string): boolean {
  const zone = zones.of(host);
  if (!zone) return false;
  const below = host.slice(0, -zone.name.length).split(".").length - 1;
  return below <= 1 || zones.certificates.some(({ hostname }) => hostname === host);
}
