/** What a program of Alchemy 2 declares. */
import * as Output from "alchemy/Output";
import type { ResourceLike } from "alchemy/Resource";
import type { StackSpec } from "alchemy/Stack";
import { KINDS, specInAlchemy2 } from "../kinds.ts";
import {
  type Bound,
  borrowedIn,
  classesIn,
  isDispatched,
  jurisdictionIn,
  transfersIn,
} from "../state/alchemy2.ts";
import type { Resource, Transfer } from "./facts.ts";
import { placeAsked } from "./places.ts";
import { mayBeDeleted } from "./removal.ts";
import { writtenName } from "./rows.ts";

type Spec = Omit<StackSpec, "output">;

/** Every resource of a kind that the guard knows. `dev` says that the run emulates what it can. */
export function declaredIn(stack: Spec, dev: boolean): Resource[] {
  return Object.values(stack.resources).flatMap((resource) => {
    const declared = declaredAs(stack, resource, dev);
    return declared === undefined ? [] : [declared];
  });
}

function declaredAs(stack: Spec, resource: ResourceLike, dev: boolean): Resource | undefined {
  const { FQN: id, Type, Props, RemovalPolicy, FormerFqns, Mode } = resource;
  const spec = specInAlchemy2(Type);
  if (!spec) return undefined;
  const name = writtenName(Type, Props);
  const bindings = stack.bindings[id] ?? [];
  const isOwn = (script: unknown) => script === name || refersTo(script, id);
  return {
    id,
    resource: Type,
    name,
    jurisdiction: jurisdictionIn(spec, Props),
    location: placeAsked(Type, Props),
    local: (Mode ?? (dev ? "local" : "live")) === "local",
    retained: RemovalPolicy === "retain",
    deletes: mayBeDeleted(stack, id),
    formers: (FormerFqns ?? []).filter((former) => former !== id),
    bindings: classesIn(bindings, isOwn),
    dispatched: isDispatched(Props),
    // Alchemy moves no class into a dispatch namespace.
    transfers: isDispatched(Props) ? [] : transfersOf(bindings),
    borrowed: borrowedIn(bindings, isOwn),
    worker: spec === KINDS.workflow ? workerOf(stack, Props) : undefined,
  };
}

/** The classes that a Worker takes over. One that is written by its resource is known by the id. */
function transfersOf(bindings: readonly Bound[]): Transfer[] {
  return transfersIn(bindings).map(({ className, from }) => ({
    className,
    from: from.flatMap((former) => {
      if (Output.isExpr(former)) return Object.keys(Output.upstreamAny(former));
      return typeof former === "string" ? [former] : [];
    }),
  }));
}

/** The Worker of a workflow, whose name Alchemy reads from it. */
function workerOf({ resources }: Spec, options: unknown): string | undefined {
  const { scriptName } = (options ?? {}) as { scriptName?: unknown };
  const read = Output.isExpr(scriptName) ? Object.keys(Output.upstreamAny(scriptName)) : [];
  return read.find((fqn) => resources[fqn] !== undefined);
}

/** Whether a value is read from the resource at `fqn`, as a Worker's own name is. */
function refersTo(value: unknown, fqn: string): boolean {
  return Output.isExpr(value) && Object.hasOwn(Output.upstreamAny(value), fqn);
}
