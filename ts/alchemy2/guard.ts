/**
 * The guard between Alchemy 2 and its state. Alchemy evaluates the program, plans, and applies the
 * plan. It calls the store in a fixed order:
 *
 * | Alchemy calls | when | what the guard does |
 * | --- | --- | --- |
 * | `list` | first, when it plans | judges the whole program against all rows (`judge`) |
 * | `get` | for each resource, when it plans | answers with the row that was just read |
 * | the Cloudflare API | when it plans | Alchemy looks for what it could adopt |
 * | `set`, `creating`, `updating` or `replacing` | before it changes a resource | judges what only this write shows: a replacement, an adoption, a name that was not known before |
 * | `set`, `created` or `updated` | when it has changed a resource | judges the names that others take from it |
 * | `set`, `deleting` | before it deletes a resource | nothing: it was judged with the plan |
 *
 * If the guard itself fails, the deploy fails too: what could not be read was not judged.
 */
import { AlchemyContext } from "alchemy/AlchemyContext";
import { Stack } from "alchemy/Stack";
import {
  type PersistedState,
  type ResourceState,
  State,
  type StateService,
  type StateStoreError,
} from "alchemy/State";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import type { BlockError as CoreError } from "../errors.ts";
import { installedVersion } from "../installed.ts";
import { specInAlchemy2 } from "../kinds.ts";
import { core } from "../wasm.ts";
import { adopts, findUnprobed, isAbsent, knownAccount, takesForeign } from "./account.ts";
import { needsHosted, readHosted } from "./classes.ts";
import { declaredIn } from "./declared.ts";
import { type BlockError, judged, refused } from "./error.ts";
import { settleExpiries } from "./expiry.ts";
import type { Program, Resource } from "./facts.ts";
import { Hosts } from "./hosts.ts";
import { lateNames } from "./late.ts";
import { needsOthers, readOthers } from "./others.ts";
import { withHint } from "./places.ts";
import { deployedName, heldBy, interruptedName, resourceIn, writtenName } from "./rows.ts";
import { currentPlan, environment, type Plan } from "./run.ts";

/** How a stack is guarded. */
export interface GuardOptions {
  /**
   * The ids of what may go with its data: resources that are dropped or get another name, and the
   * keys of Durable Object bindings. As a list for every stage, or by stage: `{ prod: ["old-db"] }`.
   */
  release?: readonly string[] | Readonly<Record<string, readonly string[]>> | undefined;
  /** The scripts of other stages that may lose routes, or paths of their hostnames, to this stage. */
  takeFrom?: readonly string[] | undefined;
}

/** Where a row is kept. */
interface Place {
  stack: string;
  stage: string;
  fqn: string;
}

type Spec = (typeof Stack)["Service"];
type Refusable<A> = Effect.Effect<A, BlockError | StateStoreError>;

/**
 * Puts the guard in front of a state store.
 *
 * `guarded(Cloudflare.state())` is a layer like the one that it is given, for the options of
 * `Alchemy.Stack`.
 *
 * The deploy fails with a {@link BlockError}, before Cloudflare is called.
 */
export function guarded<E, R>(
  state: Layer.Layer<State, E, R>,
  options: GuardOptions = {},
): Layer.Layer<State, E, R> {
  // A deployed Worker has no state, and may not compile WebAssembly.
  if ((globalThis as { __ALCHEMY_RUNTIME__?: boolean }).__ALCHEMY_RUNTIME__) return state;
  const guard = Effect.gen(function* () {
    const open = yield* State;
    const stack = yield* Effect.serviceOption(Stack);
    // Commands that look at the state without a program have none.
    if (Option.isNone(stack)) return open;
    const release = releasedIn(options, stack.value.stage);
    const { takeFrom = [] } = options;
    return yield* Effect.cached(
      Effect.map(open, (store) => new Guard(store, stack.value, release, takeFrom).service()),
    );
  });
  return Layer.effect(State, guard).pipe(Layer.provide(state));
}

/** The ids that one stage may let go. */
function releasedIn({ release = [] }: GuardOptions, stage: string): readonly string[] {
  if (Array.isArray(release)) return release;
  const byStage = release as Readonly<Record<string, readonly string[]>>;
  return Object.hasOwn(byStage, stage) ? (byStage[stage] ?? []) : [];
}

class Guard {
  /** The plans that were judged. */
  readonly #judged = new WeakSet<object>();
  /** What the last one was judged by. */
  #program: Program | undefined;
  #hosts: Hosts | undefined;
  /** The rows of this stage, until they are written. */
  readonly #rows = new Map<string, PersistedState>();
  /** The ids of rows whose names were written, and not made up by Alchemy. */
  readonly #explicit = new Set<string>();
  readonly #probed = new Set<string>();
  /** What this run has made, by id. */
  readonly #outputs: Record<string, unknown> = {};
  /** The ids of what this run adopts. */
  readonly #adopted = new Set<string>();
  /** The ids of `release` without which a write would have been refused. */
  readonly #used = new Set<string>();

  constructor(
    readonly store: StateService,
    readonly stack: Spec,
    readonly release: readonly string[],
    readonly takeFrom: readonly string[],
  ) {}

  service(): StateService {
    const { store } = this;
    const guarded = {
      list: (request: Omit<Place, "fqn">) =>
        Effect.andThen(this.#beforeList(request), store.list(request)),
      get: (request: Place) => this.#get(request),
      set: <V extends PersistedState>(request: Place & { value: V }) =>
        Effect.andThen(
          this.#beforeSet(request),
          Effect.tap(
            Effect.suspend(() => store.set(this.#withRetention(request))),
            () => this.#afterSet(request),
          ),
        ),
      delete: (request: Place) => {
        this.#rows.delete(request.fqn);
        return store.delete(request);
      },
      setOutput: (request: Parameters<StateService["setOutput"]>[0]) =>
        Effect.tap(store.setOutput(request), () => this.#afterAll(request)),
    };
    // Alchemy's types have no other error than the store's, but any passes through.
    return { ...store, ...(guarded as unknown as Pick<StateService, keyof typeof guarded>) };
  }

  #isOwn({ stack, stage }: Omit<Place, "fqn">): boolean {
    return stack === this.stack.name && stage === this.stack.stage;
  }

  #get(request: Place): Effect.Effect<PersistedState | undefined, StateStoreError> {
    const known = this.#isOwn(request) ? this.#rows.get(request.fqn) : undefined;
    return known === undefined ? this.store.get(request) : Effect.succeed(known);
  }

  #beforeList(request: Omit<Place, "fqn">): Refusable<void> {
    if (!this.#isOwn(request)) return Effect.void;
    const known = judged(() => core().checkAlchemy2(installedVersion()));
    const judgedOnce = Effect.flatMap(currentPlan, (plan) => {
      if (!plan || this.#judged.has(plan.span)) return Effect.void;
      return Effect.tap(this.#judgePlan(plan), () =>
        Effect.sync(() => this.#judged.add(plan.span)),
      );
    });
    return Effect.andThen(known, judgedOnce);
  }

  #judgePlan(plan: Plan): Refusable<void> {
    return Effect.gen({ self: this }, function* () {
      const context = yield* Effect.serviceOption(AlchemyContext);
      const dev = Option.isSome(context) && context.value.dev;
      const { name: stack, stage, resources } = this.stack;
      yield* this.#readRows();
      const rows = yield* this.#heldHere();
      this.#program = {
        stack,
        stage,
        destroys: plan.destroys || (plan.wants === 0 && Object.keys(resources).length > 0),
        localStore: this.store.id === "local",
        release: this.release,
        environment: environment(),
        declared: declaredIn(this.stack, dev),
        rows,
        others: [],
        // Without credentials `dev` goes on, and has nothing in an account.
        account: dev || !rows.some(({ account }) => account) ? undefined : yield* knownAccount,
      };
      yield* this.#judge(this.#program);
      this.#settleHints(this.#program);
      if (!plan.destroys && !dev) yield* settleExpiries(this.stack, this.#program, this.#rows);
      if (!dev) yield* this.#judgeHosts(this.#program);
    });
  }

  /** Nothing moves, so that what is left of a difference is a hint that is left out or written again. */
  #settleHints({ declared }: Program): void {
    for (const one of declared) {
      const row = resourceIn(this.#rows.get(one.id));
      const isSame = row?.resourceType === one.resource && !one.local;
      if (row && isSame && deployedName(row) === (one.name ?? deployedName(row))) {
        this.#rows.set(one.id, withHint(row, one));
      }
    }
  }

  #judgeHosts({ destroys }: Program): Refusable<void> {
    return Effect.gen({ self: this }, function* () {
      this.#hosts = new Hosts(this.stack, new Map(this.#rows), this.takeFrom);
      if (!destroys) yield* this.#hosts.judge();
      const gone = [...this.#rows.keys()].filter((fqn) => destroys || !this.stack.resources[fqn]);
      this.#keep(yield* this.#hosts.lost(gone, destroys));
    });
  }

  /** What the rows hold, without what an interrupted deploy did not come to make. */
  #heldHere(): Effect.Effect<Resource[]> {
    return Effect.gen({ self: this }, function* () {
      const rows: Resource[] = [];
      for (const [fqn, value] of this.#rows) {
        const row = resourceIn(value);
        const held = row && heldBy(fqn, row);
        if (!row || !held) continue;
        const isOpen = interruptedName(row) !== undefined && (yield* isAbsent(row));
        rows.push(isOpen ? { ...held, name: undefined, bindings: [] } : held);
      }
      return rows;
    });
  }

  #readRows(): Effect.Effect<void, StateStoreError> {
    return Effect.gen({ self: this }, function* () {
      const { name: stack, stage } = this.stack;
      const fqns = yield* this.store.list({ stack, stage });
      const read = (fqn: string) => this.store.get({ stack, stage, fqn });
      const rows = yield* Effect.forEach(fqns, read, { concurrency: "unbounded" });
      this.#rows.clear();
      this.#explicit.clear();
      for (const [at, fqn] of fqns.entries()) {
        const row = rows[at];
        if (row !== undefined) this.#rows.set(fqn, row);
        const resource = resourceIn(row);
        const name = resource && writtenName(resource.resourceType, resource.props);
        if (name !== undefined) this.#explicit.add(fqn);
      }
    });
  }

  #judge(program: Program): Refusable<void> {
    return Effect.gen({ self: this }, function* () {
      if (needsOthers(program, this.#explicit)) {
        program.others = yield* readOthers(this.store, program);
      }
      if (needsHosted(program)) program.hosted ??= yield* readHosted;
      this.#keep(yield* judged(() => core().judgeProgram(program)));
    });
  }

  /** Retains resources for Alchemy, which asks the declaration when it deploys and the row when it destroys. */
  #keep(fqns: readonly string[]): void {
    for (const fqn of fqns) {
      const resource = this.stack.resources[fqn];
      if (resource) resource.RemovalPolicy = "retain";
      const row = resourceIn(this.#rows.get(fqn));
      if (row) this.#rows.set(fqn, { ...row, removalPolicy: "retain" });
    }
  }

  #beforeSet(request: Place & { value: PersistedState }): Refusable<void> {
    const before = this.#isOwn(request) ? this.#rows.get(request.fqn) : undefined;
    this.#rows.delete(request.fqn);
    const row = resourceIn(request.value);
    if (!this.#isOwn(request) || !row) return Effect.void;
    if (!["creating", "updating", "replacing", "deleting"].includes(row.status)) return Effect.void;
    const isWritten = row.status !== "deleting" && row.providerMode !== "local";
    const hosts = isWritten && !this.#program?.destroys ? this.#hosts : undefined;
    const judgedHosts = hosts?.judgeWrite(request.fqn, row.resourceType, row.props) ?? Effect.void;
    return Effect.andThen(judgedHosts, this.#beforeWrite(request, row, before));
  }

  #beforeWrite(
    request: Place,
    row: ResourceState,
    before: PersistedState | undefined,
  ): Refusable<void> {
    if (!specInAlchemy2(row.resourceType)) return Effect.void;
    // It would go on without having been judged.
    if (!this.#program) return refused(core().alchemyUnplanned() as CoreError);
    if (row.status === "deleting" || this.#program.destroys) return Effect.void;
    return Effect.andThen(
      this.#judgeName(this.#program, request.fqn, row),
      this.#judgeWrite(this.#program, request.fqn, row, before),
    );
  }

  /** Judges the names that what was made gives to others, before Alchemy goes on to these. */
  #afterSet(request: Place & { value: PersistedState }): Refusable<void> {
    return Effect.gen({ self: this }, function* () {
      const program = this.#program;
      const row = resourceIn(request.value);
      if (!this.#isOwn(request) || !program || program.destroys) return;
      if (row?.status !== "created" && row?.status !== "updated") return;
      this.#outputs[request.fqn] = row.attr;
      for (const { declared, name, row } of yield* lateNames(this.stack, program, this.#outputs)) {
        declared.name = name;
        yield* this.#judge(program);
        yield* this.#judgeWrite(program, declared.id, row, undefined);
      }
    });
  }

  /** Alchemy stores what a stack gives when its deploy has ended well. */
  #afterAll(request: Omit<Place, "fqn">): Refusable<void> {
    const program = this.#program;
    if (!this.#isOwn(request) || !program || this.release.length === 0) return Effect.void;
    return judged(() => core().warnRelease(program, [...this.#used]));
  }

  /** Judges once more if a name is known now that was not when Alchemy planned. */
  #judgeName(program: Program, fqn: string, row: ResourceState): Refusable<void> {
    const name = writtenName(row.resourceType, row.props);
    const declared = program.declared.find(({ id }) => id === fqn);
    if (!declared || declared.name !== undefined || name === undefined) return Effect.void;
    declared.name = name;
    return this.#judge(program);
  }

  #judgeWrite(
    program: Program,
    fqn: string,
    row: ResourceState,
    before: PersistedState | undefined,
  ): Refusable<void> {
    return Effect.gen({ self: this }, function* () {
      const { resourceType: resource, removalPolicy, providerMode } = row;
      const declared = this.stack.resources[fqn];
      const found = before === undefined ? yield* this.#found(program, fqn, row) : undefined;
      const lost = row.status === "replacing" ? deployedName(row.old as ResourceState) : undefined;
      if (lost !== undefined) this.#used.add(fqn);
      const written = {
        id: fqn,
        resource,
        replaced: lost === undefined ? [] : [lost],
        local: providerMode === "local",
        retained: removalPolicy === "retain",
        holdsClasses: holdsClasses(program, fqn),
      };
      const mayAdopt = yield* adopts(declared?.Adopt);
      yield* judged(() => core().judgeWrite(written, found, mayAdopt, this.release));
      if (before === undefined && (found !== undefined || (yield* takesForeign(row)))) {
        this.#adopt(program, fqn);
      }
    });
  }

  /** Retains what was there before this stage took it, unless the program lets it go. */
  #adopt({ declared, release }: Program, fqn: string): void {
    if (release.includes(fqn) || declared.some(({ id, deletes }) => id === fqn && deletes)) return;
    this.#adopted.add(fqn);
    this.#keep([fqn]);
  }

  #withRetention<V extends PersistedState>(request: Place & { value: V }): Place & { value: V } {
    if (!this.#isOwn(request) || !this.#adopted.has(request.fqn)) return request;
    return { ...request, value: { ...request.value, removalPolicy: "retain" } };
  }

  /** The name of a resource that the account has already, and that no row of this stage has. */
  #found(program: Program, fqn: string, row: ResourceState): Effect.Effect<string | undefined> {
    if (this.#probed.has(fqn) || row.providerMode === "local") return Effect.succeed(undefined);
    const declared = program.declared.find(({ id }) => id === fqn);
    const resource = this.stack.resources[fqn];
    const isHere = (name: string) => program.rows.some((held) => held.name === name);
    const name = declared?.name;
    // It may be known later.
    if (!resource || name === undefined) return Effect.succeed(undefined);
    this.#probed.add(fqn);
    if (isHere(name)) return Effect.succeed(undefined);
    return findUnprobed(resource, row);
  }
}

/** Whether the Worker at `fqn` has a class, or a workflow that goes with it. */
function holdsClasses({ declared, rows }: Program, fqn: string): boolean {
  const row = rows.find(({ id }) => id === fqn);
  return (row?.bindings ?? []).length > 0 || declared.some(({ worker }) => worker === fqn);
}
