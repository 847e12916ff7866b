/** Cheap previews: what a Worker of Alchemy 0.94 has in stages that are not protected. */
import type { WorkerProps } from "alchemy/cloudflare";
import { refuseAlchemy2 } from "./alchemy/guard/entry.ts";
import { consentingRun } from "./alchemy/guard/settings.ts";
import { activeScope, requireScope } from "./alchemy/scope.ts";
import { inScope } from "./block.ts";
import { rethrow } from "./errors.ts";
import { type Dialect, type Kept, saved } from "./savings.ts";

const DIALECT: Dialect = { cpu: "cpu_ms", observability: {} };

/** Which options of a Worker `thrifty` leaves alone, or sets to something else, in which stages. */
export interface ThriftyOverrides {
  /** No cron triggers, by default. */
  crons?: Kept<string[]> | undefined;
  /** At most 50 ms of CPU time for each request, by default. The free plan of Cloudflare takes no limit. */
  limits?: Kept<NonNullable<WorkerProps["limits"]>> | undefined;
  /** The logs of one request in ten, by default. */
  observability?: Kept<NonNullable<WorkerProps["observability"]>> | undefined;
}

/** The options of a Worker, as far as `thrifty` looks at them. `object`, since none of them is needed. */
export type ThriftyProps = object & Pick<WorkerProps, "crons" | "limits" | "observability">;

/**
 * The options of a Worker, or of one of Alchemy's frameworks, at less cost in stages that are not
 * protected: no cron triggers, at most 50 ms of CPU time, and one request in ten in the logs. A stage is
 * protected if any set of blocks protects it. Call it once the app is there.
 *
 * @param overrides what is left alone or set to something else, by stage.
 * @throws BlockError `stage-implicit`, `stage-case`
 *
 * @example
 * ```ts
 * import { thrifty } from "@alch/blocks";
 * import { Worker } from "alchemy/cloudflare";
 *
 * await Worker("api", thrifty({ entrypoint: "./src/api.ts", crons: ["0 * * * *"] }));
 * ```
 */
export function thrifty<const Props extends ThriftyProps>(
  props: Props,
  overrides: ThriftyOverrides = {},
): Props {
  try {
    if (!activeScope()) refuseAlchemy2();
    const scope = requireScope();
    consentingRun(scope);
    const isProtected = inScope((known) => known.protects({}));
    return saved(props, overrides, scope.stage, isProtected, DIALECT);
  } catch (error) {
    rethrow(error, thrifty);
  }
}
