/** What blocks declare in a stage. The page asks the core as a deploy does, with no Alchemy behind it. */
import { BlockError } from "../../ts/errors.ts";
import type { AlchemyScope } from "../../ts/internals.ts";
import { core, type Scope } from "../../ts/wasm.ts";
import { type Input, type Version, written } from "./link.ts";

/** What the core answers, or how it refuses; and what it warns of. */
export interface Asked<A> {
  answer: A | BlockError;
  warnings: readonly string[];
}

/** What a block passes to Alchemy, as far as the page shows it. */
export interface Passed {
  /** The class of a Durable Object or a workflow. */
  className?: string;
  /** `false` if the data stays when the stage is destroyed. */
  delete?: boolean;
}

/** Calls the block of a kind in a stage. */
export function askBlock(
  { version, kind, base }: Pick<Input, "version" | "kind" | "base">,
  stage: string,
): Asked<Passed> {
  return inStage(version, stage, (scope) => scope.call(kind, base, {}, passedOn, {}) as Passed);
}

/** Calls `Domain` in a stage. */
export function askHost(
  { version, host, zone, previewDomain, bare }: Input,
  stage: string,
): Asked<{ name: string }> {
  const options = { ...written({ zone, previewDomain, bare }), worker: "my-worker" };
  return inStage(version, stage, (scope) => {
    return scope.domain(host, options, passedOn, {}) as { name: string };
  });
}

/** What the core calls in the place of Alchemy's own function. */
const passedOn = (_: string, options: object) => options;

function inStage<A>(version: Version, stage: string, ask: (scope: Scope) => A): Asked<A> {
  const { warn } = console;
  const warnings: string[] = [];
  // The core prints what it warns of. Here it belongs into the page.
  console.warn = (text: string) => void warnings.push(text);
  try {
    const { Run, Scope, stageSlug } = core();
    // Without a stage the core would look for another one, as a deploy does.
    stageSlug(stage);
    const scope = new Scope(new Run(), placeOf(version, stage));
    const answer = ask(scope);
    scope.free();
    return { answer, warnings };
  } catch (error) {
    if (!(error instanceof BlockError)) throw error;
    return { answer: error, warnings };
  } finally {
    console.warn = warn;
  }
}

/** A scope of Alchemy's. One with an environment of its own is a stack of Alchemy 2. */
function placeOf(version: Version, stage: string): AlchemyScope {
  const scope = { stage, chain: ["my-app", stage], adopt: false };
  return version === "2" ? { ...scope, environment: NOWHERE } : scope;
}

/** There is no command line and no CI in a browser. */
const NOWHERE: NonNullable<AlchemyScope["environment"]> = {
  stage: undefined,
  alchemyStage: undefined,
  argument: undefined,
  user: undefined,
  username: undefined,
  ci: undefined,
};
