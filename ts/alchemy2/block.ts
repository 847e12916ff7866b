/** One call of a block: the law decides, and Alchemy's own constructor makes the resource. */
import { toFqn, toPath } from "alchemy/FQN";
import { CurrentNamespace } from "alchemy/Namespace";
import { RemovalPolicy } from "alchemy/RemovalPolicy";
import { Stack } from "alchemy/Stack";
import * as Effect from "effect/Effect";
import type { BlockError as CoreError } from "../errors.ts";
import type { AlchemyScope } from "../internals.ts";
import { KINDS, type Kind } from "../kinds.ts";
import type { ExpiryOptions, RegionOptions, Settings, StageOptions } from "../options.ts";
import { textAt } from "../state/alchemy2.ts";
import { core, type Run, type Scope } from "../wasm.ts";
import { adopts } from "./account.ts";
import { type BlockError, judged, refused } from "./error.ts";
import { type Expiry, noteExpiry } from "./expiry.ts";
import { writtenPolicy } from "./removal.ts";
import { environment } from "./run.ts";

/** What a set of blocks of Alchemy 2 has in common. */
export type BlocksOptions = Pick<
  Settings,
  "prefix" | "protect" | "region" | "bare" | "previewDomain" | "expireDays"
>;

/** What a program gives a block, as far as blocks look at it. */
export type Given = StageOptions &
  RegionOptions &
  ExpiryOptions & { share?: string | null | undefined };

/** What Alchemy is called with. */
interface Decision {
  props: object;
  retains: boolean;
  /** Whether another stage owns it and this one only binds it. */
  shared: boolean;
  /** What the objects of a bucket expire by, if they do. */
  expiry?: Expiry | undefined;
}

/** A constructor of Alchemy's, and the one for what another stage has. */
export interface Constructor<A> {
  make(props: object): Effect.Effect<A, BlockError, Stack>;
  ref?: ((stage: string) => Effect.Effect<A>) | undefined;
}

/** What each evaluation of a program has declared, with the names by their ids. */
const runs = new WeakMap<object, { run: Run; names: Map<string, string> }>();

/** Options, or an Effect that gives them. */
export type Options<Props, Error = never, Req = never> = Props | Effect.Effect<Props, Error, Req>;

/** Makes a resource by the law, in the stage that Alchemy knows. */
export function declare<A>(
  kind: Kind,
  id: string,
  given: Options<Given> | undefined,
  { make, ref }: Constructor<A>,
  settings: BlocksOptions,
): Effect.Effect<A, BlockError, Stack> {
  return Effect.gen(function* () {
    const { props, retains, owner } = yield* settle(kind, id, given, settings);
    if (owner !== undefined && ref) return yield* ref(owner);
    if (!retains) return yield* make(props);
    return yield* Effect.provideService(make(props), RemovalPolicy, "retain");
  });
}

/** What becomes of the options of a block. */
export interface Settled {
  props: object;
  retains: boolean;
  /** The stage that owns it, if this one only binds it. */
  owner?: string | undefined;
}

/** Decides by the law what Alchemy's constructor is called with. */
export function settle(
  kind: Kind,
  id: string,
  options: Options<Given> | undefined,
  settings: BlocksOptions,
): Effect.Effect<Settled, BlockError, Stack> {
  return Effect.gen(function* () {
    const stack = yield* Stack;
    const given = Effect.isEffect(options) ? yield* options : options;
    const { stage: _, pin: __, region: ___, expireDays: ____, share, ...own } = given ?? {};
    // A deployed Worker may not compile WebAssembly, and needs no names: it has its bindings.
    if (isDeployed()) {
      const owner = share && share !== stack.stage ? share : undefined;
      return { props: own, retains: false, owner };
    }
    const here = yield* currentScope;
    const namespace = yield* CurrentNamespace;
    // What the program itself says of its removal comes first.
    const written = yield* writtenPolicy(stack, toFqn(namespace, id));
    const known = written === undefined ? given : { ...given, delete: true };
    const { run, names } = runOf(stack);
    const decided = yield* judged(() => decide(kind, id, known, settings, run, here));
    if (decided.expiry) noteExpiry(stack, toFqn(namespace, id), decided.expiry);
    if (!decided.shared) yield* declareOnce(names, toFqn(namespace, id), kind, decided.props);
    return { ...decided, owner: decided.shared && share ? share : undefined };
  });
}

/** The place that Alchemy evaluates, as the core sees one of 0.94. */
const currentScope: Effect.Effect<AlchemyScope, never, Stack> = Effect.gen(function* () {
  const stack = yield* Stack;
  const chain = [stack.name, stack.stage, ...toPath(yield* CurrentNamespace)];
  const adopt = yield* adopts(undefined);
  return { stage: stack.stage, chain, adopt, environment: environment() };
});

/** Whether this is a deployed Worker, and no deploy. */
export function isDeployed(): boolean {
  return (globalThis as { __ALCHEMY_RUNTIME__?: boolean }).__ALCHEMY_RUNTIME__ === true;
}

/** Asks the law in the scope that Alchemy evaluates. */
export function inScope<A>(ask: (scope: Scope) => A): Effect.Effect<A, BlockError, Stack> {
  return Effect.gen(function* () {
    const stack = yield* Stack;
    const here = yield* currentScope;
    return yield* judged(() => {
      const scope = new (core().Scope)(runOf(stack).run, here);
      try {
        return ask(scope);
      } finally {
        scope.free();
      }
    });
  });
}

/** Refuses what is no id, where a block is called and not where it is used. */
export function checkId(kind: Kind, id: unknown): void {
  if (typeof id === "string") return;
  const here = { stage: "dev", chain: ["", ""], adopt: false, environment: environment() };
  decide(kind, id as string, {}, {}, new (core().Run)(), here);
}

function runOf(stack: object) {
  const known = runs.get(stack) ?? { run: new (core().Run)(), names: new Map() };
  runs.set(stack, known);
  return known;
}

/** Refuses a second resource under one id: Alchemy would return the first one, and make no other. */
function declareOnce(
  names: Map<string, string>,
  fqn: string,
  kind: Kind,
  props: object,
): Effect.Effect<void, BlockError> {
  const { naming } = KINDS[kind].alchemy2;
  // A class has no row of its own.
  if (naming === "" || kind === "workflow") return Effect.void;
  const name = `${kind} ${textAt(props, naming) ?? ""}`;
  const first = names.get(fqn) ?? name;
  names.set(fqn, first);
  if (first === name) return Effect.void;
  return refused(core().declaredTwiceInAlchemy2(fqn, first, name) as CoreError);
}

function decide(
  kind: Kind,
  id: string,
  given: Given | undefined,
  settings: BlocksOptions,
  run: Run,
  here: AlchemyScope,
): Decision {
  const take = (shared: boolean) => (_: string, passed: Record<string, unknown>) => ({
    ...taken(kind, passed),
    shared,
  });
  const scope = new (core().Scope)(run, here);
  try {
    const common = { ...settings, shared: take(true) };
    const decision = scope.call(kind, id, given, take(false), common) as Decision;
    // Only what looks mistyped: the state is not at hand here.
    run.warnStages(here.stage, []);
    const { lifecycle, ...props } = decision.props as { lifecycle?: Expiry["rule"][] };
    const declared = scope.declared(id, KINDS[kind].alchemy2.resources[0] ?? "");
    const rule = lifecycle?.find((one) => one.id === declared?.expiryRule);
    if (!rule || !declared) return decision;
    return { ...decision, props, expiry: { rule, declared } };
  } finally {
    scope.free();
  }
}

/** The options that the law gives 0.94, as Alchemy 2 takes them. */
function taken(kind: Kind, passed: Record<string, unknown>): Omit<Decision, "shared"> {
  const { naming, alchemy2 } = KINDS[kind];
  const others = Object.entries(passed).filter(
    ([key]) => key !== "delete" && !naming.includes(key),
  );
  const names = alchemy2.naming === "" ? {} : { [alchemy2.naming]: passed.name };
  return { props: { ...Object.fromEntries(others), ...names }, retains: passed.delete === false };
}
