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

/** The jurisdiction whose names the row shares, `""` for none: only buckets have names for each. */
export function jurisdictionOf(row: Row | undefined): string {
  if (row?.kind !== BUCKET) return "";
  const jurisdiction = row?.output?.jurisdiction;
  return typeof jurisdiction === "string" && jurisdiction !== "default" ? jurisdiction : "";
}

type Plain = Record<string, unknown>;

/** Anything else is compared by what it says of itself, which has one order. */
function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !("toJSON" in value);
}

/** The keys of `given` that are stored, as text is made of them: what is `undefined` is left out. */
function givenKeys(given: Plain): string[] {
  return Object.keys(given).filter((key) => given[key] !== undefined);
}

/** `stored` with its keys, and those of the values inside, in the order of `given`. */
export function inOrderOf(given: Plain, stored: Plain): Plain {
  const order = givenKeys(given).filter((key) => Object.hasOwn(stored, key));
  const all = [...new Set([...order, ...Object.keys(stored)])];
  return Object.fromEntries(all.map((key) => [key, valueInOrder(given[key], stored[key])]));
}

function valueInOrder(given: unknown, stored: unknown): unknown {
  if (!isPlain(given) || !isPlain(stored) || Array.isArray(given) !== Array.isArray(stored)) {
    return stored;
  }
  if (Array.isArray(stored)) return stored.map((value, at) => valueInOrder(given[at], value));
  return inOrderOf(given, stored);
}

/** Whether {@link inOrderOf} would change nothing of what the two have in common. */
export function isInOrderOf(given: Plain, stored: Plain): boolean {
  const order = Object.keys(stored);
  return givenKeys(given).every((key, at) => {
    return key === order[at] && isValueInOrder(given[key], stored[key]);
  });
}

function isValueInOrder(given: unknown, stored: unknown): boolean {
  return !isPlain(given) || !isPlain(stored) || isInOrderOf(given, stored);
}
