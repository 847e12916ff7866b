/** Zones and DNS records over HTTP. Paths are relative to `/client/v4`. */
import { codes, refuse } from "../errors.ts";
import { type Call, type Json, objectOf, page, param, type Route, route } from "../router.ts";
import { type DnsRecord, hexId, isWithin, type Zone, type Zones } from "./zones.ts";

const DATE = "2026-01-01T00:00:00Z";
// The documentation says 5 or more, but Alchemy 2 finds its zones by pages of one.
const PAGES = { code: codes.zoneInvalid, min: 1, max: 50, standard: 20, totalPages: true };
const RECORDS = { code: codes.dnsInvalid, min: 1, max: 5000, standard: 100, totalPages: true };
/** Records that say where a host is. */
const ADDRESSES = ["A", "AAAA", "CNAME"];

/** Answers for the zones of one account. */
export function zoneRoutes(zones: Zones, account: string): Route[] {
  return [
    route("POST", "/zones", (call) => ({ result: shown(create(zones, call), account) })),
    route("GET", "/zones/:zone", (call) => ({ result: shown(zones.get(call), account) })),
    route("DELETE", "/zones/:zone", (call) => {
      const zone = zones.get(call);
      zones.delete(zone);
      return { result: { id: zone.id } };
    }),
    route("GET", "/zones/:zone/settings", (call) => {
      zones.get(call);
      return { result: [] };
    }),
    route("PATCH", "/zones/:zone/settings/:setting", (call) => {
      zones.get(call);
      const { value } = objectOf(call, codes.zoneInvalid);
      return { result: { id: param(call, "setting"), value } };
    }),
    route("GET", "/zones/:zone/ssl/certificate_packs", (call) => {
      const { name } = zones.get(call);
      const own = zones.certificates.filter(({ hostname }) => isWithin(hostname, name));
      const universal = { id: `universal-${name}`, type: "universal", hosts: [name, `*.${name}`] };
      const packs = own.map(({ id, hostname }) => ({ id, type: "advanced", hosts: [hostname] }));
      return { result: [universal, ...packs].map((pack) => ({ ...pack, status: "active" })) };
    }),
    ...dnsRoutes(zones),
  ];
}

/** Lists the zones that a token may see; `all` are those with the ids of their accounts. */
export function listZones(call: Call, all: readonly (readonly [Zone, string])[]) {
  const [name, account] = [call.query.get("name"), call.query.get("account.id")];
  const found = all.filter(([zone, id]) => {
    return (name === null || zone.name === name) && (account === null || id === account);
  });
  return page(
    call,
    found.map(([zone, id]) => shown(zone, id)),
    PAGES,
  );
}

function create(zones: Zones, call: Call): Zone {
  const { name } = objectOf(call, codes.zoneInvalid);
  const isDomain = typeof name === "string" && name.includes(".");
  if (!isDomain) return refuse(400, codes.zoneInvalid, "Invalid zone name");
  if ([...zones.all.values()].some((zone) => zone.name === name)) {
    refuse(400, codes.zoneExists, `${name} already exists`);
  }
  // Until its name servers are Cloudflare's.
  return zones.add(name, "pending");
}

function shown({ id, name, status }: Zone, account: string): Json {
  return {
    id,
    name,
    status,
    paused: false,
    type: "full",
    account: { id: account, name: account },
    name_servers: ["a.ns.cloudflare.com", "b.ns.cloudflare.com"],
    original_name_servers: null,
    created_on: DATE,
    modified_on: DATE,
    activated_on: status === "active" ? DATE : null,
  };
}

function dnsRoutes(zones: Zones): Route[] {
  const path = "/zones/:zone/dns_records";
  return [
    route("GET", path, (call) => {
      const zone = zones.get(call);
      const [name, type] = [call.query.get("name"), call.query.get("type")];
      const found = [...zones.dns.values()].filter((record) => {
        const { zone: own, name: host, type: kind } = record;
        return own === zone && (name ?? host) === host && (type ?? kind) === kind;
      });
      return page(call, found.map(shownRecord), RECORDS);
    }),
    route("POST", path, (call) => {
      const zone = zones.get(call);
      const record = { id: hexId(), zone, managed: false, ...checked(zones, call, zone) };
      zones.dns.set(record.id, record);
      note(zones, "create", record);
      return { result: shownRecord(record) };
    }),
    route("PUT", `${path}/:record`, (call) => {
      const record = recordOf(zones, call);
      Object.assign(record, checked(zones, call, record.zone, record));
      note(zones, "update", record);
      return { result: shownRecord(record) };
    }),
    route("DELETE", `${path}/:record`, (call) => {
      const record = recordOf(zones, call);
      zones.dns.delete(record.id);
      note(zones, "delete", record);
      return { result: { id: record.id } };
    }),
  ];
}

function note({ journal }: Zones, action: "create" | "update" | "delete", record: DnsRecord): void {
  const { id, name, type } = record;
  journal.note({ kind: "DnsRecord", action, name: `${type} ${name}`, id });
}

function recordOf(zones: Zones, call: Call): DnsRecord {
  zones.get(call);
  const record = zones.dns.get(param(call, "record"));
  if (!record) return refuse(404, codes.dnsMissing, "Record does not exist.");
  if (record.managed) refuse(400, codes.dnsManaged, "This record is managed by Workers.");
  return record;
}

function checked(zones: Zones, call: Call, zone: Zone, self?: DnsRecord) {
  const body = objectOf(call, codes.dnsInvalid);
  const { type, content } = body;
  if (typeof body.name !== "string" || typeof type !== "string" || typeof content !== "string") {
    return refuse(400, codes.dnsInvalid, "DNS Validation Error");
  }
  const name = body.name.toLowerCase().replace(/^@$/, zone.name);
  if (!isWithin(name, zone.name)) refuse(400, codes.dnsInvalid, "DNS name is invalid.");
  const same = [...zones.dns.values()].filter((one) => one.name === name && one !== self);
  if (same.some(({ managed }) => managed)) {
    refuse(400, codes.dnsManaged, "A DNS record managed by Workers already exists on that host.");
  }
  if (same.some((one) => one.type === type && one.content === content)) {
    refuse(400, codes.dnsIdentical, "An identical record already exists.");
  }
  const excludes = (kind: string) => kind === "CNAME" && ADDRESSES.includes(type);
  if (
    same.some((one) => excludes(one.type) || (type === "CNAME" && ADDRESSES.includes(one.type)))
  ) {
    refuse(400, codes.dnsConflict, "An A, AAAA, or CNAME record with that host already exists.");
  }
  return { type, name, content, proxied: body.proxied === true };
}

function shownRecord({ id, zone, type, name, content, proxied, managed }: DnsRecord): Json {
  const meta = { auto_added: false, ...(managed ? { read_only: true } : {}) };
  const dates = { created_on: DATE, modified_on: DATE };
  return { id, zone_id: zone.id, type, name, content, proxied, ttl: 1, meta, ...dates };
}

/** Whether another record than that of a custom domain says where a host is. */
export function externalRecords(zones: Zones, host: string): DnsRecord[] {
  return [...zones.dns.values()].filter(({ managed, name, type }) => {
    return !managed && name === host && ADDRESSES.includes(type);
  });
}
