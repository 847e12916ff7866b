/** The Durable Objects and Workflows of a Worker, which have no rows of their own. */
import type { Row } from "./row.ts";

const OBJECT = "durable_object_namespace";
export const WORKFLOW = "workflow";
/** A container is a Durable Object that Alchemy binds, and deletes, by its class as any other. */
const KINDS: readonly unknown[] = [OBJECT, WORKFLOW, "container"];

export interface Binding {
  type: typeof OBJECT | typeof WORKFLOW;
  id: string;
  className: string;
  workflowName: string;
  /** The binding object itself, which Alchemy is about to use. */
  source: Record<string, unknown>;
}

/** Every Durable Object, container and Workflow among the bindings of a Worker. */
export function bindingsOf(bindings: unknown): Binding[] {
  const all = Object.values((bindings ?? {}) as Record<string, Record<string, unknown>>);
  return all.filter(isClass).map((source) => ({
    type: source.type === WORKFLOW ? WORKFLOW : OBJECT,
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

function isClass(binding: unknown): boolean {
  return KINDS.includes((binding as { type?: unknown } | null)?.type);
}
