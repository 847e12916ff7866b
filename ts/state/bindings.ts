/** The Durable Objects and Workflows of a Worker, which have no rows of their own. */
import type { Row } from "./row.ts";

export interface Binding {
  type: "durable_object_namespace" | "workflow";
  id: string;
  className: string;
  workflowName: string;
  /** The binding object itself, which Alchemy is about to use. */
  source: Record<string, unknown>;
}

/** Every Durable Object and Workflow among the bindings of a Worker. */
export function bindingsOf(bindings: unknown): Binding[] {
  const all = Object.values((bindings ?? {}) as Record<string, Record<string, unknown>>);
  return all.filter(isClass).map((source) => ({
    type: source.type as Binding["type"],
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
  const type = (binding as { type?: unknown } | null)?.type;
  return type === "durable_object_namespace" || type === "workflow";
}
