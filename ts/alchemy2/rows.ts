/** Rows of Alchemy 2's state. */
import { hasLocalIdentity, stampedMode } from "alchemy/ProviderMode";
import type { PersistedState, ResourceState } from "alchemy/State";
import { KINDS, type KindSpec, specInAlchemy2 } from "../kinds.ts";
import type { Binding, Resource } from "./facts.ts";

type Values = Readonly<Record<string, unknown>>;

/** The row of a resource; nothing for that of an action. */
export function resourceIn(row: PersistedState | undefined): ResourceState | undefined {
  return row !== undefined && "resourceType" in row ? row : undefined;
}

/** What a row of this stage holds; nothing if it is of no kind that the guard knows. */
export function heldBy(fqn: string, row: ResourceState): Resource | undefined {
  const spec = specInAlchemy2(row.resourceType);
  if (!spec) return undefined;
  const name = deployedName(row);
  return {
    id: fqn,
    resource: row.resourceType,
    instance: row.instanceId,
    name,
    jurisdiction: jurisdictionOf(spec, row.attr ?? row.props),
    retained: row.removalPolicy === "retain",
    replaced: replacedBy(row),
    bindings: classesIn(row.bindings, (script) => script === name),
  };
}

/** What a row of another stage holds in an account; nothing if it is in another account. */
export function foreignIn(
  place: { stack: string; stage: string; id: string },
  row: ResourceState,
  account: string | undefined,
): Resource | undefined {
  const spec = specInAlchemy2(row.resourceType);
  if (!spec || stampedMode(row) === "local") return undefined;
  if (account !== undefined && (textAt(row.attr, "accountId") ?? account) !== account)
    return undefined;
  const name = deployedName(row) ?? writtenName(row.resourceType, row.props);
  const jurisdiction = jurisdictionOf(spec, row.attr ?? row.props);
  return { ...place, resource: row.resourceType, name, replaced: replacedBy(row), jurisdiction };
}

/** The name of what the account holds for a row. A local emulation has none there. */
export function deployedName(row: ResourceState): string | undefined {
  if (row.attr === undefined || stampedMode(row) === "local" || hasLocalIdentity(row.attr)) {
    return undefined;
  }
  return textAt(row.attr, specInAlchemy2(row.resourceType)?.alchemy2.attribute);
}

/** The name that options write; nothing where Alchemy makes it up, or does not know it yet. */
export function writtenName(resource: string, options: unknown): string | undefined {
  return textAt(options, specInAlchemy2(resource)?.alchemy2.naming);
}

/** The names of what an unfinished replacement is about to delete. */
function replacedBy(row: ResourceState): string[] {
  if (row.status !== "replacing" && row.status !== "replaced") return [];
  const name = deployedName(row.old);
  return [...(name === undefined ? [] : [name]), ...replacedBy(row.old)];
}

/** Only R2 has names of their own in each jurisdiction. */
export function jurisdictionOf({ listing }: KindSpec, values: unknown): string {
  if (listing.jurisdictions.length === 0) return "";
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
  bindings: readonly { sid: string; data: unknown }[] | undefined,
  isOwn: (script: unknown) => boolean,
): Binding[] {
  return boundClasses(bindings)
    .filter(({ scriptName }) => scriptName === undefined || isOwn(scriptName))
    .map(({ sid, type, className }) => ({ type, id: sid, className }));
}

/** The classes that a Worker takes over from another one. */
export function transfersIn(
  bindings: readonly { sid: string; data: unknown }[] | undefined,
): string[] {
  const moved = boundClasses(bindings).filter(({ transferredFrom }) => {
    return Array.isArray(transferredFrom) ? transferredFrom.length > 0 : Boolean(transferredFrom);
  });
  return moved.map(({ className }) => className);
}

function boundClasses(bindings: readonly { sid: string; data: unknown }[] = []) {
  const { binding: type } = KINDS["durable-object"];
  return bindings.flatMap(({ sid, data }) => {
    const all: unknown = (data as Values | undefined)?.bindings;
    if (!Array.isArray(all)) return [];
    return (all as BoundClass[]).flatMap(({ className, ...bound }) => {
      if (bound.type !== type || typeof className !== "string") return [];
      return [{ ...bound, sid, type, className }];
    });
  });
}

function textAt(values: unknown, key: string | undefined): string | undefined {
  const value = key ? (values as Values | null | undefined)?.[key] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
