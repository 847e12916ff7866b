/** Kinds that nothing else in the account depends on, by Alchemy's names: a file and a line for each. */
import { vectorize } from "./vectorize.ts";

export const PLAIN = { VectorizeIndex: vectorize };

export type PlainKind = keyof typeof PLAIN;
