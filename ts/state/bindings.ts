/** The Durable Objects and workflows of a Worker, which have no rows of their own. */
import { KINDS } from "../kinds.ts";
import type { Row } from "./row.ts";

const CLASS = KINDS["durable-object"].binding as "durable_object_namespace";
const WORKFLOW = KINDS.workflow.binding as "workflow";
/** A container is a Durable Object that Alchemy binds, and deletes, by its class like any other. */
const TYPES: readonly unknown[] = [CLASS, WORKFLOW, "container"];

export interface Binding {
  type: typeof CLASS | typeof WORKFLOW;
  id: string;
  className: string;
  /** Empty for classes. */
  workflowName: string;
  /** The binding itself, which Alchemy is about to use. */
  source: Record<string, unknown>;
}

/** Every Durable Object, container and workflow among the bindings of a Worker. */
export function bindingsOf(bindings: unknown): Binding[] {
  const all = Object.values((bindings ?? {}) as Record<string, Record<string, unknown>>);
  return all
    .filter((binding) => TYPES.includes(binding?.type))
    .map((source) => ({
      type: source.type === WORKFLOW ? WORKFLOW : CLASS,
      id: String(source.id),
      className: String(source.className),
      workflowName: String(source.workflowName ?? ""),
      source,
    }));
}

/** Those that the deployed Worker's own script implements. */
export function ownBindings(row: Row): Binding[] {
  const script = row.output?.name;
  return bindingsOf(row.output?.bindings).filter(({ source }) => {
    return source.scriptName === undefined || source.scriptName === script;
  });
}
