/** From a row of Alchemy's state to claims. */

import { BUCKET, WORKER } from "../../../kinds.ts";
import { ownBindings } from "../../../state/bindings.ts";
import {
  deployedName,
  isDeployed,
  isRetained,
  jurisdictionOf,
  type Row,
} from "../../../state/row.ts";
import type { Claim } from "../report.ts";

/** Where a row lies. */
export interface At {
  app: string;
  stage: string;
  scope: readonly string[];
}

/** Our kinds by Alchemy's types. */
const KINDS: Readonly<Record<string, string | undefined>> = {
  "cloudflare::D1Database": "database",
  [BUCKET]: "bucket",
  "cloudflare::KVNamespace": "kv",
  "cloudflare::Queue": "queue",
  [WORKER]: "worker",
};

/** Whether `value` has what rows have. */
export function isRow(value: unknown): value is Row {
  const { kind, id } = (value ?? {}) as Partial<Row>;
  return typeof kind === "string" && typeof id === "string";
}

/** What the row takes: a Worker also the classes and workflows of its script. */
export function claimsOf(row: Row, at: At): Claim[] {
  const kind = KINDS[row.kind];
  const name = deployedName(row);
  if (kind === undefined || name === undefined || !isDeployed(row) || isElsewhere(row)) return [];
  const place = jurisdictionOf(row);
  const common = {
    app: at.app,
    stage: at.stage,
    source: "state",
    ...(isRetained(row) ? { retained: true } : {}),
    ...(row.status === "deleting" || row.status === "deleted" ? { deleting: true } : {}),
  } as const;
  const id = (own: string) => [...at.scope, own].join("/");
  const own = {
    ...common,
    kind,
    name,
    id: id(row.id),
    ...(kind === "bucket" && place ? { place } : {}),
  };
  if (row.kind !== WORKER) return [own];
  const classes = ownBindings(row).map((binding): Claim => {
    const named =
      binding.type === "workflow"
        ? { kind: "workflow", name: binding.workflowName }
        : { kind: "durable-object", name: `${name}/${binding.className}` };
    return { ...common, ...named, id: id(binding.id) };
  });
  return [own, ...classes.filter((claim) => claim.name !== "")];
}

/** How the names of Alchemy's fields are written in a file, and how a store gives them. */
function fieldOf(resource: object, field: string): string {
  const name = `alchemy::${field}`;
  const fields = resource as Record<string | symbol, unknown>;
  return String(fields[Symbol.for(name)] ?? fields[`Symbol(${name})`] ?? "");
}

/** What replacements in a scope have left to be deleted; `row` is the scope's own. */
export function leftIn(row: Row, at: At): Claim[] {
  const pending = row.data?.pendingDeletions;
  if (!Array.isArray(pending)) return [];
  return pending.flatMap((one: { resource?: Record<string, unknown>; oldProps?: object }) => {
    const { resource, oldProps } = one ?? {};
    if (typeof resource !== "object" || resource === null) return [];
    const props = oldProps === undefined ? {} : { props: { ...oldProps } };
    const kind = fieldOf(resource, "ResourceKind");
    const id = fieldOf(resource, "ResourceID");
    return claimsOf({ kind, id, status: "deleting", data: {}, output: resource, ...props }, at);
  });
}

/** A Worker in a dispatch namespace, or a version that is not deployed: it takes no name. */
function isElsewhere({ kind, props }: Row): boolean {
  return kind === WORKER && Boolean(props?.namespace ?? props?.version);
}
