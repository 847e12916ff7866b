/**
 * The same as `exports.test.ts`, for `alchemy/Cloudflare` of Alchemy 2: every constructor is of a kind of
 * the catalogue, or on a list that says why not.
 */
import { beforeAll, expect, test } from "bun:test";
import { alchemy2Folder } from "../../scripts/alchemy2.mjs";
import { UNMODELLED_2 as REASONS } from "../../ts/generated/kinds.ts";
import { ALL_KINDS } from "../../ts/kinds.ts";
import { type Analyser, analyser, FILE } from "./compare.ts";

const UNMODELLED_2 = Object.keys(REASONS);

/** Why what a program could call is of no kind. */
const WHY_NOT: Readonly<Record<string, readonly string[]>> = {
  "it is a setting of an account or of another resource, and has no name of its own": [
    "AccountSetting",
    "AI.CustomTopics",
    "AI.SecuritySettings",
    "R2.BucketEventNotification",
    "R2.BucketSippy",
    "R2.DataCatalog",
    "Vectorize.MetadataIndex",
    "Queues.Consumer",
    "Queues.Subscription",
    "Subdomain",
    "WorkerRoute",
  ],
  "it is a part of an AI gateway": [
    "AI.Dataset",
    "AI.Evaluation",
    "AI.GatewayDynamicRouting",
    "AI.ProviderKey",
  ],
  "it binds what is declared elsewhere": [
    "AI",
    "AI.QueryGateway",
    "AI.QuerySearch",
    "AI.QuerySearchNamespace",
    "AnalyticsEngine.WriteDataset",
    "Browser",
    "D1.PreparedStatement",
    "D1.QueryDatabase",
    "Fetch",
    "Hyperdrive.Connect",
    "KV.ReadNamespace",
    "KV.ReadWriteNamespace",
    "KV.WriteNamespace",
    "Pipelines.WriteStream",
    "Queues.WriteQueue",
    "R2.ReadBucket",
    "R2.ReadWriteBucket",
    "R2.WriteBucket",
    "RateLimit",
    "SecretKey",
    "Vectorize.SearchIndex",
    "VersionMetadata",
    "WorkerEntrypoint",
    "WorkersForPlatforms.Get",
    "WorkerLoader",
  ],
  "a Worker that binds a workflow makes it": ["WorkflowResource"],
  "it is what runs inside a Worker": [
    "CronEventSource",
    "DurableObjectState",
    "EmailEventSource",
    "Queues.EventSource",
    "Request",
    "Telemetry",
    "WorkerEnvironment",
    "WorkerExecutionContext",
    "WorkflowEvent",
    "WorkflowStep",
    "WorkflowStepContext",
  ],
  "it is a service of Effect's, or an error": [
    "AmbiguousDurableObjectTransfer",
    "CloudflareApiLive",
    "CloudflareEnvironment",
    "ContainerPlatform",
    "ContainerTag",
    "Credentials",
    "DurableObjectTransferRequired",
    "Providers",
    "WorkerIdNotFound",
  ],
};
const SERVICE = /(Provider|ProviderLive|ProviderLocal|Scope|Error)$/;

/** What older betas call them. */
const OLDER = [
  "D1Database",
  "DurableObjectNamespace",
  "KVNamespace",
  "Queue",
  "R2Bucket",
  "StaticSite",
  "Vite",
];

const MODELLED = ALL_KINDS.flatMap(({ kind, alchemy2 }) =>
  [alchemy2.constructor, ...alchemy2.also].map((name) => ({ name, kind, alchemy2 })),
);
const SPACES = [...new Set(MODELLED.flatMap(({ name }) => name.split(".").slice(0, -1)))];

/** Prints what has a capital and can be called, with the type of its rows, if it has any. */
const SCRIPT = `
import * as Cloudflare from "alchemy/Cloudflare";
const inside = (space, prefix) =>
  Object.entries(space).flatMap(([name, value]) =>
    typeof value === "function" && /^[A-Z]/.test(name) ? [[prefix + name, value.Type ?? null]] : [],
  );
const spaces = ${JSON.stringify(SPACES)}.flatMap((name) => inside(Cloudflare[name], name + "."));
const has = (path) => path.split(".").reduce((space, name) => space?.[name], Cloudflare);
const missing = ${JSON.stringify(UNMODELLED_2)}.filter((path) => typeof has(path) !== "function");
console.log(JSON.stringify({ exported: [...inside(Cloudflare, ""), ...spaces], missing }));
`;

let reader: Analyser;
let exported: [name: string, type: string | null][];
let missing: string[];
beforeAll(async () => {
  reader = await analyser();
  // Alchemy 2 is not the project's own: it is loaded where it is.
  const child = Bun.spawnSync([process.execPath, "--eval", SCRIPT], { cwd: alchemy2Folder });
  ({ exported, missing } = JSON.parse(child.stdout.toString()));
}, 60_000);

/** What a namespace and the module itself both have is the same function. */
const bare = (name: string) => name.replace(/^(Containers|Workers|Workflows|Website)\./, "");

test("every constructor is modelled, or listed with a reason", () => {
  const listed = Object.values(WHY_NOT).flat();
  const modelled = MODELLED.map(({ name }) => name);
  const known = new Set([...listed, ...modelled, ...UNMODELLED_2]);
  const names = exported.map(([name]) => name).filter((name) => !SERVICE.test(name));
  expect(names.filter((name) => !known.has(name) && !known.has(bare(name)))).toEqual([]);
  expect(modelled.filter((name) => !names.includes(name)).sort()).toEqual(OLDER);
  const all = names.flatMap((name) => [name, bare(name)]);
  expect(listed.filter((name) => !all.includes(name))).toEqual([]);
});

/** What Alchemy's own constructors call, and programs do not. */
const INNER = ["ContainerPlatform", "WorkflowResource"];

test("every constructor of a kind's own type of row is modelled as this kind", () => {
  for (const [name, type] of exported) {
    const kind = ALL_KINDS.find(({ alchemy2 }) => alchemy2.resources.includes(type ?? ""))?.kind;
    if (kind === undefined || INNER.includes(bare(name))) continue;
    expect(MODELLED).toContainEqual(expect.objectContaining({ name, kind }));
  }
});

test.each(MODELLED)("`$name` is found as a $kind", ({ name, kind, alchemy2 }) => {
  const text = `
    import * as Alchemy from "alchemy";
    import * as Cloudflare from "alchemy/Cloudflare";
    const one = Cloudflare.${name}("site", { ${alchemy2.naming || "className"}: "fixed" });
    export default Alchemy.Stack("shop", {}, one);`;
  const options = JSON.stringify({ stages: ["prod"] });
  const { declarations } = JSON.parse(reader.link([reader.parse(FILE, text)], options));
  expect(declarations).toMatchObject([{ kind, id: "site", alchemy: 2, app: "shop" }]);
  expect(declarations[0].names.prod.name).toBe("fixed");
});

test("what is passed over exists", () => {
  expect(missing).toEqual([]);
  expect(MODELLED.filter(({ name }) => UNMODELLED_2.includes(name))).toEqual([]);
});

test.each(UNMODELLED_2)("`%s` is said to be passed over", (name) => {
  const text = `
    import * as Alchemy from "alchemy";
    import * as Cloudflare from "alchemy/Cloudflare";
    export default Alchemy.Stack("shop", {}, Cloudflare.${name}("one", {}));`;
  const { declarations, findings } = JSON.parse(reader.link([reader.parse(FILE, text)], "{}"));
  expect(declarations).toEqual([]);
  const said = findings.filter(({ code }: { code: string }) => code === "unmodelled");
  expect(said).toMatchObject([{ severity: "info", line: 4 }]);
});
