/** What a Worker costs in a preview: its cron triggers, its CPU time and its logs. */

/** The part of a Worker's options that `thrifty` sets, in either version of Alchemy. */
export interface Spending {
  crons?: string[] | undefined;
  limits?: object | undefined;
  observability?: Observability | undefined;
}

type Option = keyof Spending;

/**
 * What one option is in some stages: `"same"` for what the Worker's own options say, or a value. Without
 * stages, `"same"` is for all of them.
 */
export type Kept<Value> = "same" | { readonly [stage: string]: "same" | Value | undefined };

interface Rate {
  headSamplingRate?: number | undefined;
}

interface Observability extends Rate {
  enabled?: boolean | undefined;
  logs?:
    | (Rate & { enabled?: boolean | undefined; invocationLogs?: boolean | undefined })
    | undefined;
  traces?: Rate | undefined;
}

/** How one version of Alchemy calls what differs. */
export interface Dialect {
  /** The option of `limits` for the CPU time. */
  cpu: "cpu_ms" | "cpuMs";
  /** What Alchemy takes if `observability` is left out. */
  observability: Observability;
}

/** In milliseconds for each request. */
const CPU = 50;
/** The part of the requests that are logged. */
const SAMPLED = 0.1;

/** The options of a Worker in one stage: what is written for the stage, else what saves, if it may. */
export function saved<Props extends object>(
  props: Props,
  overrides: { readonly [option in Option]?: Kept<unknown> | undefined },
  stage: string,
  isProtected: boolean,
  dialect: Dialect,
): Props {
  const given: Spending = props;
  const cheap = {
    // Left out, they stay as they were deployed.
    crons: [],
    limits: limited(given.limits, dialect.cpu),
    observability: sampled(given.observability ?? dialect.observability),
  };
  const changes = Object.entries(cheap).flatMap(([option, value]) => {
    const written = writtenFor(overrides[option as Option], stage);
    if (written === "same" || (written === undefined && isProtected)) return [];
    return [[option, written ?? value]];
  });
  return { ...props, ...Object.fromEntries(changes) };
}

function writtenFor(kept: Kept<unknown> | undefined, stage: string): unknown {
  if (typeof kept !== "object") return kept;
  return Object.hasOwn(kept, stage) ? kept[stage] : undefined;
}

function limited(limits: object = {}, cpu: Dialect["cpu"]): object {
  return { ...limits, [cpu]: least((limits as Record<string, unknown>)[cpu], CPU) };
}

function sampled(observability: Observability): Observability {
  const { logs, traces } = observability;
  const rate = least(observability.headSamplingRate, SAMPLED);
  const part = (one: Rate) => ({ ...one, headSamplingRate: least(one.headSamplingRate, rate) });
  return {
    ...observability,
    headSamplingRate: rate,
    ...(logs && { logs: part(logs) }),
    ...(traces && { traces: part(traces) }),
  };
}

function least(given: unknown, most: number): number {
  return typeof given === "number" ? Math.min(given, most) : most;
}
