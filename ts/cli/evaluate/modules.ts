/** What is used of the user's Alchemy and Effect, whose types may be of another version. */
import type { Bound } from "../../state/alchemy2.ts";

export interface Stack {
  name: string;
  stage: string;
  resources: Record<string, Declared>;
  bindings: Record<string, readonly Bound[]>;
}

export interface Declared {
  FQN: string;
  Type: string;
  Props?: Record<string, unknown>;
  RemovalPolicy?: unknown;
  FormerFqns?: readonly string[];
  Mode?: string;
}

/** An effect of Effect's. */
export interface Effect {
  pipe(...steps: unknown[]): Effect;
}

interface Stage {
  stack: string;
  stage: string;
}

/** A state store. */
export interface State {
  id: string;
  listStages(stack: string): Effect;
  list(of: Stage): Effect;
  get(of: Stage & { fqn: string }): Effect;
  set(of: Stage & { fqn: string; value: unknown }): Effect;
  delete(of: Stage & { fqn: string }): Effect;
  deleteStack(of: Stage): Effect;
  getOutput(of: Stage): Effect;
  setOutput(of: Stage & { value: unknown }): Effect;
}

export interface EffectModule {
  map(of: Effect, by: (value: never) => unknown): Effect;
  flatMap(of: Effect, by: (value: never) => Effect): Effect;
  promise(make: () => Promise<unknown>): Effect;
  succeed(value: unknown): Effect;
  provide(with_: unknown): unknown;
  provideService(tag: unknown, value: unknown): unknown;
  scoped: unknown;
  runPromise(effect: Effect): Promise<unknown>;
}

export type StoreSource =
  | { backend: "local" }
  | { backend: "configured"; entrypoint: string; stage?: string };

export interface Modules {
  alchemist: {
    open(target: { entrypoint: string; stage?: string }): Effect;
    layer(): unknown;
    State: { store(source: StoreSource): Effect };
  };
  state: { State: Effect; exportState(): Effect; encodeState(value: unknown): unknown };
  context: { AlchemyContext: Effect };
  output: {
    evaluate(value: unknown, upstream: unknown): Effect;
    /** The resources that a value is read from, by their ids. */
    upstreamAny(value: unknown): object;
  };
  effect: EffectModule;
}
