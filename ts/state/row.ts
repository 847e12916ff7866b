/** Rows of Alchemy's state, as far as the guard looks at them. */

/** A row. `output` has what the resource's function returned, `props` what it was given. */
export interface Row {
  kind: string;
  id: string;
  status: string;
  data: Record<string, unknown>;
  props?: Record<string, unknown>;
  oldProps?: Record<string, unknown>;
  output?: Record<string, unknown>;
}

/** The kind of the rows that stand for nested scopes. */
export const SCOPE = "alchemy::Scope";
/** The kind of the rows that hold Durable Objects and Workflows, as bindings. */
export const WORKER = "cloudflare::Worker";
/** The kind whose resources Alchemy deletes by name, deployed or not. */
export const BUCKET = "cloudflare::R2Bucket";
/** The kinds of the rows that blocks answer for. */
export const DATA: readonly string[] = [
  "cloudflare::D1Database",
  BUCKET,
  "cloudflare::KVNamespace",
  "cloudflare::Queue",
];

/** The physical name that the row holds: KV calls it `title`, all others `name`. */
export function deployedName(row: Row | undefined): string | undefined {
  const name = row?.output?.name ?? row?.output?.title;
  return typeof name === "string" && name !== "" ? name : undefined;
}

/**
 * Whether the account holds the resource. Local mode leaves the account's id empty; buckets have
 * no id and say it in words.
 */
export function isDeployed(row: Row | undefined): boolean {
  const { id, namespaceId, dev } = row?.output ?? {};
  if (deployedName(row) === undefined) return false;
  const made = dev as { isDeployed?: boolean; hasRemote?: boolean } | undefined;
  if (row?.kind === BUCKET) return made?.isDeployed !== false;
  if (row?.kind === WORKER) return made?.hasRemote !== false;
  return Boolean(id || namespaceId);
}

/** Whether Alchemy would leave the resource alone when it deletes the row. */
export function isRetained(row: Row | undefined): boolean {
  return row?.props?.delete === false;
}

/** The kinds that Alchemy creates anew under another name; it renames the others in place. */
export const REPLACED: readonly string[] = ["cloudflare::D1Database", BUCKET];

/** What replacements that did not end have left for deletion, as rows; `row` is a scope's. */
export function pendingRows(row: Pick<Row, "data"> | undefined): Row[] {
  const pending = row?.data?.pendingDeletions;
  if (!Array.isArray(pending)) return [];
  return pending.map(({ resource, oldProps }) => ({
    kind: String(resource?.[Symbol.for("alchemy::ResourceKind")]),
    id: String(resource?.[Symbol.for("alchemy::ResourceID")]),
    status: "deleting",
    data: {},
    props: oldProps,
    output: resource,
  }));
}

/** The jurisdiction that the row is in, `""` for none. */
export function jurisdictionOf(row: Row | undefined): string {
  const jurisdiction = row?.output?.jurisdiction;
  return typeof jurisdiction === "string" && jurisdiction !== "default" ? jurisdiction : "";
}

/** `stored` with its keys in the order of `wanted`, which come first. */
export function inOrderOf(
  wanted: readonly string[],
  stored: Record<string, unknown>,
): Record<string, unknown> {
  const order = [...wanted.filter((key) => Object.hasOwn(stored, key)), ...Object.keys(stored)];
  return Object.fromEntries(order.map((key) => [key, stored[key]]));
}
