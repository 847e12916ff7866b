/** What a deploy would do to each resource once its program says something else. */
import { KINDS, type Kind, resourceOf } from "../kinds.ts";
import { type Declaration, nameIn, type StateRow } from "./analyse/report.ts";

export interface Outcome {
  stage: string;
  kind: string;
  id: string;
  /** The physical name that the resource has. */
  deployed: string;
  /** The name that the program gives it; `null` if that is not known. */
  computed: string | null;
  /** `refuse`: the block would throw `would-replace` or `would-orphan` before anything is sent. */
  verdict: "keep" | "refuse";
}

/** Alchemy's type for a kind; none for a kind whose physical name is ours alone. */
function typeOf({ kind }: Declaration): string | undefined {
  const spec = KINDS[kind as Kind];
  return spec.onNewName === "nothing" ? undefined : resourceOf(spec.kind);
}

/** A resource's name in all the programs of one tree. */
function keyIn(app: string | null, scope: readonly string[], type: string, id: string): string {
  return JSON.stringify([app, scope, type, id]);
}

export function keyOf({ app, scope, kind, id }: Declaration): string {
  return keyIn(app, scope, kind, id ?? "");
}

/** By the state: every deployed resource that `after` declares as a block. */
export function byState(after: readonly Declaration[], state: readonly StateRow[]): Outcome[] {
  const declared = new Map<string, Declaration[]>();
  for (const one of after) {
    const type = typeOf(one);
    if (!one.block || one.id === null || type === undefined) continue;
    const key = keyIn(one.app, one.scope, type, one.id);
    declared.set(key, [...(declared.get(key) ?? []), one]);
  }
  return state.flatMap((row) => {
    const all = declared.get(keyIn(row.app, row.scope, row.type, row.id)) ?? [];
    return all.flatMap((one) => outcome(one, row.id, row.stage, row.name));
  });
}

/**
 * By the names that the program gave before: every resource that has become a block.
 *
 * @param owner The stage that holds fixed names.
 */
export function byNames(
  before: readonly Declaration[],
  after: readonly Declaration[],
  stages: readonly string[],
  owner: string | undefined,
): Outcome[] {
  const raw = new Map<string, Declaration[]>();
  for (const one of before) {
    const type = typeOf(one);
    if (one.block || one.id === null || type === undefined) continue;
    const key = keyIn(one.app, one.scope, type, one.id);
    raw.set(key, [...(raw.get(key) ?? []), one]);
  }
  return after.flatMap((one) => {
    const { id } = one;
    const type = typeOf(one);
    if (!one.block || id === null || type === undefined) return [];
    const olds = raw.get(keyIn(one.app, one.scope, type, id)) ?? [];
    return olds.flatMap((old) => {
      const holders = isHeldOnce(old, stages) ? [owner ?? ""] : stages;
      return holders.flatMap((stage) => {
        const deployed = nameIn(old, stage)?.name;
        return deployed === undefined ? [] : outcome(one, id, stage, deployed);
      });
    });
  });
}

/** A second stage cannot make what is there, unless it adopts it or takes it over. */
function isHeldOnce(raw: Declaration, stages: readonly string[]): boolean {
  const names = new Set(stages.map((stage) => nameIn(raw, stage)?.name));
  return names.size === 1 && !raw.adopt && raw.kind !== "workflow";
}

/** Nothing for a stage in which the program does not get to the declaration. */
function outcome(one: Declaration, id: string, stage: string, deployed: string): Outcome[] {
  const computed = nameIn(one, stage)?.name ?? null;
  if (computed === null && !one.undecided) return [];
  const verdict = computed === deployed ? "keep" : "refuse";
  return [{ stage, kind: one.kind, id, deployed, computed, verdict }];
}
