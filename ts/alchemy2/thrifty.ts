/** Cheap previews: what a Worker of Alchemy 2 has in stages that are not protected. */
import type { WorkerProps } from "alchemy/Cloudflare";
import { Stack } from "alchemy/Stack";
import * as Effect from "effect/Effect";
import { type Dialect, type Kept, saved } from "../savings.ts";
import { type BlocksOptions, inScope, isDeployed, type Options } from "./block.ts";

const DIALECT: Dialect = {
  cpu: "cpuMs",
  observability: { enabled: true, logs: { enabled: true, invocationLogs: true } },
};

/** Which options of a Worker `thrifty` leaves alone, or sets to something else, in which stages. */
export interface ThriftyOverrides {
  /** No cron triggers, by default. Those of `Cloudflare.Workers.cron` stay. */
  crons?: Kept<string[]> | undefined;
  /** At most 50 ms of CPU time for each request, by default. The free plan of Cloudflare takes no limit. */
  limits?: Kept<NonNullable<WorkerProps["limits"]>> | undefined;
  /** The logs of one request in ten, by default. */
  observability?: Kept<NonNullable<WorkerProps["observability"]>> | undefined;
}

/** The options of a Worker, as far as `thrifty` looks at them. `object`, since none of them is needed. */
export type ThriftyProps = object & Pick<WorkerProps, "crons" | "limits" | "observability">;

/**
 * The options of a Worker at less cost in stages that are not protected: no cron triggers, at most 50 ms of
 * CPU time, and one request in ten in the logs. A stage is protected if the set of blocks protects it.
 */
export type Thrifty = <const Props extends ThriftyProps, Error = never, Req = never>(
  props: Options<Props, Error, Req>,
  overrides?: ThriftyOverrides,
) => Effect.Effect<Props, Error, Req>;

export function thriftyFor(settings: BlocksOptions): Thrifty {
  const thrifty = (given: Options<ThriftyProps>, overrides: ThriftyOverrides = {}) =>
    Effect.gen(function* () {
      const props = Effect.isEffect(given) ? yield* given : given;
      if (isDeployed()) return props;
      const { stage } = yield* Stack;
      const isProtected = yield* inScope((scope) => scope.protects(settings));
      return saved(props, overrides, stage, isProtected, DIALECT);
    });
  // The types do not show the error and the stack that every block needs.
  return thrifty as unknown as Thrifty;
}
