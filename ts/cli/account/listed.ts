/** From what the account lists to what is decided by. */
import type { ListedResource } from "../stages/decide.ts";
import type { Inventory } from "./list.ts";

export function listedOf(one: Inventory["resources"][number]): ListedResource {
  const { kind, name, id, jurisdiction: place, script, createdAt, changedAt, size } = one;
  const changed = changedAt ?? createdAt;
  return { kind, name, id, place, script, created: createdAt, changed, size };
}
