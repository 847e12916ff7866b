/** The playground in a real Chromium, from a web server and with what strangers may type. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostname, physicalName, stageSlug } from "@alch/blocks/naming";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { playground } from "../../scripts/playground.mjs";
import { INSTALL_2 } from "../../ts/generated/versions.ts";
import { ALL_KINDS } from "../../ts/kinds.ts";
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
  alchemy?: string;
  kind?: string;
  base?: string;
  stage?: string;
  host?: string;
  zone?: string;
  preview?: string;
  bare?: string;
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

describe("hostname options", () => {
  test("are the law's, in each stage, and stand in the link", async () => {
    await using visited = await visit({ stage: "live", host: "app.example.co.uk" });
    const { page, troubles } = visited;
    await page.fill("#zone", "example.co.uk");
    await page.fill("#previewDomain", "example.dev");
    await page.fill("#bare", "live");
    expect(await text(page, "#host-result .big")).toBe("app.example.co.uk");
    const options = { zone: "example.co.uk", previewDomain: "example.dev", bare: "live" };
    const stages = ["dev", "preview", "prod", "pr-123", "feature/login", "live"];
    const row = page.locator("#all tr").filter({ hasText: "Hostname" }).locator("td");
    expect(await row.allTextContents()).toEqual(
      stages.map((stage) => hostname("app.example.co.uk", stage, options)),
    );
    const call =
      'Domain("app.example.co.uk", { worker, zone: "example.co.uk", previewDomain: "example.dev", bare: "live" })';
    expect(await text(page, "#host-result .why")).toContain(call);
    expect(await text(page, "#program")).toContain(call);
    await using again = await visit();
    await again.page.goto(page.url());
    expect(await again.page.inputValue("#previewDomain")).toBe("example.dev");
    expect(await text(again.page, "#host-result .big")).toBe("app.example.co.uk");
    expect(troubles).toEqual([]);
  });

  test("that do not fit are a finding", async () => {
    await using visited = await visit({ host: "app.example.com", zone: "example.org" });
    expect(await text(visited.page, "#findings .code")).toBe("zone-mismatch");
  });
});

describe("the kinds", () => {
  test("are all of the catalogue", async () => {
    await using visited = await visit();
    const { page } = visited;
    const values = await page
      .locator("#kind option")
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(values).toEqual(ALL_KINDS.map(({ kind }) => kind));
    expect(await page.locator("#all tbody tr").count()).toBe(ALL_KINDS.length + 1);
  });

  test.each(ALL_KINDS.filter(({ isClass }) => isClass).map(({ kind, example }) => [kind, example]))(
    "%s has an example and a class of its own, and no database's",
    async (kind, example) => {
      await using visited = await visit();
      const { page } = visited;
      await page.selectOption("#kind", kind);
      expect(await page.inputValue("#base")).toBe(example);
      const [, word = ""] = example.split("-");
      const className = `My${word.charAt(0).toUpperCase()}${word.slice(1)}`;
      expect(await text(page, "#result .why")).toContain(`Class${className}, which your script`);
      // What somebody has typed stays.
      await page.fill("#base", "chat-room");
      await page.selectOption("#kind", "kv");
      expect(await page.inputValue("#base")).toBe("chat-room");
    },
  );

  test("that Cloudflare knows by their Worker have no name in a stage", async () => {
    await using visited = await visit({ alchemy: "2", base: "order-flow" });
    const { page } = visited;
    const cells = (kind: string) =>
      page.locator("#all tr").filter({ hasText: kind }).first().locator("td").allTextContents();
    const own = Array(5).fill("as its Worker");
    expect(await cells("Durable Object")).toEqual(own);
    expect(await cells("Workflow")).toEqual(own);
    await page.selectOption("#version", "0.94");
    expect(await cells("Durable Object")).toEqual(own);
    expect((await cells("Workflow"))[0]).toBe("order-flow-dev");
  });
});

describe("the version", () => {
  test("decides the program, the install command and the help", async () => {
    await using visited = await visit({ stage: "Prod" });
    const { page, troubles } = visited;
    expect(await text(page, "#program")).toContain('from "@alch/blocks"');
    expect(await text(page, "nav code")).toBe("npm install @alch/blocks alchemy@0.94");
    await page.selectOption("#version", "2");
    expect(await text(page, "#program")).toContain('from "@alch/blocks/v2"');
    expect(await text(page, "nav code")).toBe(
      `${INSTALL_2.replace("--save-exact ", "--save-exact @alch/blocks ")}`,
    );
    await using again = await visit();
    await again.page.goto(page.url());
    expect(await again.page.inputValue("#version")).toBe("2");
    expect(troubles).toEqual([]);
  });
});

describe("findings", () => {
  test("are those of each stage, once, with their page", async () => {
    await using visited = await visit({ base: "db-prod", stage: "Prod" });
    const { page, troubles } = visited;
    const found = page.locator("#findings .finding h3");
    expect(await found.allTextContents()).toEqual([
      "error double-stage in prod",
      "error stage-case in Prod",
    ]);
    const link = await found.locator("a").first().getAttribute("href");
    expect(link).toBe("../errors/double-stage/index.html");
    await page.fill("#base", "db");
    await page.fill("#stage", "pr-7");
    expect(await text(page, "#findings .verdict")).toBe(
      "None: the block and the hostname can be deployed in all 6 stages.",
    );
    expect(troubles).toEqual([]);
  });

  test("are warnings, too, which are in the page and not in the console", async () => {
    await using visited = await visit({ base: "db-blue", stage: "blue" });
    const { page, troubles } = visited;
    expect(await text(page, "#findings h3")).toBe("warning double-stage in blue");
    expect(await text(page, "#findings .help")).toContain("write db");
    expect(await shownName(page)).toBe("db-blue-blue");
    expect(troubles).toEqual([]);
  });

  test("say what a protected stage keeps", async () => {
    await using visited = await visit({ base: "db", stage: "prod" });
    const { page } = visited;
    expect(await text(page, "#result .why")).toContain("It stays when the stage is destroyed");
    await page.fill("#stage", "pr-7");
    expect(await text(page, "#result .why")).toContain("It goes when the stage is destroyed");
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
    expect(labels).toEqual([
      ...["Version", "Kind", "Base name", "Stage"],
      ...["Hostname in production", "Zone", "Preview domain", "Bare stage"],
    ]);
  });
});
