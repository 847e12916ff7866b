/** Custom domains of Workers over HTTP. Paths are relative to the account. */
import { randomUUID } from "node:crypto";
import type { Account } from "../account.ts";
import { codes, refuse } from "../errors.ts";
import { type Call, type Json, objectOf, param, type Route, route } from "../router.ts";
import { externalRecords } from "./dns.ts";
import { type CustomDomain, hexId, isWithin, type Zone } from "./zones.ts";

/** How many one zone may have. */
export const MAX_DOMAINS = 100;
const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?$/;

/** Answers for the custom domains of an account. */
export function domainRoutes(account: Account): Route[] {
  const { zones } = account;
  const get = (call: Call) => {
    const domain = zones.domains.get(param(call, "domain"));
    return domain ?? refuse(404, codes.domainMissing, "Custom domain not found");
  };
  return [
    route("GET", "/workers/domains", (call) => {
      const wanted = ["hostname", "service", "zone_id"].flatMap((key) => {
        const value = call.query.get(key);
        return value === null ? [] : [[key, value] as const];
      });
      const all = [...zones.domains.values()].map(shown);
      const matches = (one: Json) => wanted.every(([key, value]) => one[key] === value);
      return { result: all.filter(matches) };
    }),
    route("PUT", "/workers/domains", (call) => ({ result: shown(attach(account, call)) })),
    route("GET", "/workers/domains/:domain", (call) => ({ result: shown(get(call)) })),
    route("DELETE", "/workers/domains/:domain", (call) => {
      zones.detach(get(call));
      return { result: null };
    }),
  ];
}

function attach(account: Account, call: Call): CustomDomain {
  const { zones } = account;
  const body = objectOf(call, codes.domainBody);
  const hostname = hostnameOf(body);
  const zone = zoneFor(account, body, hostname);
  const service = String(body.service);
  account.scripts.get(service);
  const old = [...zones.domains.values()].find((domain) => domain.hostname === hostname);
  if (old) return takeOver(account, old, service, body);
  const records = externalRecords(zones, hostname);
  if (records.length > 0 && body.override_existing_dns_record !== true) {
    const message = "already has externally managed DNS records (A, CNAME, etc)";
    refuse(409, codes.domainRecord, `Hostname '${hostname}' ${message}.`);
  }
  if ([...zones.domains.values()].filter((domain) => domain.zone === zone).length >= MAX_DOMAINS) {
    const message = `zone (${zone.name}) allows (${MAX_DOMAINS}) custom domains`;
    refuse(400, codes.domainLimit, `Custom domain limit reached: ${message}.`);
  }
  for (const { id } of records) zones.dns.delete(id);
  return add(account, zone, hostname, service);
}

function add({ zones }: Account, zone: Zone, hostname: string, service: string): CustomDomain {
  const certificate = randomUUID();
  zones.certificates.push({ id: certificate, hostname });
  const domain = { id: hexId(), zone, hostname, service, certificate };
  zones.domains.set(domain.id, domain);
  const record = { id: hexId(), zone, name: hostname, proxied: true, managed: true };
  zones.dns.set(record.id, { ...record, type: "AAAA", content: "100::" });
  const note = { kind: "CustomDomain", action: "create", name: hostname, id: domain.id } as const;
  zones.journal.note({ ...note, to: service });
  return domain;
}

function takeOver({ zones }: Account, old: CustomDomain, service: string, body: Json) {
  if (old.service === service) return old;
  if (body.override_existing_origin !== true) {
    const message = "already in use by other custom domain";
    refuse(409, codes.domainTaken, `Hostname '${old.hostname}' ${message}`);
  }
  const { hostname: name, id, service: from } = old;
  zones.journal.note({ kind: "CustomDomain", action: "takeover", name, id, from, to: service });
  old.service = service;
  return old;
}

function hostnameOf({ hostname }: Json): string {
  if (typeof hostname !== "string" || hostname === "") {
    return refuse(400, codes.domainBody, "Missing hostname");
  }
  const labels = hostname.split(".");
  const fits = labels.every((label) => label.length <= 63 && LABEL.test(label));
  if (labels.length < 2 || hostname.length > 253 || !fits) {
    refuse(
      400,
      codes.domainHost,
      `Hostname (${hostname}) is invalid. Use a DNS-compliant hostname`,
    );
  }
  return hostname;
}

function zoneFor({ zones }: Account, body: Json, hostname: string): Zone {
  const zone =
    body.zone_id === undefined ? zones.of(hostname) : zones.all.get(String(body.zone_id));
  if (!zone || !isWithin(hostname, zone.name)) {
    const name = zone?.name ?? String(body.zone_id);
    return refuse(
      400,
      codes.domainZone,
      `Hostname (${hostname}) does not belong to zone (${name})`,
    );
  }
  if (zone.status !== "active") {
    refuse(400, codes.domainZone, `zone (${zone.name}) is not active`);
  }
  return zone;
}

function shown({ id, zone, hostname, service, certificate }: CustomDomain): Json {
  return {
    id,
    zone_id: zone.id,
    zone_name: zone.name,
    hostname,
    service,
    environment: "production",
    cert_id: certificate,
  };
}
