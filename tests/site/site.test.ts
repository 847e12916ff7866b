/** The documentation site, in a folder of a web server: its links, and what people do in a real Chromium. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { deadLinks } from "../../scripts/site/dead.mjs";
import { RULES } from "../../ts/generated/rules.ts";
import { launch } from "../dashboard/browser.ts";
import { BY_OTHERS, linksAt, type Served, serve } from "./served.ts";

const ROOT = join(import.meta.dir, "..", "..");
const BASE = "/some/folder/";
const AXE = readFileSync(join(ROOT, "node_modules", "axe-core", "axe.min.js"), "utf8");

const DESKTOP = { viewport: { width: 1280, height: 800 } } as const;
const PHONE = { viewport: { width: 390, height: 844 } } as const;
/** Colours do not depend on the width, so each is looked at in one. */
const LOOKS = [
  { ...DESKTOP, colorScheme: "light" },
  { ...PHONE, colorScheme: "dark" },
] as const;

let site: Served;
let browser: Browser;

beforeAll(async () => {
  [site, browser] = await Promise.all([serve(BASE), launch()]);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
});

interface Visit extends AsyncDisposable {
  page: Page;
  /** What the page complained of, and what it asked of other hosts. */
  troubles: string[];
}

async function visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(site.url) && !request.url().startsWith("data:")) {
      troubles.push(request.url());
    }
  });
  await page.goto(`${site.url}${path}`, { waitUntil: "networkidle" });
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() };
}

const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

describe("links", () => {
  test("lead to files and headings that are there", () => {
    const { dead, followed } = deadLinks(site.folder, BASE, (file) => BY_OTHERS.includes(file));
    expect(dead).toEqual([]);
    expect(followed).toBeGreaterThan(1000);
  });

  test("lead from the sidebar to every page of the documentation", async () => {
    const links = await linksAt(join(site.folder, "getting-started.html"));
    const pages = readdirSync(join(ROOT, "docs")).filter((file) => /^(?!README).*\.md$/.test(file));
    expect(pages.length).toBeGreaterThan(15);
    for (const page of pages) expect(links).toContain(`${BASE}${page.replace(/\.md$/, ".html")}`);
  });
});

describe("each code has a page at an address that stays", () => {
  const [, union = ""] = readFileSync(join(ROOT, "ts/generated/types.ts"), "utf8").split(
    "export type ErrorCode =",
  );
  const errors = [...union.matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, code = ""]) => code);

  test.each([
    ["errors", errors],
    ["rules", Object.keys(RULES)],
  ])("%s", (folder, codes) => {
    expect(codes.length).toBeGreaterThan(15);
    for (const code of codes) {
      const html = readFileSync(join(site.folder, folder, code, "index.html"), "utf8");
      expect(html).toContain(`<code>${code}</code>`);
      expect(html).toContain('<div class="message">');
    }
  });
});

test("no page is wider than a phone", async () => {
  // The layout needs no script, and without it a page takes a fraction of the time.
  await using visited = await visit("", { ...PHONE, javaScriptEnabled: false });
  const { page } = visited;
  for (const path of site.pages) {
    await page.goto(`${site.url}${path}`);
    const width = await widthOf(page);
    expect({ path, width }).toEqual({ path, width: PHONE.viewport.width });
  }
}, 300_000);

/** Pages with everything that pages have. */
const TYPICAL = [
  "",
  "getting-started.html",
  "cli.html",
  "all.html",
  "architecture.html",
  "troubleshooting.html",
  "errors/would-replace/",
  "rules/fixed-name/",
  "playground-page.html",
];

describe("people with a screen reader or a keyboard can use", () => {
  test.each(TYPICAL)(
    "/%s",
    async (path) => {
      for (const look of LOOKS) {
        await using visited = await visit(path, look);
        const faults = await visited.page.evaluate(`${AXE};
          axe.run(document).then(({ violations }) =>
            violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
        expect({ ...look, faults }).toEqual({ ...look, faults: [] });
        expect(visited.troubles).toEqual([]);
      }
    },
    120_000,
  );
});

test("the start page has the example of the README", async () => {
  const [, example] =
    /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
  await using visited = await visit("");
  expect(await visited.page.locator(".vp-doc pre").allTextContents()).toContain(
    example?.trimEnd() ?? "",
  );
});

test.each([
  ["would-replace", "errors/would-replace/"],
  ["fixed-name", "rules/fixed-name/"],
  ["pull request", "previews.html"],
])("the search for %s finds its page, and asks no other host", async (words, wanted) => {
  await using visited = await visit("", DESKTOP);
  const { page, troubles } = visited;
  await page.keyboard.press("Control+k");
  await page.fill("#localsearch-input", words);
  const found = page.locator(`.VPLocalSearchBox .result[href^="${BASE}${wanted}"]`).first();
  await found.click();
  await page.waitForURL(`${site.url}${wanted}*`);
  expect(troubles).toEqual([]);
});

test("a page becomes dark at a click, and stays so", async () => {
  await using visited = await visit("why.html", { ...DESKTOP, colorScheme: "light" });
  const { page } = visited;
  const isDark = () => page.evaluate(() => document.documentElement.classList.contains("dark"));
  expect(await isDark()).toBe(false);
  await page.locator(".VPNavBarAppearance .VPSwitchAppearance").click();
  expect(await isDark()).toBe(true);
  await page.reload();
  expect(await isDark()).toBe(true);
});

describe("the playground", () => {
  test("works in its page, and leads to the page of an error", async () => {
    await using visited = await visit("playground-page.html", DESKTOP);
    const { page, troubles } = visited;
    const frame = page.frameLocator("iframe.playground");
    await frame.locator("#base").fill("My_Files");
    await frame.locator("#kind").selectOption("bucket");
    expect(await frame.locator("#result .code").textContent()).toBe("base-invalid");
    expect(await frame.locator("nav").count()).toBe(0);
    await frame.locator("#result .code").click();
    await page.waitForURL(`${site.url}errors/base-invalid/*`);
    expect(troubles).toEqual([]);
  });

  test("is shown whole, with the input of a link", async () => {
    await using visited = await visit(
      "playground-page.html#kind=queue&base=jobs&stage=pr-7",
      PHONE,
    );
    const [frame] = visited.page.frames().slice(1);
    expect(await frame?.locator("#result .big").textContent()).toBe("jobs-pr-7");
    await expect(
      frame?.waitForFunction(() => {
        const { scrollHeight, clientHeight } = document.documentElement;
        return scrollHeight <= clientHeight;
      }),
    ).resolves.toBeDefined();
  });

  test("by itself leads back to the documentation", async () => {
    await using visited = await visit("playground/index.html", PHONE);
    const { page } = visited;
    await page.click("text=Getting started");
    await page.waitForURL(`${site.url}getting-started.html`);
    expect(await page.locator("h1").textContent()).toContain("Getting started");
  });
});

test("nothing was asked for that is not there", () => {
  expect(site.missing).toEqual([]);
});
