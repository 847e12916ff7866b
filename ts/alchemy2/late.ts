/**
 * Names that other resources of the same deploy give. Alchemy writes no row between the moment at which
 * it knows such a name and its call of Cloudflare, so the guard works it out when the other is made.
 */
import * as Output from "alchemy/Output";
import type { ResourceLike } from "alchemy/Resource";
import type { StackSpec } from "alchemy/Stack";
import type { ResourceState } from "alchemy/State";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type { Program, Resource } from "./facts.ts";
import { writtenName } from "./rows.ts";

/** A declaration whose name is known by now, and the row that Alchemy would write for it. */
export interface Late {
  declared: Resource;
  name: string;
  row: ResourceState;
}

/** The new resources whose names `outputs` tells, which are by the ids of what this run has made. */
export function lateNames(
  { resources }: Omit<StackSpec, "output">,
  { declared, rows }: Program,
  outputs: Readonly<Record<string, unknown>>,
): Effect.Effect<Late[]> {
  // Nearly all have a name. This runs for each resource whenever one is made.
  const isOpen = ({ id, name, local, worker }: Resource) => {
    if (name !== undefined || local === true) return false;
    // The Worker of a workflow makes it, and has been judged by its own name.
    if (worker !== undefined) return false;
    return !rows.some((row) => row.id === id && row.name);
  };
  return Effect.gen(function* () {
    const all: Late[] = [];
    for (const one of declared.filter(isOpen)) {
      const resource = resources[one.id];
      const props = resource && (yield* evaluated(resource.Props, outputs));
      const name = props && writtenName(one.resource, props);
      if (resource && props && name !== undefined) {
        all.push({ declared: one, name, row: rowOf(resource, props) });
      }
    }
    return all;
  });
}

/** The options with the values that are known; nothing where one is missing. */
function evaluated(
  props: unknown,
  outputs: Readonly<Record<string, unknown>>,
): Effect.Effect<object | undefined> {
  if (!Object.keys(Output.resolveUpstream(props)).every((fqn) => fqn in outputs)) {
    return Effect.succeed(undefined);
  }
  const values = Effect.exit(Output.evaluate(props, outputs)) as Effect.Effect<Exit.Exit<unknown>>;
  return Effect.map(values, (exit) => (Exit.isSuccess(exit) ? (exit.value as object) : undefined));
}

function rowOf({ FQN, LogicalId, Type, Mode }: ResourceLike, props: object): ResourceState {
  return {
    status: "creating",
    fqn: FQN,
    logicalId: LogicalId,
    resourceType: Type,
    namespace: undefined,
    instanceId: "",
    providerVersion: 0,
    providerMode: Mode,
    downstream: [],
    bindings: [],
    props,
  } as ResourceState;
}
