/** From rows of a state to what is decided by. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { ALL_KINDS, KINDS, type Kind, specOf, WORKER } from "../../kinds.ts";
import { ownBindings } from "../../state/bindings.ts";
import { claimsOf, hostOf } from "../../state/claims.ts";
import type { RowLocation, StageRowLocation } from "../../state/location.ts";
import { ownerOf } from "../../state/owner.ts";
import {
  deployedName,
  isDeployed,
  isRetained,
  jurisdictionOf,
  pendingRows,
  type Row,
} from "../../state/row.ts";
import type { StageRow } from "./decide.ts";

export type Values = Readonly<Record<string, unknown>>;

/** A row of 0.94, or one that an interrupted replacement has yet to delete. */
export function stageRow(
  { app, stage, scope, row, file }: RowLocation,
  store: string,
  pending = false,
): StageRow {
  const { props = {}, output = {} } = row;
  const wanted = textOf(props.name, props.title);
  const host = hostOf(row);
  return {
    app,
    stage,
    scope,
    store,
    pending,
    id: row.id,
    version: "0.94",
    resource: row.kind,
    status: row.status,
    name: host?.name ?? deployedName(row) ?? wanted,
    identity: host?.identity ?? identityOf(row),
    place: jurisdictionOf(row),
    zone: host?.zone ?? "",
    deployed: isDeployed(row),
    retained: isRetained(row),
    adopted: isAdopted(row),
    elsewhere: claimsOf(row)?.elsewhere ?? false,
    account: textOf(ownerOf(row)?.account, props.accountId, output.accountId) || undefined,
    owner: ownerIn(row),
    workflows: row.kind === WORKER ? workflowsOf(row) : [],
    uses: usesOf(row),
    changed: file === undefined ? undefined : changedAt(file),
    hash: hashOf(row),
  };
}

/** Whether a row tells of replacements that cannot be understood. */
export function isObscure({ row }: StageRowLocation): boolean {
  const pending = row.data?.pendingDeletions;
  return Array.isArray(pending) && pending.length !== pendingRows(row).length;
}

/** The same as long as a row does not change. */
export function hashOf(row: object): string {
  return createHash("sha256").update(JSON.stringify(row)).digest("hex").slice(0, 20);
}

/** What Cloudflare knows a resource by. */
function identityOf(row: Row): string {
  const output = row.output ?? {};
  const identity = specOf(row.kind)?.alchemy.identity;
  // An object's `id` is Alchemy's own.
  return identity ? textOf(output[identity]) : textOf(output.key, output.id);
}

/** The guard notes what was there before. Without it, only the option says that it may have been. */
function isAdopted(row: Row): boolean {
  const owner = ownerOf(row);
  return owner === undefined ? row.props?.adopt === true : owner.adopted === true;
}

function ownerIn(row: Row): StageRow["owner"] {
  const owner = ownerOf(row);
  return owner && { app: owner.app, stage: owner.stage };
}

function workflowsOf(row: Row): string[] {
  const own = ownBindings(row).map(({ workflowName }) => workflowName);
  return [...new Set(own.filter((name) => name !== ""))];
}

/** What a row uses: by the bindings of a Worker, or by the options of what is a part of something. */
function usesOf(row: Row): string[] {
  const { bindings, ...output } = { ...row.props, ...row.output } as Values;
  const bound = row.kind === WORKER ? Object.values((bindings ?? {}) as Values) : [];
  const own = row.kind === WORKER ? deployedName(row) : undefined;
  const uses = bound.flatMap((binding) => usedBy(binding as Values));
  if (specOf(row.kind) !== undefined) return uses.filter((use) => use !== `worker:${own}`);
  const { queue, queueId, bucket, scriptName, script, workerName } = output;
  const queues = textOf(queueId, (queue as Values | undefined)?.id);
  const buckets = textOf((bucket as Values | undefined)?.name);
  const workers = [scriptName, script, workerName].map((one) => textOf(one, nameIn(one)));
  return [
    ...(queues ? [useOf("queue", queues)] : []),
    ...(buckets ? [useOf("bucket", buckets)] : []),
    ...workers.filter(Boolean).map((name) => useOf("worker", name)),
  ];
}

const BY_BINDING = new Map<unknown, Kind>(ALL_KINDS.map(({ binding, kind }) => [binding, kind]));

/** What a binding leads to, in the form of either version. */
export function usedBy(binding: Values | null | undefined): string[] {
  const { type, scriptName, script_name, kind } = binding ?? {};
  const script = textOf(scriptName, script_name);
  const scripts = script ? [useOf("worker", script)] : [];
  // A Worker that is bound as a whole has no `type` of a binding.
  const bound = BY_BINDING.get(type) ?? specOf(textOf(kind))?.kind;
  if (bound === undefined || binding === null || binding === undefined) return scripts;
  const { alchemy, alchemy2 } = KINDS[bound];
  // The API writes with underscores what Alchemy 2 writes in one word.
  const known = [alchemy2.identity, snakeCase(alchemy2.identity), alchemy.identity, "id"];
  const identity = textOf(binding.service, ...known.map((field) => binding[field]));
  return identity ? [useOf(bound, identity), ...scripts] : scripts;
}

export function useOf(kind: Kind, identity: string): string {
  return `${kind}:${identity}`;
}

function snakeCase(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function nameIn(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as Values).name : undefined;
}

/** The first that is a text with something in it. */
export function textOf(...values: unknown[]): string {
  const found = values.find((value) => typeof value === "string" && value !== "");
  return typeof found === "string" ? found : "";
}

export function changedAt(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtime.getTime();
}
