/**
 * Hostnames: domains and routes of Workers, zones and DNS records, whether or not a block declares them.
 *
 * Alchemy attaches, moves and detaches a hostname by its id in the account, whoever has it by then. So
 * each is compared with the account before anything is written, and before it is detached.
 */
import type { CloudflareApiOptions } from "alchemy/cloudflare";
import { bucketOf } from "../../cloudflare/buckets.ts";
import {
  Denied,
  type DnsRecord,
  type HostList,
  HostLists,
  hostOf,
  PERMISSIONS,
  zoneAround,
} from "../../cloudflare/hosts.ts";
import type { HostVerdict } from "../../internals.ts";
import { DOMAIN, ROUTE, WORKER } from "../../kinds.ts";
import { hostIdsOf, hostKeysOf, RECORDS, scriptOf, ZONE } from "../../state/hosts.ts";
import { isBeginning, type Row } from "../../state/row.ts";
import { core, type HostFacts } from "../../wasm.ts";
import { knownScope } from "../scope.ts";
import type { AlchemyScope } from "../types.ts";
import { isHeldElsewhere, noteHeld } from "./held.ts";
import { ownerHere } from "./owners.ts";
import { ownsName } from "./places.ts";
import { judgeRecords, withoutLostRecords } from "./records.ts";
import { accountOf, namedBy } from "./recovery.ts";
import { consentingRun } from "./settings.ts";
import { sharerOfKey } from "./sharers.ts";

const HOSTS = [DOMAIN, ROUTE, ZONE, RECORDS];

/** The lists that are others when one of these was written. */
const CHANGED_BY: Readonly<Record<string, readonly HostList[]>> = {
  [DOMAIN]: ["domains", "records"],
  [ROUTE]: ["routes"],
  [ZONE]: ["zones"],
  [RECORDS]: ["records"],
};

/** One reading of the account for a run of an app. */
const lists = new WeakMap<AlchemyScope, HostLists>();
/** The domains that the Workers of a run attach beside their routes, each with its own record. */
const attached = new WeakMap<AlchemyScope, Set<string>>();
/** The scripts of the Workers that a run has declared. */
const scripts = new WeakMap<AlchemyScope, Set<string>>();
/** The program's own options, by those that the guard has changed while Alchemy acts on them. */
const originals = new WeakMap<object, Record<string, unknown>>();

/** A domain or a route that is about to be written. */
interface Wanted {
  id: string;
  route: boolean;
  name: string;
  script: string;
  zoneId: string | undefined;
  deployed?: string | undefined;
  routeId?: string | undefined;
}

/** Whether a row is of something that has to do with hostnames. */
export function isHostRow({ kind }: Row): boolean {
  return HOSTS.includes(kind);
}

/** Notes a Worker that this run declares: what leads to it is this stage's. */
export function noteScript({ root }: AlchemyScope, script: string | undefined): void {
  if (script === undefined) return;
  scripts.set(root, (scripts.get(root) ?? new Set()).add(script));
}

/**
 * Judges a row before Alchemy writes what it stands for. Has Alchemy adopt what a Worker of this stage
 * holds, which repairs a state that was lost.
 *
 * @throws BlockError `zone-missing`, `hostname-taken`, `route-taken`, `route-swallows`, `dns-missing`,
 *   `tls-uncovered`, `would-orphan`, `would-delete-zone`
 */
export async function judgeHostRow(scope: AlchemyScope, id: string, row: Row): Promise<void> {
  const { kind, props } = row;
  if (scope.local || !props || !isBeginning(row) || !("oldProps" in row)) return;
  if (kind === ZONE) return judgeZone(scope, row);
  if (kind === RECORDS) return judgeRecords(scope, row, listsOf(scope));
  const wanted = wantedBy(id, row);
  if (!wanted) return;
  const declared = knownScope(scope)?.declaredHost(id);
  const verdict = await judgeWanted(scope, { ...wanted, ...declared }, props);
  if (verdict.adopt) change(props, "adopt", true);
  if (verdict.takes) change(props, "overrideExistingOrigin", true);
  if (verdict.keep) change(props, "name", wanted.deployed);
}

/** Takes what only the guard has written out of a row that is done, since rows are compared with options. */
export function settleHostRow(scope: AlchemyScope, row: Row): void {
  const { kind, props, status } = row;
  if (!props || (status !== "created" && status !== "updated")) return;
  Object.assign(props, originals.get(props));
  for (const [option, value] of Object.entries(originals.get(props) ?? {})) {
    if (value === undefined) delete props[option];
  }
  originals.delete(props);
  noteHeld(scope, row);
  const known = lists.get(scope.root);
  for (const list of CHANGED_BY[kind] ?? []) known?.forget(list);
}

/** Judges the domains and routes of a Worker, before its script is uploaded. */
export async function judgeHostsOf(scope: AlchemyScope, id: string, row: Row): Promise<void> {
  if (scope.local) return;
  const { props = {} } = row;
  const { name: script } = namedBy(scope, id, row);
  noteScript(scope, script);
  const domains = (
    (props.domains ?? []) as (string | { domainName: string; zoneId?: string })[]
  ).map((one) =>
    typeof one === "string" ? { name: one } : { name: one.domainName, zoneId: one.zoneId },
  );
  const routes = ((props.routes ?? []) as (string | { pattern: string; zoneId?: string })[]).map(
    (one) => (typeof one === "string" ? { name: one } : { name: one.pattern, zoneId: one.zoneId }),
  );
  const made = attached.get(scope.root) ?? new Set();
  for (const { name } of domains) made.add(name);
  attached.set(scope.root, made);
  for (const [all, route] of [[domains, false] as const, [routes, true] as const]) {
    for (const { name, zoneId } of all) {
      await judgeWanted(scope, { id: name, route, name, script, zoneId }, props);
    }
  }
}

async function judgeWanted(
  scope: AlchemyScope,
  wanted: Wanted,
  props: Record<string, unknown>,
): Promise<HostVerdict> {
  const facts = await factsFor(scope, wanted, props);
  const ownScript =
    scripts.get(scope.root)?.has(wanted.script) || (await ownsName(scope, WORKER, wanted.script));
  return facts.judge(consentingRun(scope), {
    ...wanted,
    ownScript,
    stage: ownerHere(scope).stage,
    domains: [...(attached.get(scope.root) ?? [])],
  });
}

/**
 * A row as Alchemy has to see it to delete what it holds. What belongs to another Worker by now stays, what
 * another row holds as well, and each zone.
 *
 * @throws BlockError `would-delete-zone`
 */
export async function hostForDeletion(scope: AlchemyScope, row: Row): Promise<Row> {
  const { kind, id, props, output } = row;
  const kept = { ...row, props: { ...props, delete: false } };
  const isMoved = hostIdsOf(row).some((key) => isHeldElsewhere(scope, row, key));
  if (isMoved && kind !== RECORDS) return kept;
  if (kind === ZONE) {
    if (props?.delete !== true || (await isShared(scope, row))) return kept;
    if (scope.root.phase !== "destroy") {
      consentingRun(scope).judgeZoneDeletion(id, String(output?.name ?? id));
    }
    return row;
  }
  if (kind === RECORDS) return withoutLostRecords(scope, row, listsOf(scope));
  const now = await holderNow(scope, row);
  const isOthers = now !== undefined && now !== scriptOf(row);
  if (isOthers) return (await ownsName(scope, WORKER, now)) ? row : kept;
  return (await isShared(scope, row)) ? kept : row;
}

/** Whether another app or stage holds the same, as far as the store can tell. */
async function isShared(scope: AlchemyScope, row: Row): Promise<boolean> {
  const owners = hostKeysOf(row).map((key) => sharerOfKey(scope, key));
  return (await Promise.all(owners)).some((owner) => owner !== undefined);
}

/** The script that has a domain or a route by now, as far as the account says it. */
async function holderNow(scope: AlchemyScope, { kind, props, output }: Row) {
  const options = (props ?? {}) as CloudflareApiOptions;
  const known = listsOf(scope);
  if (kind === DOMAIN) {
    const all = await known.domains(options);
    return all?.find(({ id }) => id === output?.id)?.script;
  }
  const all = await known.routes(String(output?.zoneId), options);
  return all?.find(({ id }) => id === output?.id)?.script;
}

function wantedBy(id: string, { kind, props = {}, output }: Row): Wanted | undefined {
  const zoneId = typeof props.zoneId === "string" ? props.zoneId : undefined;
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  if (kind === DOMAIN) {
    const [name, script] = [text(props.name), text(props.workerName)];
    const deployed = text(output?.name);
    return name && script ? { id, route: false, name, script, zoneId, deployed } : undefined;
  }
  const script = text(props.script) ?? text((props.script as { name?: unknown } | undefined)?.name);
  const name = text(props.pattern);
  const routeId = text(output?.id);
  return name && script ? { id, route: true, name, script, zoneId, routeId } : undefined;
}

function change(props: Record<string, unknown>, option: string, value: unknown): void {
  const before = originals.get(props) ?? {};
  if (!(option in before)) before[option] = props[option];
  originals.set(props, before);
  props[option] = value;
}

async function judgeZone(scope: AlchemyScope, { props = {}, output }: Row): Promise<void> {
  if (output?.id !== undefined) return;
  const zones = await listsOf(scope).zones(props as CloudflareApiOptions);
  const facts = new (core().HostFacts)({ zones });
  facts.judgeZone(consentingRun(scope), String(props.name), ownerHere(scope).stage);
}

/** What the account holds that a claim can meet. */
async function factsFor(
  scope: AlchemyScope,
  { name, route, zoneId }: Wanted,
  props: Record<string, unknown>,
): Promise<HostFacts> {
  const options = props as CloudflareApiOptions;
  const known = listsOf(scope);
  const zones = await known.zones(options);
  const host = hostOf(name);
  const zone = zoneId ?? zoneAround(host, zones)?.id;
  const own = async <T extends { script: string | undefined }>(all: T[] | undefined) =>
    all &&
    Promise.all(
      all.map(async (one) => ({
        ...one,
        ours: one.script !== undefined && (await ownsName(scope, WORKER, one.script)),
      })),
    );
  return new (core().HostFacts)({
    zones,
    domains: await own(await known.domains(options)),
    routes: zone === undefined ? undefined : await own(await known.routes(zone, options)),
    records:
      zone === undefined
        ? undefined
        : await withBucket(scope, host, await known.records(zone, options), options),
    certificates:
      zone === undefined || !route
        ? undefined
        : (await known.certificates(zone, options))?.flatMap(({ hosts }) => hosts),
  });
}

/** The records, with the bucket that one of a hostname leads to. */
async function withBucket(
  scope: AlchemyScope,
  host: string,
  records: DnsRecord[] | undefined,
  options: CloudflareApiOptions,
) {
  const account = accountOf(scope);
  const isIts = ({ name, leadsToBucket }: DnsRecord) => leadsToBucket && name === host;
  if (!account || !records?.some(isIts)) return records;
  const bucket = (await bucketOf(account, host, options)) ?? "";
  return records.map((record) => (isIts(record) ? { ...record, bucket } : record));
}

function listsOf(scope: AlchemyScope): HostLists {
  let known = lists.get(scope.root);
  if (!known) {
    known = new HostLists(
      (options) => {
        const account = accountOf(scope);
        if (!account) throw new Error("no account is known here");
        return account.api(options);
      },
      (what, error) => {
        if (error instanceof Denied) consentingRun(scope).warnUnread(what, PERMISSIONS[what]);
      },
    );
    lists.set(scope.root, known);
  }
  return known;
}
