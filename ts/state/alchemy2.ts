/** Rows of Alchemy 2's state, and what they take in the account. */
import { KINDS, type KindSpec, specInAlchemy2 } from "../kinds.ts";
import { cronsIn, type RowClaim, type RowClaims } from "./claims.ts";

type Values = Readonly<Record<string, unknown>>;

/** A row. `attr` has what Cloudflare answered, `props` what the program gave. */
export interface Row2 {
  resourceType: string;
  status: string;
  /** The namespaces and the id, with slashes between them. */
  fqn: string;
  /** What stays the same when the resource gets another id. */
  instanceId?: string;
  props?: Values | null;
  attr?: Values | null;
  bindings?: readonly Bound[] | null;
  removalPolicy?: string;
  providerMode?: string;
  /** What the row was before an update, or what a replacement that did not end will delete. */
  old?: Partial<Row2>;
}

/** What is bound to a Worker under the key `sid`. */
export interface Bound {
  sid: string;
  data: unknown;
}

/** A class that a Worker's own script has. */
export interface OwnClass {
  type: string;
  /** The key of the binding, by which Alchemy 2 knows the class. */
  id: string;
  className: string;
}

const STATUSES = [
  "creating",
  "created",
  "updating",
  "updated",
  "deleting",
  "replacing",
  "replaced",
];
/** In these, `old` is another resource than the row's own. */
const REPLACEMENTS = ["replacing", "replaced"];
/** What the ids of emulated resources begin with. */
const LOCAL = "dev:";

/** Whether a value is a row of an action, which holds nothing. */
export function isAction(value: unknown): boolean {
  return (value as Values | null)?.kind === "action" && !("resourceType" in (value as Values));
}

/**
 * What is wrong with a row; nothing if it can be read.
 *
 * A row of a kind that the catalogue has must say what the account holds: what is not known may not be
 * taken for absent.
 */
export function faultOf(value: unknown): string | undefined {
  const { resourceType, status, fqn = "", attr, props, bindings, old } = (value ?? {}) as Values;
  if (typeof resourceType !== "string") return "it has no `resourceType`";
  if (typeof fqn !== "string") return "its `fqn` is no text";
  if (typeof status !== "string" || !STATUSES.includes(status)) return "its `status` is unknown";
  if (!isObject(attr) || !isObject(props)) return "its `attr` or its `props` are no object";
  if (!areBindings(bindings)) return "its `bindings` are none";
  const row = value as Row2;
  const isMade = status === "created" || status === "updated" || status === "replaced";
  const { attribute = "" } = specInAlchemy2(resourceType)?.alchemy2 ?? {};
  if (isMade && attribute !== "" && !isLocal(row) && textAt(attr, attribute) === undefined) {
    return `its \`attr\` has no \`${attribute}\``;
  }
  if (!REPLACEMENTS.includes(status)) return undefined;
  const fault = faultOf({ resourceType, ...(old as object | undefined) });
  return fault === undefined ? undefined : `what it replaces cannot be read: ${fault}`;
}

function isObject(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === "object" && !Array.isArray(value))
  );
}

function areBindings(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) && value.every((one: Bound | null) => typeof one?.sid === "string");
}

/** What a row takes, and what unfinished replacements will delete: the row itself comes first. */
export function claimsIn(row: Row2): RowClaims[] {
  const spec = specInAlchemy2(row.resourceType);
  if (spec === undefined) return [];
  const own = claimsWith(spec, row, row.status === "deleting");
  const replaced = withReplaced(row)
    .slice(1)
    .flatMap((one) => claimsWith(spec, one, true));
  return [...own, ...replaced];
}

/** A row, and what the replacements that it tells of will delete. */
export function withReplaced(row: Row2): Row2[] {
  const { resourceType, fqn, removalPolicy = "", old } = row;
  if (old === undefined || !REPLACEMENTS.includes(row.status)) return [row];
  // What is retained now is retained when it is replaced.
  return [row, ...withReplaced({ status: "created", ...old, resourceType, fqn, removalPolicy })];
}

function claimsWith(spec: KindSpec, row: Row2, deleting: boolean): RowClaims[] {
  const attr = attributesOf(row);
  const name = textAt(attr, spec.alchemy2.attribute);
  if (name === undefined || isLocal(row)) return [];
  const own: RowClaim = {
    kind: spec.kind,
    name,
    id: row.fqn,
    jurisdiction: jurisdictionIn(spec, attr ?? row.props),
  };
  const classes = classesIn(row.bindings ?? [], (script) => script === name);
  return [
    {
      own,
      classes: classes.map(({ id, className }): RowClaim => {
        return { kind: "durable-object", name: `${name}/${className}`, id, jurisdiction: "" };
      }),
      // They have rows of their own.
      workflows: [],
      retained: row.removalPolicy === "retain",
      deleting,
      elsewhere: spec.kind === "worker" && isPartOfOther({ ...row.props, ...attr }),
      account: textAt(attr, "accountId"),
      crons: spec.kind === "worker" ? cronsIn(attr ?? undefined) : 0,
    },
  ];
}

/** Whether a Worker is in a dispatch namespace, or a version or a preview of another one, whose name it has. */
function isPartOfOther({ namespace, versionOf, previewOf }: Values): boolean {
  return Boolean(namespace ?? versionOf ?? previewOf);
}

/** What a row that is being updated has may be only in what it was before. */
export function attributesOf({ status, attr, old }: Row2): Values | null | undefined {
  return attr ?? (status === "updating" ? old?.attr : undefined);
}

/** Whether `alchemy dev` has emulated the resource, so that no account has it. */
export function isLocal(row: Pick<Row2, "providerMode" | "attr">): boolean {
  return row.providerMode === undefined ? hasLocalId(row.attr) : row.providerMode === "local";
}

function hasLocalId(value: unknown): boolean {
  if (typeof value === "string") return value.startsWith(LOCAL);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasLocalId);
}

/** Whether the options or attributes of a Worker put it into a dispatch namespace. */
export function isDispatched(values: unknown): boolean {
  return Boolean((values as Values | null | undefined)?.namespace);
}

/** Only R2 has names of their own in each jurisdiction. */
export function jurisdictionIn({ listing }: KindSpec, values: unknown): string {
  if (!listing?.jurisdictions.length) return "";
  const jurisdiction = textAt(values, "jurisdiction");
  return jurisdiction === undefined || jurisdiction === "default" ? "" : jurisdiction;
}

/** What Alchemy binds: an option may be an `Output` that has no value yet. */
interface BoundClass {
  type?: unknown;
  className?: unknown;
  scriptName?: unknown;
  transferredFrom?: unknown;
}

/** The classes among a Worker's bindings that its own script has. */
export function classesIn(
  bindings: readonly Bound[],
  isOwn: (script: unknown) => boolean,
): OwnClass[] {
  return boundClasses(bindings)
    .filter(({ scriptName }) => scriptName === undefined || isOwn(scriptName))
    .map(({ sid, type, className }) => ({ type, id: sid, className }));
}

/** The classes among a Worker's bindings that other scripts have. */
export function borrowedIn(
  bindings: readonly Bound[],
  isOwn: (script: unknown) => boolean,
): string[] {
  return boundClasses(bindings)
    .filter(({ scriptName }) => scriptName !== undefined && !isOwn(scriptName))
    .map(({ className }) => className);
}

/** The classes that a Worker takes over from others, and what `transferredFrom` says of these. */
export function transfersIn(bindings: readonly Bound[]): { className: string; from: unknown[] }[] {
  return boundClasses(bindings).flatMap(({ className, transferredFrom }) => {
    const from = [transferredFrom ?? []].flat();
    return from.length > 0 ? [{ className, from }] : [];
  });
}

function boundClasses(bindings: readonly Bound[]) {
  const { binding: type } = KINDS["durable-object"];
  return bindings.flatMap(({ sid, data }) => {
    const all: unknown = (data as Values | null | undefined)?.bindings;
    if (!Array.isArray(all)) return [];
    return (all as (BoundClass | null)[]).flatMap((bound) => {
      const { className } = bound ?? {};
      if (bound?.type !== type || typeof className !== "string") return [];
      return [{ ...bound, sid, type, className }];
    });
  });
}

/** A text with something in it. */
export function textAt(values: unknown, key: string | undefined): string | undefined {
  const value = key ? (values as Values | null | undefined)?.[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
