/**
 * What the core exports for this package alone, beside what users import. `src/wasm/` has each. The
 * types of `pkg/` leave them out.
 */
import type { Environment, Program, Resource } from "./alchemy2/facts.ts";
import type { DnsRecord } from "./cloudflare/hosts.ts";
import type { Kind } from "./generated/types.ts";
import type { OnRename, Settings } from "./options.ts";
import type { Binding } from "./state/bindings.ts";
import type { Owner } from "./state/owner.ts";

/** A scope of Alchemy's, as far as the core looks at it. */
export interface AlchemyScope {
  readonly stage: string;
  /** The names of the scopes from the app down to this one. */
  readonly chain: readonly string[];
  readonly adopt: boolean;
  /** What says which stage the run is for. Only a stack of Alchemy 2 has it here. */
  readonly environment?: Environment;
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
export type WorkerBinding = Omit<Binding, "source">;

/** A workflow that keeps its deployed name: its index among the new bindings, and that name. */
export interface KeptWorkflow {
  index: number;
  workflowName: string;
}

/** A row that Alchemy is about to delete: see `Orphan` in `src/deletion.rs`. */
export interface OrphanRow {
  id: string;
  /** Alchemy's type of resource. */
  resource: string;
  /** The physical name, if the account holds it. */
  name?: string | undefined;
  jurisdiction: string;
  bindings: readonly WorkerBinding[];
  retained: boolean;
  /** Whether the program itself destroys the scope of the row. */
  meant: boolean;
  /** Whether the whole stage is being destroyed. */
  destroys: boolean;
  local: boolean;
  /** A new resource of the same kind that the program declares: its physical name and its id. */
  created?: { name: string; id: string } | undefined;
  owner?: Owner | undefined;
  /** Another app or stage whose state holds the same resource, where the store can tell. */
  sharer?: Owner | undefined;
  here: Owner;
}

/** What decides whether a resource is retained: see `Holding` in `src/deletion.rs`. */
export interface Holding {
  resource: string;
  stage: string;
  /** Whether a block declares it, which has written `delete` by its own settings. */
  declared: boolean;
  /** The option `delete`, if the program writes it. */
  written?: boolean | undefined;
  before: boolean;
  adopted: boolean;
  /** The physical name, if the account holds it. */
  name?: string | undefined;
  /** Whether the row says who made it. */
  noted: boolean;
  /** Whether it is a Worker that has classes or workflows. */
  classes: boolean;
  /** The names of a Worker's own workflows. */
  workflows: readonly string[];
}

/** Where in the world a resource is, or is to be. */
export interface Location {
  /** Nothing for none. */
  jurisdiction: string | undefined;
  /** Nothing if it is not known. */
  place: string | undefined;
}

/** What one run of one app has declared. */
export interface Run {
  /**
   * Throws `would-delete`, `would-delete-class`, `owned-elsewhere` or `wrong-account` if Alchemy may
   * not delete the row. `chain` has the names of the scopes from the app down to that of the row.
   */
  judgeOrphan(orphan: OrphanRow, chain: readonly string[]): void;
  /** Throws `would-delete-class` for a class that the program does not bind. */
  judgeAdopted(script: string, className: string): void;
  /** Throws `owned-elsewhere` or `wrong-account` for a row of another stage or account. */
  judgeOwner(id: string, owner: Owner, here: Owner): void;
  /** Throws `would-replace`. */
  judgeRawName(resource: string, id: string, deployed: string, declared: string): void;
  /** Whether Alchemy has to leave a resource in the account when its row goes. */
  retains(holding: Holding): boolean;
  /** Notes the settings of a set of blocks; throws `option-invalid`. */
  note(settings: Settings): void;
  /** Warns of what may be left in the account when its row goes. */
  warnLeftBehind(resource: string, name: string): void;
  /** Throws `would-move`. */
  judgeSecret(id: string, secret: string): void;
  judgeMove(resource: string, name: string, held: Location, asked: Location): void;
  /** Warns of a bucket that is in `place`, and not in `region`. */
  warnRegionIgnored(name: string, place: string, region: string): void;
  /** Whether the program names stages that were not looked for yet. */
  readonly namesStages: boolean;
  /** Warns of those that are not known; `known` are the stages of the state and the config. */
  warnStages(stage: string, known: readonly string[]): void;
  /** Warns of a list of the account that the token may not read. */
  warnUnread(list: string, permission: string): void;
  /** Throws `would-delete-zone`, unless `release` has the id. */
  judgeZoneDeletion(id: string, zone: string): void;
  /** The queues that `dlq` names as text, and that no block declares. */
  readonly deadLetters: readonly string[];
  /**
   * Warns of what the settings name and the run had no use for, and of dead letter queues that are
   * missing: `queues` are those that are declared without a block.
   */
  warnAtEnd(queues: readonly string[]): void;
  /**
   * Decides whether a Worker may go from the bindings `before` to `now`; throws `id-changed`,
   * `would-delete-class` or `would-orphan`.
   */
  judgeWorker(before: readonly WorkerBinding[], now: readonly WorkerBinding[]): KeptWorkflow[];
}

/** What the law has to know of a scope of Alchemy's. */
export interface Scope {
  /** Whether rows of the state can make a name of this scope ambiguous. */
  readonly needsRows: boolean;
  call(kind: Kind, id: unknown, options: unknown, resource: unknown, settings: unknown): unknown;
  declared(id: string, resource: string): Declared | undefined;
  domain(id: unknown, options: unknown, resource: unknown, settings: unknown): unknown;
  route(id: unknown, options: unknown, resource: unknown, settings: unknown): unknown;
  /**
   * Whether the stage is protected, by these settings or by any other of the run; throws `stage-implicit`,
   * `stage-case` or `option-invalid`.
   */
  protects(settings: Settings): boolean;
  declaredHost(
    id: string,
  ): { takeFrom: readonly string[]; onRename: OnRename; bare: boolean } | undefined;
  noteRow(id: string, resource: string, name: string, jurisdiction: string): void;
  /** Throws `ambiguous-stage`, now that the rows are noted. */
  recheck(id: string): void;
  /** Lets go of it in the core. */
  free(): void;
}

/** A domain or a route that is about to be written: see `HostClaim` in `src/hosts/judge.rs`. */
export interface HostClaim {
  id: string;
  route: boolean;
  name: string;
  script: string;
  /** Whether the script is this stage's. */
  ownScript: boolean;
  stage: string;
  /** Whether a block declares it in the bare stage. */
  bare?: boolean | undefined;
  zoneId?: string | undefined;
  domains?: readonly string[] | undefined;
  deployed?: string | undefined;
  /** What Cloudflare knows the route by that the state holds. */
  routeId?: string | undefined;
  takeFrom?: readonly string[] | undefined;
  onRename?: OnRename | undefined;
}

/** What the account holds that a hostname can meet. What could not be read is left out. */
export interface HostAccount {
  zones?: { id: string; name: string; active: boolean }[] | undefined;
  domains?: { hostname: string; script: string; ours: boolean }[] | undefined;
  routes?: { id: string; pattern: string; script: string | undefined; ours: boolean }[] | undefined;
  records?: readonly (DnsRecord & { ours?: boolean })[] | undefined;
  certificates?: string[] | undefined;
}

/** How Alchemy may go on with a domain or a route. */
export interface HostVerdict {
  adopt: boolean;
  takes: boolean;
  keep: boolean;
}

/** A DNS record that a state holds. */
export interface HeldRecord {
  id: string;
  name: string;
  type: string;
  content: string;
  /** Whether another app or stage holds it as well. */
  shared: boolean;
  /** Whether another row of this stage has it by now. */
  moved: boolean;
}

/** A DNS record that a program declares. */
export interface DeclaredRecord {
  name: string;
  type: string;
}

/** {@link HostAccount}, ready to be asked. */
export interface HostFacts {
  /** Throws one of the refusals of hostnames. */
  judge(run: Run, claim: HostClaim): HostVerdict;
  /** The same in a run of Alchemy 2. */
  judgeInAlchemy2(run: Run, claim: HostClaim): void;
  /** Throws `would-delete-zone`. */
  judgeZone(run: Run, name: string, stage: string): void;
  /** Throws `hostname-taken`. Gives the ids that this stage no longer has. */
  judgeRecords(
    run: Run,
    stage: string,
    zone: string,
    declared: readonly DeclaredRecord[],
    held: readonly HeldRecord[],
  ): string[];
  /** The same in a run of Alchemy 2. */
  judgeRecordsInAlchemy2(
    run: Run,
    stage: string,
    zone: string,
    declared: readonly DeclaredRecord[],
    held: readonly HeldRecord[],
  ): string[];
  /** The ids of those that are no longer this stage's to delete. */
  lostRecords(held: readonly HeldRecord[]): string[];
}

/** What a block has declared in this run. */
export interface Declared {
  readonly name: string;
  /** Of a bucket; empty for the default one. */
  readonly jurisdiction: string;
  readonly onRename: OnRename;
  /** Whether the stage is protected and the program does not write `delete`: the block adds it. */
  readonly protects: boolean;
  /** The id of the lifecycle rule by which the objects of a bucket expire, if they do. */
  readonly expiryRule: string | undefined;
  /** Throws `expire-protected` if the block itself has them expire. */
  judgeExpiry(): void;
  /** Throws `would-replace`, `id-changed` or `pending-deletion`. */
  judge(row: RowFacts): Verdict;
  noteKept(): void;
}

/** The exports themselves; those that give an `Error` are refusals, for the caller to throw. */
export interface Internals {
  readonly Run: new () => Run;
  /** Throws `stage-invalid`. */
  readonly Scope: new (
    run: Run,
    alchemy: AlchemyScope | undefined,
  ) => Scope;
  readonly HostFacts: new (account: HostAccount) => HostFacts;
  /** Refuses a run of Alchemy 2. Gives the ids whose retention stays. */
  judgeProgram(program: Program): string[];
  /** Warns of each id of `release` that a run had no use for. */
  warnRelease(program: Program, used: readonly string[]): void;
  /** Refuses what Alchemy 2 is about to write. */
  judgeWrite(
    row: Resource,
    found: string | undefined,
    adopts: boolean,
    release: readonly string[],
  ): void;
  alchemyUnplanned(): Error;
  declaredTwiceInAlchemy2(id: string, first: string, second: string): Error;
  /** Throws `alchemy-unknown`. */
  checkAlchemy(version: string | undefined): void;
  /** The same for Alchemy 2. */
  checkAlchemy2(version: string | undefined): void;
  adoptedRename(resource: string, id: string, deployed: string, declared: string): Error;
  adoptedReplay(id: string, declared: string): Error;
  bindingUnawaited(id: string, binding: string): Error;
  declaredTwice(id: string, first: string, second: string): Error;
  heldElsewhere(resource: string, name: string, id: string, place: string, pending: boolean): Error;
  heldInAccount(resource: string, id: string, name: string): Error;
  otherKind(resource: string, id: string, name: string): Error;
  ownerMissing(resource: string, id: string, name: string): Error;
  rootScope(resource: string): Error;
  shareConflict(resource: string, id: string, name: string): Error;
  stageConflict(argument: string, stage: string): Error;
  statePassword(id: string, place: string): Error;
  stateUnreadable(id: string, place: string, cause: string): Error;
  workerMoved(script: string, id: string, place: string): Error;
  workflowHeld(name: string, script: string): Error;
  wouldReplay(id: string, deployed: string, declared: string): Error;
}
