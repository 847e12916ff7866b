import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Cloudflare, startCloudflare } from "./index.ts";

let cf: Cloudflare;
beforeEach(async () => {
  cf = await startCloudflare({ others: [{ accountId: "other", token: "other-token" }] });
});
afterEach(() => cf.close());

interface Answer {
  status: number;
  code: number | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into answers of every shape.
  result: any;
}

async function api(method: string, path: string, body?: object, token?: string): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token ?? "stand-in-token"}` };
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const response = await fetch(`${cf.url}/client/v4${path}`, init);
  const { errors, result } = (await response.json()) as {
    errors: { code: number }[];
    result: unknown;
  };
  return { status: response.status, code: errors[0]?.code, result };
}

const inAccount = (path: string) => `/accounts/${cf.account.id}${path}`;

async function script(name: string): Promise<void> {
  const form = new FormData();
  const code = new Blob(["export default {}"], { type: "application/javascript+module" });
  form.append("index.js", code, "index.js");
  const metadata = { main_module: "index.js", compatibility_date: "2026-01-01" };
  form.append("metadata", JSON.stringify(metadata));
  const headers = { Authorization: "Bearer stand-in-token" };
  const url = `${cf.url}/client/v4${inAccount(`/workers/scripts/${name}`)}`;
  const { ok } = await fetch(url, { method: "PUT", headers, body: form });
  expect(ok).toBe(true);
}

const attach = (hostname: string, service: string, more = {}) =>
  api("PUT", inAccount("/workers/domains"), {
    hostname,
    service,
    environment: "production",
    ...more,
  });

describe("zones", () => {
  test("are listed for the tokens that may see them", async () => {
    cf.account.zones.add("example.com");
    cf.accounts.get("other")?.zones.add("example.dev", "pending");
    const named = async (token?: string) => {
      const { result } = await api("GET", "/zones", undefined, token);
      return result.map(({ name, status, account }: never) => [name, status, account]);
    };
    const { id } = cf.account;
    expect(await named()).toEqual([["example.com", "active", { id, name: id }]]);
    const other = { id: "other", name: "other" };
    expect(await named("other-token")).toEqual([["example.dev", "pending", other]]);
    expect((await api("GET", "/zones?name=example.org")).result).toEqual([]);
  });

  test("are not there for other tokens, and exist once", async () => {
    const { id } = cf.account.zones.add("example.com");
    expect(await api("GET", `/zones/${id}`, undefined, "other-token")).toMatchObject({
      code: 1001,
    });
    const again = await api("POST", "/zones", { name: "example.com" });
    expect(again).toMatchObject({ status: 400, code: 1061 });
    expect((await api("POST", "/zones", { name: "new.example" })).result.status).toBe("pending");
    expect(cf.unhandled).toEqual([]);
  });

  test("take all that is in them along", async () => {
    await script("api");
    const zone = cf.account.zones.add("example.com");
    await attach("app.example.com", "api");
    await api("DELETE", `/zones/${zone.id}`);
    expect(cf.account.zones.domains.size + cf.account.zones.dns.size).toBe(0);
    expect(cf.deletions().map(({ kind, name }) => [kind, name])).toEqual([["Zone", "example.com"]]);
  });
});

describe("custom domains", () => {
  beforeEach(async () => {
    await script("api");
    await script("preview");
    cf.account.zones.add("example.com");
    cf.account.zones.add("example.dev", "pending");
  });

  test("belong to a script, and move only with an override, under the same id", async () => {
    const { result } = await attach("app.example.com", "api");
    expect(await attach("app.example.com", "preview")).toMatchObject({ status: 409, code: 100116 });
    const moved = await attach("app.example.com", "preview", { override_existing_origin: true });
    expect(moved.result).toEqual({ ...result, service: "preview" });
    const listed = (query: string) => api("GET", inAccount(`/workers/domains${query}`));
    expect((await listed("")).result).toEqual([moved.result]);
    expect((await listed("?service=api")).result).toEqual([]);
    expect(cf.takeovers()).toMatchObject([{ name: "app.example.com", from: "api", to: "preview" }]);
    await api("DELETE", inAccount(`/workers/domains/${result.id}`));
    expect(cf.account.meet("https://app.example.com/")).toEqual({
      script: undefined,
      by: undefined,
      dns: false,
      tls: true,
    });
    expect(cf.account.zones.certificates.map(({ hostname }) => hostname)).toEqual([
      "app.example.com",
    ]);
  });

  test("need an active zone of the account, a hostname and a script", async () => {
    expect(await attach("app.example.dev", "api")).toMatchObject({ status: 400, code: 100112 });
    expect(await attach("app.example.org", "api")).toMatchObject({ status: 400, code: 100112 });
    for (const host of [`${"x".repeat(64)}.example.com`, "a_.example.com", "UP.example.com"]) {
      expect(await attach(host, "api"), host).toMatchObject({ status: 400, code: 100113 });
    }
    expect((await attach(`${"x".repeat(63)}.example.com`, "api")).status).toBe(200);
    expect(await attach("app.example.com", "none")).toMatchObject({ status: 404, code: 10007 });
    const missing = await api("DELETE", inAccount("/workers/domains/none"));
    expect(missing).toMatchObject({ status: 404, code: 100114 });
  });

  test("do not take the place of somebody's DNS record", async () => {
    const zone = cf.account.zones.of("example.com");
    const record = { type: "CNAME", name: "app.example.com", content: "pages.example.net" };
    await api("POST", `/zones/${zone?.id}/dns_records`, record);
    expect(await attach("app.example.com", "api")).toMatchObject({ status: 409, code: 100117 });
    const forced = await attach("app.example.com", "api", { override_existing_dns_record: true });
    expect(forced.status).toBe(200);
    const again = await api("POST", `/zones/${zone?.id}/dns_records`, record);
    expect(again).toMatchObject({ status: 400, code: 81062 });
  });

  test("are limited for each zone", async () => {
    const { zones } = cf.account;
    const zone = zones.of("example.com");
    for (let i = 0; zone && i < 100; i++) {
      const [id, hostname] = [String(i), `a${i}.example.com`];
      zones.domains.set(id, { id, zone, hostname, service: "api", certificate: id });
    }
    expect(await attach("b.example.com", "api")).toMatchObject({ status: 400, code: 100122 });
  });
});

describe("routes", () => {
  let path: string;
  beforeEach(async () => {
    await script("api");
    await script("preview");
    path = `/zones/${cf.account.zones.add("example.com").id}/workers/routes`;
  });
  const add = (pattern: string, name?: string) => api("POST", path, { pattern, script: name });

  test("exist once for each pattern, and lead to a script that exists", async () => {
    const { result } = await add("app.example.com/api/*", "api");
    expect(await add("APP.example.com/api/*", "preview")).toMatchObject({
      status: 409,
      code: 10020,
    });
    expect(await add("b.example.com/*", "none")).toMatchObject({ status: 404, code: 10019 });
    for (const pattern of ["a.*.example.com/*", "app.example.com/*/x", "app.example.org/*", ""]) {
      expect(await add(pattern, "api"), pattern).toMatchObject({ status: 400, code: 10022 });
    }
    await api("PUT", `${path}/${result.id}`, { pattern: result.pattern, script: "preview" });
    expect(cf.takeovers()).toMatchObject([{ from: "api", to: "preview" }]);
    expect((await api("GET", path)).result).toEqual([{ ...result, script: "preview" }]);
  });

  test("are limited for each zone", async () => {
    const { zones } = cf.account;
    const zone = zones.of("example.com");
    for (let i = 0; zone && i < 1000; i++) {
      const id = String(i);
      zones.routes.set(id, { id, zone, pattern: `app.example.com/${i}`, script: "api" });
    }
    expect(await add("app.example.com/x", "api")).toMatchObject({ status: 400, code: 10073 });
  });

  test("win over domains, the most specific one first", async () => {
    await attach("app.example.com", "api");
    const met = () => cf.account.meet("https://app.example.com/v1/x");
    expect(met()).toEqual({ script: "api", by: "app.example.com", dns: true, tls: true });
    await add("*.example.com/*", "preview");
    expect(met()).toMatchObject({ script: "preview", by: "*.example.com/*" });
    await add("app.example.com/*");
    expect(met()).toMatchObject({ script: undefined, by: "app.example.com/*" });
    await add("https://app.example.com/v1/*", "api");
    expect(met()).toMatchObject({ script: "api", by: "https://app.example.com/v1/*" });
  });

  test("go with their script, and give no host a name or a certificate", async () => {
    await add("deep.app.example.com/*", "api");
    const met = () => cf.account.meet("https://deep.app.example.com/");
    expect(met()).toMatchObject({ script: "api", dns: false, tls: false });
    await api("DELETE", inAccount("/workers/scripts/api"));
    expect(met()).toMatchObject({ script: undefined, by: undefined });
  });
});
