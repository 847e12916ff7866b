/** Zones with their DNS records, Worker routes and custom domains, as an account holds them. */
import { randomUUID } from "node:crypto";
import { codes, refuse } from "../errors.ts";
import type { Journal } from "../log.ts";
import { type Call, param } from "../router.ts";
import type { Ruleset } from "./rulesets.ts";

/** A domain that Cloudflare answers for. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  status: "active" | "pending";
}

/** A DNS record. */
export interface DnsRecord {
  readonly id: string;
  readonly zone: Zone;
  type: string;
  name: string;
  content: string;
  proxied: boolean;
  /** Whether it belongs to a custom domain, which alone may change it. */
  readonly managed: boolean;
}

/** A URL pattern that leads to a script; without one it leads past all Workers. */
export interface WorkerRoute {
  readonly id: string;
  readonly zone: Zone;
  pattern: string;
  script: string | undefined;
}

/** A hostname that belongs to a script. */
export interface CustomDomain {
  /** It stays the same if another script takes the hostname over. */
  readonly id: string;
  readonly zone: Zone;
  readonly hostname: string;
  service: string;
  readonly certificate: string;
}

/** A certificate for one hostname. Nothing but a person deletes it. */
export interface Certificate {
  readonly id: string;
  readonly hostname: string;
}

/** Whether `host` is `zone` or below it. */
export function isWithin(host: string, zone: string): boolean {
  return host === zone || host.endsWith(`.${zone}`);
}

/** A 32-digit id, as zones and routes have them. */
export function hexId(): string {
  return randomUUID().replaceAll("-", "");
}

/** The zones of an account, and all that is in them. Everything is by its id. */
export class Zones {
  readonly all = new Map<string, Zone>();
  readonly dns = new Map<string, DnsRecord>();
  readonly routes = new Map<string, WorkerRoute>();
  readonly domains = new Map<string, CustomDomain>();
  readonly certificates: Certificate[] = [];
  /** By the id of the zone and the phase. */
  readonly rulesets = new Map<string, Ruleset>();
  readonly journal: Journal;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  /** Adds a zone, as a person would in the dashboard. */
  add(name: string, status: Zone["status"] = "active"): Zone {
    const zone = { id: hexId(), name, status };
    this.all.set(zone.id, zone);
    this.journal.note({ kind: "Zone", action: "create", name, id: zone.id });
    return zone;
  }

  /** The zone that a path names. */
  get(call: Call): Zone {
    const zone = this.all.get(param(call, "zone"));
    return zone ?? refuse(404, codes.zoneInvalid, "Invalid zone identifier");
  }

  /** The most specific zone that a hostname is in. */
  of(host: string): Zone | undefined {
    const found = [...this.all.values()].filter(({ name }) => isWithin(host, name));
    return found.sort((a, b) => b.name.length - a.name.length)[0];
  }

  /** Deletes a zone with all that is in it. */
  delete(zone: Zone): void {
    this.all.delete(zone.id);
    for (const held of [this.dns, this.routes, this.domains] as Map<string, { zone: Zone }>[]) {
      for (const [id, { zone: own }] of held) if (own === zone) held.delete(id);
    }
    this.journal.note({ kind: "Zone", action: "delete", name: zone.name, id: zone.id });
  }

  /** Detaches a hostname from its script. Its certificate stays. */
  detach(domain: CustomDomain): void {
    this.domains.delete(domain.id);
    for (const [id, { managed, name }] of this.dns) {
      if (managed && name === domain.hostname) this.dns.delete(id);
    }
    const { hostname: name, id, service: from } = domain;
    this.journal.note({ kind: "CustomDomain", action: "delete", name, id, from });
  }

  /** Removes what leads to a script that is deleted. */
  scriptDeleted(script: string): void {
    for (const route of [...this.routes.values()]) {
      if (route.script !== script) continue;
      this.routes.delete(route.id);
      const { pattern: name, id } = route;
      this.journal.note({ kind: "Route", action: "delete", name, id, from: script });
    }
    for (const domain of [...this.domains.values()]) {
      if (domain.service === script) this.detach(domain);
    }
  }

  /** Follows a script to its new name. */
  scriptRenamed(from: string, to: string): void {
    for (const route of this.routes.values()) if (route.script === from) route.script = to;
    for (const domain of this.domains.values()) if (domain.service === from) domain.service = to;
  }
}
