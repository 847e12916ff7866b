/** Reads usage from Cloudflare's GraphQL analytics. */
import { setTimeout } from "node:timers/promises";
import type { BaseCloudflare } from "cloudflare/client";
import { type Limit, Pace } from "../monitor/collect/pace.ts";
import type { Dataset, UsageRow } from "./price.ts";

/** The most rows that one answer has. If there are as many, some may be missing. */
const MOST_ROWS = 10_000;

/** So many queries are allowed for one user, beside the limit of all other calls. */
const QUERIES: Limit = { calls: 300, window: 300_000 };

/** How long it is waited before each new try, as Cloudflare's client waits where the status says 429. */
const WAITS_MS = [500, 1000, 2000, 4000];

/** An answer with an error in it, or one that cannot be used. */
export class AnalyticsError extends Error {
  /**
   * @param isPartial Whether there was something beside the error.
   * @param isCut Whether there are more rows than an answer can have.
   */
  constructor(
    message: string,
    readonly isPartial = false,
    readonly isCut = false,
  ) {
    super(message);
  }

  get isForbidden(): boolean {
    return /not authorized|does not have access|unauthorized/i.test(this.message);
  }

  get isLimited(): boolean {
    return /budget depleted|exceeded its rate limit|too many queries/i.test(this.message);
  }
}

type Json = Readonly<Record<string, unknown>>;

export class Analytics {
  readonly #pace: Pace;

  /** @param waits Gets the time for which nothing will happen, in milliseconds. */
  constructor(
    readonly client: BaseCloudflare,
    readonly account: string,
    waits: (milliseconds: number) => void,
  ) {
    this.#pace = new Pace(waits, undefined, QUERIES);
  }

  /**
   * All rows of a dataset on these days, which follow one another. If they are too many for one answer, each
   * half of the days is asked for alone.
   *
   * @throws AnalyticsError if it cannot be read whole.
   */
  async read(dataset: Dataset, days: readonly string[]): Promise<UsageRow[]> {
    const rows = await this.#ask(dataset, days);
    if (rows.length < MOST_ROWS) return rows;
    const middle = Math.floor(days.length / 2);
    if (middle === 0) {
      const message = `one day has more than ${MOST_ROWS.toLocaleString("en-US")} rows`;
      throw new AnalyticsError(message, true, true);
    }
    const first = await this.read(dataset, days.slice(0, middle));
    return [...first, ...(await this.read(dataset, days.slice(middle)))];
  }

  async #ask(dataset: Dataset, days: readonly string[]): Promise<UsageRow[]> {
    const variables = { account: this.account, from: days[0], to: days.at(-1) };
    const body = { query: queryFor(dataset), variables };
    for (let attempt = 0; ; attempt++) {
      await this.#pace.next();
      const answer = await this.client.post("/graphql", { body }).asResponse();
      try {
        return rowsIn(await jsonOf(answer), dataset);
      } catch (error) {
        const wait = WAITS_MS[attempt];
        if (!(error instanceof AnalyticsError && error.isLimited) || wait === undefined)
          throw error;
        await setTimeout(wait);
      }
    }
  }
}

/** All names in it are our own: see `monitor/src/cost/meters.rs`. */
function queryFor({ name, key, by, fold, fields }: Dataset): string {
  const values = fold === "count" ? "count" : `${fold} { ${fields.join(" ")} }`;
  return `query Usage($account: string!, $from: Date!, $to: Date!) {
  viewer {
    accounts(filter: { accountTag: $account }) {
      ${name}(limit: ${MOST_ROWS}, filter: { date_geq: $from, date_leq: $to }) {
        dimensions { date ${key} ${by} }
        ${values}
      }
    }
  }
}`;
}

async function jsonOf(response: Response): Promise<Json> {
  try {
    return objectIn(await response.json());
  } catch {
    throw new AnalyticsError("the answer is no JSON");
  }
}

function rowsIn({ data, errors }: Json, dataset: Dataset): UsageRow[] {
  const { viewer } = objectIn(data);
  const { accounts } = objectIn(viewer);
  const rows = Array.isArray(accounts) ? objectIn(accounts[0])[dataset.name] : undefined;
  // Even with the status 200 there may be errors, beside some rows or all of them.
  const [first] = Array.isArray(errors) ? errors : [];
  if (first !== undefined) {
    const { message } = objectIn(first);
    throw new AnalyticsError(typeof message === "string" ? message : "", Array.isArray(rows));
  }
  if (!Array.isArray(rows)) throw new AnalyticsError("the answer has no rows");
  return rows.map((row) => rowOf(objectIn(row), dataset));
}

function rowOf(row: Json, { name, key, by, fold, fields }: Dataset): UsageRow {
  const { date, ...dimensions } = objectIn(row.dimensions);
  const folded = objectIn(row[fold]);
  const values = fold === "count" ? [row.count] : fields.map((field) => folded[field]);
  const isWhole = typeof date === "string" && values.every(Number.isFinite);
  if (!isWhole) throw new AnalyticsError("a row has another shape");
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    dataset: name,
    key: text(dimensions[key]),
    by: text(dimensions[by]),
    day: date,
    values: values as number[],
  };
}

function objectIn(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
