/** What a row of Alchemy's state takes in the account. */
import { type Kind, specOf, WORKER } from "../kinds.ts";
import { ownBindings } from "./bindings.ts";
import { deployedName, isDeployed, isRetained, jurisdictionOf, type Row } from "./row.ts";

/** A name that a row takes. */
export interface RowClaim {
  kind: Kind;
  name: string;
  /** Alchemy's id: that of the row, or of the binding for a class or a workflow. */
  id: string;
  /** Of a bucket; empty for the default one. */
  jurisdiction: string;
}

/** What a row takes, all with the same fate. */
export interface RowClaims {
  /** The resource itself. */
  own: RowClaim;
  /** The Durable Objects and workflows of a Worker's own script. */
  classes: readonly RowClaim[];
  workflows: readonly RowClaim[];
  /** Whether Alchemy leaves it in the account when it deletes the row. */
  retained: boolean;
  /** Whether Alchemy has begun to delete it. */
  deleting: boolean;
  /** Whether it is a Worker whose name is not one of the account's: see {@link isElsewhere}. */
  elsewhere: boolean;
  /** The id of the account, where a row says it. */
  account?: string | undefined;
}

/** Nothing for a row of no kind of the catalogue, and for what is not deployed. */
export function claimsOf(row: Row): RowClaims | undefined {
  const kind = specOf(row.kind)?.kind;
  const name = deployedName(row);
  if (kind === undefined || name === undefined || !isDeployed(row)) return undefined;
  const bindings = row.kind === WORKER ? ownBindings(row) : [];
  const claims = bindings.map(({ type, id, className, workflowName }): RowClaim => {
    if (type === "workflow") return { kind: "workflow", name: workflowName, id, jurisdiction: "" };
    return { kind: "durable-object", name: `${name}/${className}`, id, jurisdiction: "" };
  });
  return {
    own: { kind, name, id: row.id, jurisdiction: jurisdictionOf(row) },
    classes: claims.filter((claim) => claim.kind === "durable-object"),
    workflows: claims.filter((claim) => claim.kind === "workflow" && claim.name !== ""),
    retained: isRetained(row),
    deleting: row.status === "deleting" || row.status === "deleted",
    elsewhere: isElsewhere(row),
  };
}

/** The name of a Durable Object's class, without its script. */
export function classIn({ name }: RowClaim): string {
  return name.slice(name.indexOf("/") + 1);
}

/** A Worker in a dispatch namespace, or a version that is not deployed: it takes no name. */
function isElsewhere({ kind, props }: Row): boolean {
  return kind === WORKER && Boolean(props?.namespace ?? props?.version);
}
