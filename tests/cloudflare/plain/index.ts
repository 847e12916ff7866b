/** Kinds that nothing else in the account depends on, by Alchemy's names: a file and a line for each. */
import { aiGateway } from "./ai-gateway.ts";
import { container } from "./container.ts";
import { dispatchNamespace } from "./dispatch-namespace.ts";
import { hyperdrive } from "./hyperdrive.ts";
import { pipeline } from "./pipeline.ts";
import { vectorize } from "./vectorize.ts";

export const PLAIN = {
  VectorizeIndex: vectorize,
  Hyperdrive: hyperdrive,
  DispatchNamespace: dispatchNamespace,
  AiGateway: aiGateway,
  Pipeline: pipeline,
  Container: container,
};

export type PlainKind = keyof typeof PLAIN;
