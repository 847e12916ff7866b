/** From rows of Alchemy 2's state to what is decided by. */
import { specInAlchemy2 } from "../../kinds.ts";
import {
  attributesOf,
  claimsIn,
  isLocal,
  jurisdictionIn,
  type Row2,
  textAt,
  withReplaced,
} from "../../state/alchemy2.ts";
import type { RowLocation2 } from "../../state/location.ts";
import type { StageRow } from "./decide.ts";
import { changedAt, hashOf, textOf, usedBy, useOf, type Values } from "./rows.ts";

/** What a row stands for, with what the API needs to know of it. */
export interface Made {
  row: StageRow;
  ids: Values;
}

/** A hostname in the options of a Worker: Alchemy 2 has no row for it. */
export const DOMAIN = "Cloudflare.Workers.Domain";
export const ROUTE = "Cloudflare.Workers.Route";
/** What Alchemy 2 writes into the rules of a zone, among those of others: it has no rows for it either. */
export const REDIRECT = "Cloudflare.Workers.Redirect";
export const AFFINITY = "Cloudflare.Workers.Affinity";

/** The row itself comes first; the rest goes with it: what it replaces, and what a Worker has on zones. */
export function stageRows2(location: RowLocation2, store: string): Made[] {
  return withReplaced(location.row).flatMap((row, at) => {
    const one = made(location, row, store, at > 0);
    return [one, ...partsOf(one)];
  });
}

function made(
  { stack: app, stage, row: { fqn, resourceType: resource }, file }: RowLocation2,
  row: Row2,
  store: string,
  pending: boolean,
): Made {
  const spec = specInAlchemy2(resource);
  const attr = attributesOf(row) ?? {};
  const ids: Values = { ...row.props, ...attr };
  const [claims] = claimsIn({ ...row, fqn, resourceType: resource });
  const wanted = isLocal(row) ? "" : textOf(row.props?.[spec?.alchemy2.naming ?? ""]);
  return {
    ids,
    row: {
      app,
      stage,
      store,
      version: "2",
      scope: pending ? [fqn] : [],
      id: fqn,
      resource,
      status: row.status,
      name: claims?.own.name ?? wanted,
      identity: identityOf(resource, attr),
      place: spec === undefined ? "" : jurisdictionIn(spec, ids),
      deployed: claims !== undefined,
      retained: row.removalPolicy === "retain",
      // It notes nowhere what it has adopted.
      adopted: false,
      elsewhere: claims?.elsewhere ?? false,
      pending,
      account: textAt(attr, "accountId"),
      zone: "",
      workflows: [],
      uses: usesOf(row, ids),
      changed: file === undefined ? undefined : changedAt(file),
      hash: hashOf(row),
    },
  };
}

/** What Cloudflare knows a resource, or a part of one, by. */
function identityOf(resource: string, attr: Values): string {
  const identity = specInAlchemy2(resource)?.alchemy2.identity;
  return identity ? textOf(attr[identity]) : textOf(attr.consumerId, attr.routeId);
}

/** By the bindings of a Worker, or by the options of what is a part of something. */
function usesOf({ bindings }: Row2, ids: Values): string[] {
  const { queueId, scriptName, script, workerName, resourceType: _ } = ids;
  if (textOf(workerName) !== "") {
    const own = useOf("worker", textOf(workerName));
    return (bindings ?? []).flatMap(boundIn).filter((use) => use !== own);
  }
  const [queue, worker] = [textOf(queueId), textOf(scriptName, script)];
  return [
    ...(queue && worker ? [useOf("queue", queue)] : []),
    ...(worker ? [useOf("worker", worker)] : []),
  ];
}

function boundIn({ data }: { data: unknown }): string[] {
  const all: unknown = (data as Values | null | undefined)?.bindings;
  return Array.isArray(all) ? all.flatMap((binding) => usedBy(binding as Values)) : [];
}

/** What a Worker has outside of its script, which goes before it. */
function partsOf({ row, ids }: Made): Made[] {
  const { domain, domains, routes, affinityZoneIds } = ids;
  if (specInAlchemy2(row.resource)?.kind !== "worker" || !row.deployed || row.elsewhere) return [];
  const part = (resource: string, name: string, identity: string, more: Values): Made => {
    const scope = [...row.scope, row.id];
    const hash = hashOf({ of: row.hash, resource, name });
    const uses = [useOf("worker", row.identity)];
    const own = { resource, name, identity, scope, hash, uses, id: name, deployed: false };
    return { row: { ...row, ...own }, ids: { ...more, scriptName: row.name } };
  };
  const { name, aliases, redirects } = (domain ?? {}) as Values;
  // Older rows have a list of them.
  const hosts = textsIn([name, ...[aliases, redirects, domains].flatMap(listIn)]);
  return [
    ...hosts.map((host) => part(DOMAIN, host, host, {})),
    ...listIn(routes).map((route) => {
      const { id, pattern, zoneId } = (route ?? {}) as Values;
      return part(ROUTE, textOf(pattern), textOf(id), { zoneId });
    }),
    ...textsIn(listIn(redirects)).map((host) => part(REDIRECT, host, host, {})),
    // Many Workers can have such rules in one zone.
    ...textsIn(listIn(affinityZoneIds)).map((zoneId) => {
      return part(AFFINITY, zoneId, `${zoneId} ${row.name}`, { zoneId });
    }),
  ];
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsIn(values: readonly unknown[]): string[] {
  return [...new Set(values.map((value) => textOf(value)).filter((text) => text !== ""))];
}
