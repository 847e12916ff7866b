/** What a run is about: Alchemy 2 does not tell its store, so the guard reads it from the trace. */
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import type { AnySpan, Span } from "effect/Tracer";
import type { Environment } from "./facts.ts";

/** A plan that Alchemy is making. */
export interface Plan {
  /** Stands for this one plan. */
  readonly span: object;
  /** How many resources it wants: none if it destroys the stage. */
  readonly wants: number;
  /** Whether the command line says that it destroys the stage. */
  readonly destroys: boolean;
}

/** The plan that the store is called for, if it is called for one. */
export const currentPlan: Effect.Effect<Plan | undefined> = Effect.map(
  Effect.option(Effect.currentParentSpan),
  (span) => planAbove(Option.getOrUndefined(span)),
);

function planAbove(from: AnySpan | undefined): Plan | undefined {
  const above = spansFrom(from);
  const span = above.find(({ name }) => name === "plan.make");
  const wants = span?.attributes.get("alchemy.resources.count");
  if (!span || typeof wants !== "number") return undefined;
  const destroys = above.some(({ attributes }) => attributes.get("alchemy.destroy") === true);
  return { span, wants, destroys };
}

function spansFrom(span: AnySpan | undefined): Span[] {
  if (span?._tag !== "Span") return [];
  return [span, ...spansFrom(Option.getOrUndefined(span.parent))];
}

/** What says which stage a run is for, beside Alchemy itself. */
export function environment(): Environment {
  const { env = {}, argv = [] } = globalThis.process ?? {};
  return {
    stage: env.STAGE,
    alchemyStage: env.ALCHEMY_STAGE,
    argument: stageArgument(argv.slice(2)),
    user: env.USER,
    username: env.USERNAME,
    ci: env.CI,
  };
}

function stageArgument(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === "--stage" || arg.startsWith("--stage="));
  return args[at] === "--stage" ? args[at + 1] : args[at]?.slice("--stage=".length);
}
