/** Worker routes over HTTP. Paths are relative to `/client/v4`. */
import type { Account } from "../account.ts";
import { codes, refuse } from "../errors.ts";
import { type Call, type Json, objectOf, param, type Route, route } from "../router.ts";
import { partsOf } from "./meet.ts";
import { hexId, isWithin, type WorkerRoute, type Zone } from "./zones.ts";

/** How many one zone may have. */
export const MAX_ROUTES = 1000;

/** Answers for the Worker routes of one account's zones. */
export function workerRouteRoutes(account: Account): Route[] {
  const { zones } = account;
  const path = "/zones/:zone/workers/routes";
  const inZone = (zone: Zone) => [...zones.routes.values()].filter((one) => one.zone === zone);
  const get = (call: Call) => {
    const zone = zones.get(call);
    const found = inZone(zone).find(({ id }) => id === param(call, "route"));
    return found ?? refuse(404, codes.routeMissing, "Route not found");
  };
  return [
    route("GET", path, (call) => ({ result: inZone(zones.get(call)).map(shown) })),
    route("POST", path, (call) => {
      const zone = zones.get(call);
      const made = { id: hexId(), zone, ...checked(account, call, zone) };
      if (inZone(zone).length >= MAX_ROUTES) {
        const message = `zone (${zone.name}) allows (${MAX_ROUTES}) routes`;
        refuse(400, codes.routeLimit, `Route limit reached: ${message}.`);
      }
      zones.routes.set(made.id, made);
      const { pattern: name, id, script: to } = made;
      zones.journal.note({ kind: "Route", action: "create", name, id, ...(to ? { to } : {}) });
      return { result: shown(made) };
    }),
    route("GET", `${path}/:route`, (call) => ({ result: shown(get(call)) })),
    route("PUT", `${path}/:route`, (call) => ({ result: shown(change(account, call, get(call))) })),
    route("DELETE", `${path}/:route`, (call) => {
      const { id, pattern: name, script: from } = get(call);
      zones.routes.delete(id);
      zones.journal.note({ kind: "Route", action: "delete", name, id, ...(from ? { from } : {}) });
      return { result: { id } };
    }),
  ];
}

function change(account: Account, call: Call, old: WorkerRoute): WorkerRoute {
  const { pattern, script } = checked(account, call, old.zone, old);
  const action = old.script !== undefined && old.script !== script ? "takeover" : "update";
  const parties = {
    ...(old.script ? { from: old.script } : {}),
    ...(script ? { to: script } : {}),
  };
  account.zones.journal.note({ kind: "Route", action, name: pattern, id: old.id, ...parties });
  return Object.assign(old, { pattern, script });
}

function checked({ zones, scripts }: Account, call: Call, zone: Zone, self?: WorkerRoute) {
  const body = objectOf(call, codes.routeInvalid);
  const fault = patternFault(body.pattern, zone);
  if (fault !== undefined) refuse(400, codes.routeInvalid, fault);
  const pattern = String(body.pattern);
  const script = typeof body.script === "string" && body.script ? body.script : undefined;
  if (script !== undefined && !scripts.all.has(script)) {
    const message = "Cannot configure route because the Worker does not exist.";
    refuse(404, codes.routeScript, message);
  }
  const isTaken = [...zones.routes.values()].some((one) => {
    return one !== self && one.zone === zone && canonical(one.pattern) === canonical(pattern);
  });
  if (isTaken) refuse(409, codes.routeExists, "A route with the same pattern already exists.");
  return { pattern, script };
}

function patternFault(pattern: unknown, zone: Zone): string | undefined {
  if (typeof pattern !== "string" || pattern === "") return "A route needs a pattern";
  if (pattern.includes("?")) return "Route patterns may not contain query parameters";
  const { host, path } = partsOf(pattern);
  if (host.slice(1).includes("*")) return "Hostnames may only have a wildcard at the start";
  if (path.slice(0, -1).includes("*")) return "Route patterns may not contain infix wildcards";
  const isInside = isWithin(host.replace(/^\*\.?/, ""), zone.name);
  return isInside ? undefined : `Route pattern must include your zone ${zone.name}`;
}

function canonical(pattern: string): string {
  const { scheme, host, path } = partsOf(pattern);
  return `${scheme ?? ""}//${host}${path}`;
}

function shown({ id, pattern, script }: WorkerRoute): Json {
  return { id, pattern, ...(script === undefined ? {} : { script }) };
}
