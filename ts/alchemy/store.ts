/** State stores that the guard stands in front of. */
import type { AlchemyScope, StateStore, StateStoreFactory } from "./types.ts";

/** The factory that each overlaying one was made from. */
const originals = new WeakMap<StateStoreFactory, StateStoreFactory>();

/** A factory whose stores are those of `factory`, overlaid. */
export function overlaying(
  factory: StateStoreFactory,
  overlay: (scope: AlchemyScope, store: StateStore) => StateStore,
): StateStoreFactory {
  if (originals.has(factory)) return factory;
  const made: StateStoreFactory = (scope) => overlay(scope, factory(scope));
  originals.set(made, factory);
  return made;
}

/** A store for `scope` without the guard: the guard does not judge what it reads itself. */
export function plainStore(scope: AlchemyScope): StateStore {
  return (originals.get(scope.stateStore) ?? scope.stateStore)(scope);
}

/**
 * `store` with some methods replaced. The store itself stays as it is: stores call their own
 * methods, and several scopes may share one.
 */
export function overlaid(store: StateStore, methods: Partial<StateStore>): StateStore {
  return new Proxy(store, {
    get(target, key) {
      const own = methods[key as keyof StateStore];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
