/** Kinds that nothing else in the account depends on, by Alchemy's names: a file and a line for each. */
import { dispatchNamespace } from "./dispatch-namespace.ts";
import { hyperdrive } from "./hyperdrive.ts";
import { vectorize } from "./vectorize.ts";

export const PLAIN = {
  VectorizeIndex: vectorize,
  Hyperdrive: hyperdrive,
  DispatchNamespace: dispatchNamespace,
};

export type PlainKind = keyof typeof PLAIN;
