/** Rows of Alchemy 2's state. */
import { hasLocalIdentity, stampedMode } from "alchemy/ProviderMode";
import type { PersistedState, ResourceState } from "alchemy/State";
import { specInAlchemy2 } from "../kinds.ts";
import { classesIn, isDispatched, jurisdictionIn, textAt } from "../state/alchemy2.ts";
import type { Resource } from "./facts.ts";
import { placeHeld } from "./places.ts";

/** The row of a resource; nothing for that of an action. */
export function resourceIn(row: PersistedState | undefined): ResourceState | undefined {
  return row !== undefined && "resourceType" in row ? row : undefined;
}

/** What a row of this stage holds; nothing if it is of no kind that the guard knows. */
export function heldBy(fqn: string, row: ResourceState): Resource | undefined {
  const spec = specInAlchemy2(row.resourceType);
  if (!spec) return undefined;
  const name = deployedName(row) ?? interruptedName(row);
  return {
    id: fqn,
    resource: row.resourceType,
    instance: row.instanceId,
    account: name === undefined ? undefined : textAt(row.attr, "accountId"),
    name,
    jurisdiction: jurisdictionIn(spec, row.attr ?? row.props),
    location: name === undefined ? undefined : placeHeld(row),
    retained: row.removalPolicy === "retain",
    replaced: replacedBy(row),
    bindings: classesIn(row.bindings ?? [], (script) => script === name),
    dispatched: isDispatched(row.props) || isDispatched(row.attr),
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
  const jurisdiction = jurisdictionIn(spec, row.attr ?? row.props);
  return { ...place, resource: row.resourceType, name, replaced: replacedBy(row), jurisdiction };
}

/** The name of what the account holds for a row. A local emulation has none there. */
export function deployedName(row: ResourceState): string | undefined {
  if (row.attr === undefined || stampedMode(row) === "local" || hasLocalIdentity(row.attr)) {
    return undefined;
  }
  return textAt(row.attr, specInAlchemy2(row.resourceType)?.alchemy2.attribute);
}

/**
 * The name of what an interrupted deploy may have made: its row has no answer of Cloudflare's, and
 * Alchemy deletes by the name that it wrote.
 */
export function interruptedName(row: ResourceState): string | undefined {
  const isOpen = row.status === "creating" && row.attr === undefined;
  if (!isOpen || stampedMode(row) === "local") return undefined;
  return writtenName(row.resourceType, row.props);
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
