/** What the account holds already. */
import { AdoptPolicy, Unowned } from "alchemy/AdoptPolicy";
import { AlchemyContext } from "alchemy/AlchemyContext";
import { Artifacts, createArtifactStore, makeScopedArtifacts } from "alchemy/Artifacts";
import { isResolved } from "alchemy/Diff";
import { InstanceId } from "alchemy/InstanceId";
import { findProviderByType } from "alchemy/Provider";
import type { ResourceLike } from "alchemy/Resource";
import type { ResourceState } from "alchemy/State";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Option from "effect/Option";
import { KINDS, specInAlchemy2 } from "../kinds.ts";
import { deployedName, writtenName } from "./rows.ts";

/** Alchemy exports this service only with all that it has for Cloudflare. */
class CloudflareEnvironment extends Context.Service<
  CloudflareEnvironment,
  Effect.Effect<{ readonly accountId: string }>
>()("Cloudflare::CloudflareEnvironment") {}

/** The account that the run uses; nothing where the program does not deploy to Cloudflare. */
export const currentAccount: Effect.Effect<string | undefined> = Effect.gen(function* () {
  const environment = yield* Effect.serviceOption(CloudflareEnvironment);
  if (Option.isNone(environment)) return undefined;
  return (yield* environment.value).accountId;
});

/** The same; nothing where there are no credentials. */
export const knownAccount: Effect.Effect<string | undefined> = Effect.map(
  Effect.exit(currentAccount),
  (exit) => (Exit.isSuccess(exit) ? exit.value : undefined),
);

/** Whether a resource may be adopted: the program says so of it, or the command line of all. */
export function adopts(declared: boolean | undefined): Effect.Effect<boolean> {
  return Effect.gen(function* () {
    const policy = yield* Effect.serviceOption(AdoptPolicy);
    const context = yield* Effect.serviceOption(AlchemyContext);
    const general = Option.isSome(policy)
      ? policy.value
      : Option.isSome(context) && context.value.adopt;
    return declared === true || general;
  });
}

/**
 * The name of a resource in the account that Alchemy is about to take without asking whose it is.
 *
 * Alchemy looks for it when it plans, and adopts what has the name. Only Workers say whose they are,
 * and there Alchemy refuses by itself. While an option is not known yet, it does not look at all.
 */
export function findUnprobed(
  resource: ResourceLike,
  row: ResourceState,
): Effect.Effect<string | undefined> {
  const isWorker = specInAlchemy2(row.resourceType) === KINDS.worker;
  if (row.status === "updating" && row.adopting === true) {
    return Effect.succeed(isWorker ? undefined : deployedName(row));
  }
  if (row.status !== "creating" || isResolved(resource.Props)) return Effect.succeed(undefined);
  return Effect.map(read(row), (found) => {
    const isForeign = found !== undefined && (!isWorker || Unowned.is(found));
    return isForeign ? writtenName(row.resourceType, row.props) : undefined;
  });
}

/** Whether Alchemy takes over a Worker that says that it is somebody else's. */
export function takesForeign(row: ResourceState): Effect.Effect<boolean> {
  const isWorker = specInAlchemy2(row.resourceType) === KINDS.worker;
  if (!isWorker || row.status !== "updating" || row.adopting !== true) return Effect.succeed(false);
  return Effect.map(read(row), (found) => found !== undefined && Unowned.is(found));
}

/** Whether the account has nothing for a row. What cannot be read counts as there. */
export function isAbsent(row: ResourceState): Effect.Effect<boolean> {
  return Effect.map(
    Effect.exit(read(row)),
    (exit) => Exit.isSuccess(exit) && exit.value === undefined,
  );
}

/** Asks Alchemy's own provider, which has the credentials of the run. */
function read(row: ResourceState): Effect.Effect<object | undefined> {
  const { fqn, logicalId: id, instanceId, props: olds } = row;
  const artifacts = makeScopedArtifacts(createArtifactStore(), fqn);
  const found = Effect.gen(function* () {
    const provider = yield* findProviderByType<ResourceLike>(row.resourceType, row.providerMode);
    return yield* provider.read?.({ id, fqn, instanceId, olds, output: undefined }) ?? Effect.void;
  });
  return found.pipe(
    Effect.provideService(Artifacts, artifacts),
    Effect.provideService(InstanceId, instanceId),
  ) as Effect.Effect<object | undefined>;
}
