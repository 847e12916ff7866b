/** What a row of Alchemy's state takes in the account. */
import { DOMAIN, type Kind, ROUTE, specOf, WORKER } from "../kinds.ts";
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
  /** How many cron triggers a Worker has. */
  crons: number;
}

/** How many cron triggers Alchemy has noted of a Worker. */
export function cronsIn(made: Readonly<Record<string, unknown>> | undefined): number {
  return Array.isArray(made?.crons) ? new Set(made.crons).size : 0;
}

/** A domain or a route that a row holds. */
export interface HostClaim {
  route: boolean;
  /** The hostname or the pattern. */
  name: string;
  /** What Cloudflare knows it by; empty if it was never made. */
  identity: string;
  /** The id of its zone. */
  zone: string;
}

/** What Alchemy writes as the id of a host of a stage that is only local. */
const LOCAL = "noop-";

/** Nothing for a row of something else. */
export function hostOf({ kind, props = {}, output = {} }: Row): HostClaim | undefined {
  if (kind !== DOMAIN && kind !== ROUTE) return undefined;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const id = text(output.id);
  return {
    route: kind === ROUTE,
    name: text(output.pattern ?? output.name ?? props.pattern ?? props.name),
    identity: id.startsWith(LOCAL) ? "" : id,
    zone: text(output.zoneId),
  };
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
    crons: row.kind === WORKER ? cronsIn(row.output) : 0,
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
