/** Rows of Alchemy's state. */
import { BUCKET, DOMAIN, ROUTE, specOf, WORKER } from "../kinds.ts";
import { ownerOf } from "./owner.ts";

/** A row. `output` has what the resource's function returned, `props` what it was given. */
export interface Row {
  /** Alchemy's type of resource, such as `cloudflare::D1Database`. */
  kind: string;
  id: string;
  /** The app, the stage, the scopes and the id, with slashes between them. */
  fqn?: string;
  status: string;
  data: Record<string, unknown>;
  props?: Record<string, unknown>;
  oldProps?: Record<string, unknown>;
  output?: Record<string, unknown>;
}

/** The type of the rows that stand for nested scopes. */
export const SCOPE = "alchemy::Scope";

/** Whether `value` has what every row has. */
export function isRow(value: unknown): value is Row {
  const { kind, id } = (value ?? {}) as Partial<Row>;
  return typeof kind === "string" && typeof id === "string";
}

/** Whether `value` is a row of Alchemy 2. */
export function isRowOfAlchemy2(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "resourceType" in value || "instanceId" in value || "actionType" in value;
}

/** A row has the form of Alchemy 2, and is where Alchemy 2 has none. */
export class WrittenByAlchemy2 extends Error {
  constructor() {
    super("written by Alchemy 2, which keeps no rows there");
  }
}

/** The physical name that the row holds. */
export function deployedName(row: Row | undefined): string | undefined {
  const name = row?.output?.[specOf(row.kind)?.alchemy.attribute ?? "name"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** The hostname or the pattern that the row of a domain or a route holds. Local mode attaches none. */
export function deployedHost({ kind, output = {} }: Row): string | undefined {
  const name = kind === DOMAIN ? output.name : kind === ROUTE ? output.pattern : undefined;
  const isNone = String(output.id ?? "noop").startsWith("noop");
  return typeof name === "string" && !isNone ? name : undefined;
}

/**
 * Whether the account holds the resource. Local mode leaves the account's id empty; buckets have no
 * id, and say it in words.
 */
export function isDeployed(row: Row | undefined): boolean {
  if (row === undefined || deployedName(row) === undefined) return false;
  const made = row.output?.dev as { isDeployed?: boolean; hasRemote?: boolean } | undefined;
  if (row.kind === BUCKET) return made?.isDeployed !== false;
  if (row.kind === WORKER) return made?.hasRemote !== false;
  return Boolean(row.output?.[specOf(row.kind)?.alchemy.identity ?? "id"]);
}

/** The name that the options give, if they give one. */
export function givenName(resource: string, props: Row["props"]): unknown {
  const options = specOf(resource)?.alchemy.naming ?? ["name"];
  return options.map((option) => props?.[option]).find((name) => name !== undefined);
}

/**
 * Whether the resource stays in the account when Alchemy deletes the row: as its stored options say,
 * or as the guard has noted where they say nothing.
 */
export function isRetained(row: Pick<Row, "props" | "data"> | undefined): boolean {
  const written = row?.props?.delete;
  return typeof written === "boolean" ? !written : ownerOf(row)?.retained === true;
}

/** Whether Alchemy is about to call Cloudflare for the row. */
export function isBeginning({ status }: Row): boolean {
  return status === "creating" || status === "updating";
}

/** The jurisdiction of a bucket, which has names of its own; empty for the default one. */
export function jurisdictionOf(row: Row | undefined): string {
  if (row?.kind !== BUCKET) return "";
  const jurisdiction = row?.output?.jurisdiction;
  return typeof jurisdiction === "string" && jurisdiction !== "default" ? jurisdiction : "";
}

/** What no two resources of an account have in common, as a key. */
export function nameKey(resource: string, name: string, jurisdiction: string): string {
  return JSON.stringify([resource, name, jurisdiction]);
}

interface Pending {
  resource?: Record<string | symbol, unknown> | null;
  oldProps?: Record<string, unknown>;
}

/**
 * What interrupted replacements in a scope are about to delete, as rows. `scopeRow` is the row that
 * stands for the scope.
 */
export function pendingRows(scopeRow: Pick<Row, "data"> | undefined): Row[] {
  const pending = scopeRow?.data?.pendingDeletions;
  if (!Array.isArray(pending)) return [];
  return (pending as (Pending | null)[]).flatMap((one) => {
    const resource = one?.resource;
    if (typeof resource !== "object" || resource === null) return [];
    return [
      {
        kind: fieldOf(resource, "ResourceKind"),
        id: fieldOf(resource, "ResourceID"),
        status: "deleting",
        data: {},
        ...(one?.oldProps ? { props: { ...one.oldProps } } : {}),
        output: resource as Record<string, unknown>,
      },
    ];
  });
}

/** A field of Alchemy's: a symbol in the program, and its text in a file. */
function fieldOf(resource: Record<string | symbol, unknown>, field: string): string {
  const name = `alchemy::${field}`;
  return String(resource[Symbol.for(name)] ?? resource[`Symbol(${name})`] ?? "");
}
