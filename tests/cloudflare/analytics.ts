/**
 * Cloudflare's GraphQL analytics: `POST /graphql`. A query is checked against a schema with the names that
 * Cloudflare publishes, and refused for the reasons, in the words and by the limits of the real one.
 */
import {
  buildSchema,
  GraphQLError,
  type GraphQLResolveInfo,
  graphqlSync,
  Kind,
  parse,
} from "graphql";
import type { Account } from "./account.ts";
import { isJson, type Json, type Reply } from "./router.ts";

/** The values of a dataset, by the way in which they come together. */
interface Node {
  dimensions: readonly string[];
  sum?: readonly string[];
  max?: readonly string[];
}

/** See the pages "Metrics and analytics" of each product. */
const NODES: Readonly<Record<string, Node>> = {
  workersInvocationsAdaptive: {
    dimensions: ["scriptName", "status"],
    sum: ["requests", "errors", "subrequests", "cpuTimeUs"],
  },
  d1AnalyticsAdaptiveGroups: {
    dimensions: ["databaseId"],
    sum: ["readQueries", "writeQueries", "rowsRead", "rowsWritten"],
  },
  d1StorageAdaptiveGroups: { dimensions: ["databaseId"], max: ["databaseSizeBytes"] },
  kvOperationsAdaptiveGroups: { dimensions: ["namespaceId", "actionType"], sum: ["requests"] },
  kvStorageAdaptiveGroups: { dimensions: ["namespaceId"], max: ["byteCount", "keyCount"] },
  r2OperationsAdaptiveGroups: {
    dimensions: ["bucketName", "actionType", "actionStatus"],
    sum: ["requests"],
  },
  r2StorageAdaptiveGroups: {
    dimensions: ["bucketName"],
    max: ["payloadSize", "metadataSize", "objectCount"],
  },
  queueMessageOperationsAdaptiveGroups: {
    dimensions: ["queueId", "actionType"],
    sum: ["billableOperations", "bytes"],
  },
  durableObjectsInvocationsAdaptiveGroups: {
    dimensions: ["namespaceId", "scriptName"],
    sum: ["requests", "errors"],
  },
  durableObjectsPeriodicGroups: {
    dimensions: ["namespaceId", "objectId"],
    sum: ["duration", "rowsRead", "rowsWritten", "activeTime", "cpuTime"],
  },
  durableObjectsSqlStorageGroups: { dimensions: ["namespaceId"], max: ["storedBytes"] },
  workflowsAdaptiveGroups: { dimensions: ["workflowName", "eventType", "stepName"] },
};

const DAY_MS = 86_400_000;
/** What Cloudflare keeps, and the longest time for one query. */
const LONGEST_S = 31 * 86_400;
const MOST_ROWS = 10_000;
const QUERIES = 300;
const WINDOW_MS = 300_000;

const SCHEMA = buildSchema(
  [
    "schema { query: Query }",
    "scalar string scalar Date scalar Time scalar uint64 scalar float64",
    "type Query { viewer: viewer }",
    "type viewer { accounts(filter: AccountFilter_InputObject!): [account!] }",
    "input AccountFilter_InputObject { accountTag: string! }",
    `type account { ${Object.keys(NODES).map(field).join(" ")} }`,
    ...Object.entries(NODES).map(typesOf),
  ].join("\n"),
);

function field(name: string): string {
  const args = `limit: uint64!, filter: ${name}Filter_InputObject!, orderBy: [string!]`;
  return `${name}(${args}): [${name}!]`;
}

function typesOf([name, { dimensions, sum, max }]: [string, Node]): string {
  const names = (some: readonly string[], type: string) => some.map((one) => `${one}: ${type}`);
  const filters = dimensions.flatMap((one) => [one, `${one}_in`]);
  const values = (fold: string, some: readonly string[] | undefined) =>
    some ? `type ${name}_${fold} { ${names(some, "float64").join(" ")} }` : "";
  const folds = [sum ? `sum: ${name}_sum` : "", max ? `max: ${name}_max` : ""];
  return `type ${name} { dimensions: ${name}_dimensions count: uint64 ${folds.join(" ")} }
    type ${name}_dimensions { date: Date ${names(dimensions, "string").join(" ")} }
    ${values("sum", sum)} ${values("max", max)}
    input ${name}Filter_InputObject { date: Date date_geq: Date date_leq: Date
      ${filters.map((one) => `${one}: ${one.endsWith("_in") ? "[string!]" : "string"}`).join(" ")} }`;
}

/** Something that happened on a day. */
export interface UsageRow {
  /** Such as `2026-10-31`. */
  date: string;
  dimensions: Readonly<Record<string, string>>;
  /** By field; for a dataset that counts, `count`. */
  values: Readonly<Record<string, number>>;
}

/** What an account has used. */
export class Analytics {
  readonly #rows = new Map<string, UsageRow[]>();
  readonly #broken = new Map<string, { message: string; isPartial: boolean }>();
  readonly #asked: number[] = [];
  /** Whether the token lacks the permission `Account Analytics: Read`. */
  forbidden = false;
  /** How many queries are allowed in five minutes. */
  budget = QUERIES;

  /** Notes usage, as a product would. */
  note(dataset: string, ...rows: UsageRow[]): void {
    if (!Object.hasOwn(NODES, dataset)) throw new Error(`there is no dataset ${dataset}`);
    this.#rows.set(dataset, [...(this.#rows.get(dataset) ?? []), ...rows]);
  }

  /** From now on a dataset fails; with `isPartial`, its rows come beside the error. */
  break(dataset: string, message: string, isPartial = false): void {
    this.#broken.set(dataset, { message, isPartial });
  }

  /** Whether so many queries more are too many. */
  isDepleted(queries: number, now = Date.now()): boolean {
    while ((this.#asked[0] ?? now) <= now - WINDOW_MS) this.#asked.shift();
    if (this.#asked.length + queries > this.budget) return true;
    for (let query = 0; query < queries; query++) this.#asked.push(now);
    return false;
  }

  /** The rows of a node, grouped as its selection says. */
  answer(dataset: string, args: NodeArgs, info: GraphQLResolveInfo, late: string[]): unknown {
    const broken = this.#broken.get(dataset);
    if (broken && !broken.isPartial) throw new GraphQLError(broken.message);
    if (broken) late.push(broken.message);
    refuseRange(args);
    const groups = grouped(this.#rows.get(dataset) ?? [], args, selected(info));
    return groups.slice(0, args.limit);
  }
}

interface NodeArgs {
  limit: number;
  filter: Readonly<Record<string, string | readonly string[]>>;
}

function refuseRange({ limit, filter }: NodeArgs): void {
  const message = `limit must be positive number and not greater than ${MOST_ROWS}`;
  if (!(limit > 0 && limit <= MOST_ROWS)) throw new GraphQLError(message);
  const first = Date.parse(String(filter.date ?? filter.date_geq ?? ""));
  const last = Date.parse(String(filter.date ?? filter.date_leq ?? ""));
  if (Number.isNaN(first) || Number.isNaN(last)) throw new GraphQLError("error parsing args: date");
  if ((last + DAY_MS - first) / 1000 > LONGEST_S) {
    const text = `query time range is too large. Time range can't be wider than ${LONGEST_S}s`;
    throw new GraphQLError(text);
  }
  if (Date.now() - first > LONGEST_S * 1000) {
    throw new GraphQLError(`cannot request data older than ${LONGEST_S}s`);
  }
}

/** The dimensions that a selection asks for: rows that are equal in them are one. */
function selected(info: GraphQLResolveInfo): string[] {
  const fields = info.fieldNodes.flatMap((node) => node.selectionSet?.selections ?? []);
  return fields.flatMap((one) => {
    if (one.kind !== Kind.FIELD || one.name.value !== "dimensions") return [];
    const inner = one.selectionSet?.selections ?? [];
    return inner.flatMap((dimension) =>
      dimension.kind === Kind.FIELD ? dimension.name.value : [],
    );
  });
}

interface Group {
  dimensions: Record<string, string>;
  sum: Record<string, number>;
  max: Record<string, number>;
  count: number;
}

function grouped(rows: readonly UsageRow[], { filter }: NodeArgs, by: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows.filter((one) => isIn(one, filter))) {
    const all: Record<string, string> = { ...row.dimensions, date: row.date };
    const dimensions = Object.fromEntries(by.map((name) => [name, all[name] ?? ""]));
    const key = JSON.stringify(dimensions);
    const group = groups.get(key) ?? { dimensions, sum: {}, max: {}, count: 0 };
    for (const [name, value] of Object.entries(row.values)) {
      group.sum[name] = (group.sum[name] ?? 0) + value;
      group.max[name] = Math.max(group.max[name] ?? 0, value);
    }
    group.count += row.values.count ?? 1;
    groups.set(key, group);
  }
  return [...groups.values()];
}

function isIn({ date, dimensions }: UsageRow, filter: NodeArgs["filter"]): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (name === "date") return date === wanted;
    if (name === "date_geq") return date >= String(wanted);
    if (name === "date_leq") return date <= String(wanted);
    if (name.endsWith("_in")) return wanted.includes(dimensions[name.slice(0, -3)] ?? "");
    return dimensions[name] === wanted;
  });
}

/** Answers a query of a token that may use `accounts`. */
export function answerQuery(body: Uint8Array, accounts: ReadonlyMap<string, Account>): Reply {
  const asked: unknown = JSON.parse(new TextDecoder().decode(body));
  const { query, variables } = isJson(asked) ? asked : ({} as Json);
  if (typeof query !== "string") return failed("error parsing args: query");
  const late: string[] = [];
  const queries = nodesIn(query);
  const nodesOf = (account: Account) =>
    Object.fromEntries(
      Object.keys(NODES).map((name) => [
        name,
        (args: NodeArgs, _: unknown, info: GraphQLResolveInfo) =>
          account.analytics.answer(name, args, info, late),
      ]),
    );
  const rootValue = {
    viewer: {
      accounts({ filter }: { filter: { accountTag: string } }) {
        const account = accounts.get(filter.accountTag);
        if (!account || account.analytics.forbidden) throw new Denied();
        if (account.analytics.isDepleted(queries)) throw new Depleted();
        return [nodesOf(account)];
      },
    },
  };
  const variableValues = isJson(variables) ? variables : {};
  const { data, errors = [] } = graphqlSync({
    schema: SCHEMA,
    source: query,
    rootValue,
    variableValues,
  });
  const whole = errors.find(
    ({ originalError }) => originalError instanceof Denied || originalError instanceof Depleted,
  );
  if (whole) return failed(whole.message);
  const all = [
    ...errors.map(({ message, path }) => errorOf(message, path)),
    ...late.map((one) => errorOf(one)),
  ];
  return answered(data ?? null, all.length > 0 ? all : null);
}

class Denied extends Error {
  override message = "not authorized for that account";
}

class Depleted extends Error {
  override message = "rate limiter budget depleted, try again after 5 minutes";
}

/** One request costs as many queries as it asks for nodes. */
function nodesIn(query: string): number {
  try {
    const text = JSON.stringify(parse(query));
    return Object.keys(NODES).reduce(
      (sum, name) => sum + text.split(`"value":"${name}"`).length - 1,
      0,
    );
  } catch {
    return 1;
  }
}

function errorOf(message: string, path: readonly (string | number)[] = []): Json {
  return { message, path: path.map(String), extensions: { timestamp: new Date().toISOString() } };
}

function failed(message: string): Reply {
  return answered(null, [errorOf(message, ["viewer", "accounts", "0"])]);
}

/** Whatever is wrong, it is wrong with status 200. */
function answered(data: unknown, errors: readonly Json[] | null): Reply {
  const headers = { "Content-Type": "application/json" };
  return { raw: { headers, body: JSON.stringify({ data, errors }) } };
}
