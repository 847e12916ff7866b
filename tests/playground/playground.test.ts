/** The playground in a real Chromium, from a web server and with what strangers may type. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostname, physicalName, stageSlug } from "@alch/blocks/naming";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { playground } from "../../scripts/playground.mjs";
import { launch, open } from "../dashboard/browser.ts";

const PHONE = { viewport: { width: 375, height: 700 } } as const;
const AXE = readFileSync(
  join(import.meta.dir, "..", "..", "node_modules", "axe-core", "axe.min.js"),
  "utf8",
);

let browser: Browser;
let html: string;
let server: ReturnType<typeof Bun.serve>;

beforeAll(async () => {
  [browser, html] = await Promise.all([launch(), playground()]);
  const headers = { "Content-Type": "text/html" };
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(html, { headers }),
  });
});

afterAll(async () => {
  await server?.stop(true);
  await browser?.close();
});

interface Input {
  kind?: string;
  base?: string;
  stage?: string;
  host?: string;
}

interface Visit extends AsyncDisposable {
  page: Page;
  /** What the page complained of, what it asked of people, and what it fetched. */
  troubles: string[];
}

/** Opens the page from the server with `input` in the link. */
async function visit(input: Input = {}, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("console", (message) => void troubles.push(message.text()));
  page.on("pageerror", (error) => void troubles.push(error.message));
  page.on("dialog", (dialog) => {
    troubles.push(dialog.message());
    void dialog.dismiss();
  });
  const link = Object.keys(input).length === 0 ? "" : `#${new URLSearchParams({ ...input })}`;
  page.on("request", (request) => {
    if (!/^http:\/\/127\.0\.0\.1:\d+\/(#.*)?$|^data:,$/.test(request.url()))
      troubles.push(request.url());
  });
  await page.goto(`${server.url.href}${link}`);
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() };
}

const text = async (page: Page, selector: string) =>
  (await page.locator(selector).first().textContent()) ?? "";

const shownName = (page: Page) => text(page, "#result .big");

describe("a name", () => {
  const LONG = { ascii: "x".repeat(70), wide: "é".repeat(300) };

  test.each([
    ["database", "my-app-db", "pr-123", "base name", "stage", "16 of 128 characters"],
    ["bucket", "files", "feature/login", "base name", "stage, hashed", "29 of 63 characters"],
    ["queue", "ascii", "prod", "base name, shortened", "stage", "63 of 63 characters"],
    ["kv", "wide", "prod", "base name, shortened", "stage", "511 of 512 bytes"],
    ["worker", "api", "prod", "base name", "stage", "8 of 54 characters"],
    ["workflow", "Onboarding", "prod", "base name", "stage", "15 of 64 characters"],
    ["durable-object", "room", "prod", "base name", "stage", "9 of 128 characters"],
  ] as const)("of kind %s from %s in %s", async (kind, given, stage, front, slug, length) => {
    const base = LONG[given as keyof typeof LONG] ?? given;
    await using visited = await visit({ kind, base, stage });
    const { page, troubles } = visited;
    expect(await shownName(page)).toBe(physicalName(kind, base, stage));
    expect(await page.locator("#result .key span").allTextContents()).toEqual([front, slug]);
    expect(await text(page, "#result .slug")).toBe(stageSlug(stage));
    expect(await text(page, "#result .why")).toContain(length);
    expect(troubles).toEqual([]);
  });

  test("follows what is typed, and the link keeps it", async () => {
    await using visited = await visit();
    const { page } = visited;
    await page.selectOption("#kind", "queue");
    await page.fill("#base", "jobs");
    await page.fill("#stage", "Fix/Ünïcode & more=#?");
    const wanted = physicalName("queue", "jobs", "Fix/Ünïcode & more=#?");
    expect(await shownName(page)).toBe(wanted);
    await using again = await visit();
    await again.page.goto(page.url());
    expect(await shownName(again.page)).toBe(wanted);
    expect(await again.page.inputValue("#stage")).toBe("Fix/Ünïcode & more=#?");
    expect(await page.locator("#link").getAttribute("href")).toBe(new URL(page.url()).hash);
  });

  test("of a usual stage is a click away", async () => {
    await using visited = await visit();
    await visited.page.click("text=pr-123 >> nth=0");
    expect(await shownName(visited.page)).toBe("my-app-db-pr-123");
  });

  test("stands in the table for each kind and stage", async () => {
    await using visited = await visit({ kind: "kv", base: "My_Files", stage: "x" });
    const { page } = visited;
    const row = (kind: string) =>
      page.locator("#all tr").filter({ hasText: kind }).locator("td").allTextContents();
    const stages = ["dev", "preview", "prod", "pr-123", "feature/login", "x"];
    expect(await row("KV")).toEqual(stages.map((stage) => physicalName("kv", "My_Files", stage)));
    expect(await row("R2")).toEqual(stages.map(() => "base-invalid"));
  });
});

describe("a hostname", () => {
  test("follows what is typed, and the link keeps it", async () => {
    await using visited = await visit({ stage: "pr-123" });
    const { page, troubles } = visited;
    expect(await text(page, "#host-result .big")).toBe("app-pr-123.example.com");
    await page.fill("#host", "example.com");
    await page.fill("#stage", "feature/login");
    const wanted = hostname("example.com", "feature/login");
    expect(await text(page, "#host-result .big")).toBe(wanted);
    await using again = await visit();
    await again.page.goto(page.url());
    expect(await text(again.page, "#host-result .big")).toBe(wanted);
    expect(troubles).toEqual([]);
  });

  test("that is refused says why, and what to write instead", async () => {
    await using visited = await visit({ stage: "dev", host: "Example.com" });
    const { page } = visited;
    expect(await text(page, "#host-result .code")).toBe("base-invalid");
    await page.click("#host-result .instead");
    expect(await text(page, "#host-result .big")).toBe("dev.example.com");
  });
});

describe("a refusal", () => {
  test("says why, and what to write instead, which one click writes", async () => {
    await using visited = await visit({ kind: "bucket", base: "My_Files", stage: "prod" });
    const { page, troubles } = visited;
    expect(await text(page, "#result .code")).toBe("base-invalid");
    expect(await text(page, "#result .message")).toContain("My_Files cannot be the base name");
    expect(await text(page, "#result .help")).toContain("my-files");
    await page.click("#result .instead");
    expect(await shownName(page)).toBe("my-files-prod");
    expect(await page.inputValue("#base")).toBe("my-files");
    expect(troubles).toEqual([]);
  });

  test.each([
    ["double-stage", { kind: "database", base: "db-prod", stage: "prod" }, "db"],
    ["base-invalid", { kind: "queue", base: "", stage: "prod" }, undefined],
    ["base-invalid", { kind: "database", base: "x-0356hv2zv", stage: "prod" }, "my-database"],
    ["stage-invalid", { kind: "database", base: "db", stage: "" }, undefined],
  ] as const)("%s", async (code, input, instead) => {
    await using visited = await visit(input);
    const { page, troubles } = visited;
    expect(await text(page, "#result .code")).toBe(code);
    expect((await text(page, "#result .help")).length).toBeGreaterThan(20);
    if (instead !== undefined) expect(await text(page, "#result .instead")).toBe(`Use ${instead}`);
    expect(troubles).toEqual([]);
  });
});

describe("what strangers type", () => {
  const HOSTILE = {
    script: "<script>alert(1)</script>",
    image: '"><img src=x onerror=alert(2)>',
    link: "javascript:alert(3)",
    hidden: "a\u202eb\u2066c\u200bd\u0000e\u2028",
    prototype: "__proto__",
    backticks: "`` ` ```",
    escapes: "%00%ff&kind=%",
    long: "x".repeat(100_000),
    pairs: "🙂".repeat(999),
  };

  test.each(Object.entries(HOSTILE))("is text: %s", async (...[, hostile]) => {
    for (const input of [
      { kind: "kv", base: hostile, stage: hostile, host: hostile },
      { kind: hostile, base: "db", stage: hostile },
    ]) {
      await using visited = await visit(input, PHONE);
      const { page, troubles } = visited;
      expect(troubles).toEqual([]);
      expect(await page.locator("#page img, #page script, iframe").count()).toBe(0);
      const said = await text(page, "#page");
      expect(said).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\0\u2028]/);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(PHONE.viewport.width);
    }
  });

  test.each(["#", "#%", "#kind", "#kind=nothing&base", "#?&&&=", "#constructor=1"])(
    "a link of nothing, %s, is a fresh page or an empty field",
    async (link) => {
      await using visited = await visit();
      await visited.page.goto(`${server.url.href}${link}`);
      expect(await visited.page.locator("#result > *").count()).toBeGreaterThan(0);
      expect(visited.troubles).toEqual([]);
    },
  );
});

describe("the page", () => {
  test("works from a file too, and fetches nothing", async () => {
    await using opened = await open(browser, html);
    expect(await shownName(opened.page)).toBe("my-app-db-feature-login-0356hv2zv");
    expect([...opened.requests]).toEqual([]);
    expect(opened.errors).toEqual([]);
  });

  test("lets no other script run", async () => {
    const injected = html.replace("</body>", "<script>document.title = 'taken'</script></body>");
    await using opened = await open(browser, injected);
    expect(await opened.page.title()).not.toBe("taken");
    expect(opened.errors.join()).toContain("Content Security Policy");
  });

  test.each(["light", "dark"] as const)("is accessible: %s", async (colorScheme) => {
    for (const base of ["my-app-db", "not a name"]) {
      await using visited = await visit({ kind: "worker", base, stage: "pr-7" }, { colorScheme });
      const faults = await visited.page.evaluate(`${AXE};
        axe.run(document).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
      expect(faults).toEqual([]);
    }
  });

  test("is as wide as a phone, and does as it is dark there", async () => {
    await using visited = await visit({}, { ...PHONE, colorScheme: "dark" });
    const { page } = visited;
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(PHONE.viewport.width);
    const back = await page.evaluate(
      () => getComputedStyle(document.documentElement).backgroundColor,
    );
    expect(back).toBe("rgb(18, 21, 26)");
  });

  test("tells readers of a screen what became of the input", async () => {
    await using visited = await visit();
    expect(await visited.page.locator("#result").getAttribute("role")).toBe("status");
    const labels = await visited.page.locator("label").allTextContents();
    expect(labels).toEqual(["Kind", "Base name", "Stage", "Hostname in production"]);
  });
});
