/** A scope of Alchemy's, as far as the core looks at it. */
export interface AlchemyScope {
  readonly stage: string;
  /** The names of the scopes from the app down to this one. */
  readonly chain: readonly string[];
  readonly adopt: boolean;
}

/** What becomes of a name: the declared one is used, the deployed one stays, or is replaced. */
export type Verdict = "declared" | "keep" | "replace";

/** What the state says about a resource that is about to be written. */
export interface RowFacts {
  /** The physical name, if the account holds it. */
  name?: string | undefined;
  /** Whether the stored options have `delete: false`. */
  retained?: boolean;
  /** Whether this run is in local mode for this resource. */
  local?: boolean;
  /** Where else the stage's state holds the declared name, in a row that would be deleted. */
  elsewhere?: string | undefined;
  /** Whether an interrupted replacement would delete the name that is used from now on. */
  pending?: boolean;
}

/** A class or workflow that a Worker binds. */
export interface WorkerBinding {
  /** As Alchemy calls it. */
  type: "durable_object_namespace" | "workflow";
  id: string;
  className: string;
  /** Empty for classes. */
  workflowName: string;
}

/** A workflow that keeps its deployed name: its index among the new bindings, and that name. */
export interface KeptWorkflow {
  index: number;
  workflowName: string;
}

/** A row that Alchemy is about to delete as an orphan. */
export interface OrphanRow {
  id: string;
  /** Alchemy's type, such as `cloudflare::D1Database`. */
  resource: string;
  name: string;
  jurisdiction: string;
  /** The names of the scopes from the app down to that of the row. */
  chain: readonly string[];
  /** Whether the program itself destroys that scope. */
  meant: boolean;
}
