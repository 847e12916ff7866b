/**
 * Every function of `alchemy/cloudflare` that makes something is either a kind of the catalogue or on
 * a list that says why not, so that a new one of Alchemy's is noticed.
 */
import { beforeAll, expect, test } from "bun:test";
import * as cloudflare from "alchemy/cloudflare";
import { KINDS, UNMODELLED } from "../../ts/generated/kinds.ts";
import { type Analyser, analyser, FILE } from "./compare.ts";

/** Why a function that makes something is of no kind, and not on the list of what `check` passes over. */
const WHY_NOT: Readonly<Record<string, readonly string[]>> = {
  "it is a domain or a route, which has a list of its own": ["CustomDomain", "Route"],
  "it reserves the name of a Worker that another line deploys, and never deletes it": [
    "WorkerStub",
  ],
  "it is a setting of an account, a zone or another resource, and has no name of its own": [
    "AiCrawler",
    "APIGatewayOperation",
    "APISchema",
    "APIShield",
    "CertificatePack",
    "DnsRecords",
    "EmailAddress",
    "EmailCatchAll",
    "EmailRouting",
    "EmailRule",
    "HealthCheck",
    "LogPushJob",
    "QueueConsumer",
    "R2BucketCustomDomain",
    "R2BucketNotification",
    "RedirectRule",
    "Ruleset",
    "TunnelRoute",
    "VectorizeMetadataIndex",
    "WarpDefaultProfile",
    "WorkerSubdomain",
    "Zone",
  ],
  "it is named by where it lies: a key of a bucket or of a store": ["R2Object", "Secret"],
  "it refers to what is there, or describes a binding": [
    "AccountId",
    "Ai",
    "Artifacts",
    "Assets",
    "BrowserRendering",
    "EmailSender",
    "HyperdriveRef",
    "Images",
    "Json",
    "PermissionGroups",
    "RateLimit",
    "SecretKey",
    "SecretRef",
    "VersionMetadata",
    "VpcServiceRef",
    "WorkerLoader",
    "WorkerRef",
  ],
  "it writes a file": ["WranglerJson"],
  "it is a client, an error or a store of the state": [
    "CloudflareApi",
    "CloudflareApiError",
    "D1StateStore",
    "DOStateStore",
    "MiniflareController",
    "R2RestStateStore",
  ],
};

/** What a program would call: Alchemy writes it with a capital. */
const CALLABLE = Object.entries(cloudflare).flatMap(([name, value]) =>
  typeof value === "function" && /^[A-Z]/.test(name) ? [name] : [],
);
const MODELLED = Object.values(KINDS).flatMap(({ alchemy, kind }) =>
  [alchemy.function, ...alchemy.also].map((name) => ({ name, kind, option: alchemy.naming[0] })),
);
const LISTED = [...Object.values(WHY_NOT).flat(), ...Object.keys(UNMODELLED)];

let reader: Analyser;
beforeAll(async () => {
  reader = await analyser();
});

test("every function of `alchemy/cloudflare` is modelled or listed with a reason", () => {
  const known = new Set([...LISTED, ...MODELLED.map(({ name }) => name)]);
  expect(CALLABLE.filter((name) => !known.has(name))).toEqual([]);
  expect([...known].filter((name) => !CALLABLE.includes(name))).toEqual([]);
  expect(MODELLED.filter(({ name }) => LISTED.includes(name))).toEqual([]);
});

test("no function is listed twice", () => {
  expect(LISTED.filter((name, at) => LISTED.indexOf(name) !== at)).toEqual([]);
});

test.each(Object.keys(UNMODELLED))("`%s` is said to be passed over", (name) => {
  const text = `
    import { ${name} } from "alchemy/cloudflare";
    await ${name}("one", { name: "fixed" });`;
  const { declarations, findings } = JSON.parse(reader.link([reader.parse(FILE, text)], "{}"));
  expect(declarations).toEqual([]);
  expect(findings).toMatchObject([{ code: "unmodelled", severity: "info", line: 3 }]);
  expect(findings[0].message).toStartWith(`\`${name}\` \`one\` is not checked`);
});

test("every function whose source calls `Worker` or one of its kind is modelled as a Worker", () => {
  const workers = MODELLED.filter(({ kind }) => kind === "worker").map(({ name }) => name);
  const calls = new RegExp(`\\b(?:await|return) (?:${workers.join("|")})\\(`);
  const found = CALLABLE.filter((name) =>
    calls.test(String((cloudflare as Record<string, unknown>)[name])),
  );
  expect(found.length).toBeGreaterThan(10);
  expect(found.filter((name) => !workers.includes(name))).toEqual([]);
});

test.each(MODELLED)("`$name` is found as a $kind", ({ name, kind, option }) => {
  const text = `
    import alchemy from "alchemy";
    import { ${name} } from "alchemy/cloudflare";
    const app = await alchemy("shop");
    await ${name}("site", { ${option}: "fixed" });`;
  const options = JSON.stringify({ stages: ["prod"] });
  const { declarations } = JSON.parse(reader.link([reader.parse(FILE, text)], options));
  expect(declarations).toMatchObject([{ kind, id: "site" }]);
  if (kind !== "durable-object") expect(declarations[0].names.prod.name).toBe("fixed");
});
