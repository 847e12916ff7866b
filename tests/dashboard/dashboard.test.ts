/** The dashboard in a real Chromium, opened from a file. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Metrics, MonitorReport } from "../../ts/cli/monitor/report.ts";
import { faultsOf, launch, loadRenderer, type Opened, open } from "./browser.ts";
import { finding, history, metrics, report, SOME, STAGES, stage, UNREAD } from "./metrics.ts";

const PHONE = { viewport: { width: 375, height: 700 } } as const;
let browser: Browser;
let render: (metrics: Metrics) => string;

beforeAll(async () => {
  [browser, render] = await Promise.all([launch(), loadRenderer()]);
});

afterAll(() => browser?.close());

function show(current: MonitorReport, options: BrowserContextOptions = {}): Promise<Opened> {
  return open(browser, render(metrics(current)), options);
}

/** Every pair of a text and what must not be seen of it. */
const HOSTILE = {
  script: "<script>alert(1)</script>",
  end: "</script><script>alert(2)</script>",
  comment: "<!--<script>",
  image: '"><img src=x onerror=alert(3)>',
  quotes: `"'\`\${alert(4)}`,
  entity: "&lt;b&gt;&#64;",
  separators: "a\u2028b\u2029c",
  direction: "pr-\u202e7-dorp\u2066",
  halves: "\ud800x\udfff",
  long: "x".repeat(5000),
  prototype: "__proto__",
  link: "javascript:alert(5)",
  backticks: "``` ` ```",
};

describe("hostile names", () => {
  const all = Object.values(HOSTILE).flatMap((text) => [
    finding(text, {
      kind: text,
      message: `the name \`${text}\` is ${text}`,
      help: text,
      claims: [{ app: text, stage: text, id: text, source: "state" }],
    }),
  ]);
  const bad = metrics({
    ...report(all, Object.values(HOSTILE), [
      { ...UNREAD, kind: HOSTILE.image, message: HOSTILE.end },
    ]),
    stages: Object.values(HOSTILE).map((text) => {
      return stage(text, { app: text, why: `\`${text}\``, resources: { [text]: 1 } });
    }),
  });
  const hostile: Metrics = {
    ...bad,
    updatedAt: HOSTILE.image,
    history: history(5).map((entry) => ({
      ...entry,
      byKind: { [HOSTILE.image]: 3, [HOSTILE.direction]: 1 },
      byStage: { [HOSTILE.script]: 3 },
    })),
  };

  test("are text: no element, no script, no message and no request comes of them", async () => {
    await using opened = await open(browser, render(hostile));
    const { page, errors, requests } = opened;
    expect(errors).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.locator("img, iframe, object, #page script").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(2);
    const names = await page.locator(".findings h3 .name").allTextContents();
    for (const key of ["script", "end", "comment", "image", "quotes", "entity", "long"] as const) {
      expect(names).toContain(HOSTILE[key]);
    }
  });

  test("turn and hide nothing", async () => {
    await using opened = await open(browser, render(hostile));
    const text = (await opened.page.locator("#page").textContent()) ?? "";
    expect(text).toContain("pr-\\u{202e}7-dorp\\u{2066}");
    expect(text).toContain("\\u{d800}x\\u{dfff}");
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u2028\u2029]/);
  });

  test("do not make the page wider than a phone", async () => {
    await using opened = await open(browser, render(hostile), PHONE);
    const width = () => opened.page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBeLessThanOrEqual(PHONE.viewport.width);
  });

  test("cannot end the data in the page", () => {
    const html = render(hostile);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    expect(html).not.toContain("<!--<");
    expect(html).not.toContain("\u2028");
  });
});

test("the page of a clean account says so first", async () => {
  await using opened = await open(browser, render(metrics(report([]), 0)));
  const { page, errors } = opened;
  expect(await page.locator("header .verdict").textContent()).toContain("Nothing found");
  expect(await page.locator("#findings").textContent()).toContain("There are none.");
  expect(await page.locator("#history").textContent()).toContain("This is the first run.");
  expect(errors).toEqual([]);
});

test("what could not be read is not taken for clean", async () => {
  await using opened = await show(report([], undefined, [UNREAD]));
  const verdict = opened.page.locator("header .verdict");
  expect(await verdict.textContent()).toBe("Nothing found; 1 thing could not be read");
  expect(await verdict.getAttribute("class")).toContain("warning");
  expect(await opened.page.locator("#unknown").textContent()).toContain(
    "What to do: give the token Queues: Read",
  );
});

test("what could not be read names its jurisdiction", async () => {
  const of = (place: string) => ({ ...UNREAD, kind: "bucket", place });
  await using opened = await show(report([], undefined, [of("eu"), of("")]));
  expect(await opened.page.locator("#unknown strong").allTextContents()).toEqual([
    "account: bucket:eu",
    "account: bucket outside a jurisdiction",
  ]);
});

test("each finding says what to do, and who claims the name", async () => {
  await using opened = await show(report(SOME));
  const first = opened.page.locator(".finding").first();
  expect(await first.locator("h3").textContent()).toBe("error collision database shop-db");
  expect(await first.locator(".help").textContent()).toContain("What to do: give it the stage");
  expect(await first.locator("tbody tr").allTextContents()).toEqual([
    "prodshopdbstate",
    "pr-7shopdbstate",
  ]);
  expect(await opened.page.locator("#quotas tbody tr").first().textContent()).toBe(
    "worker421 of 50084.2 % · nearly full",
  );
  // Every chart is drawn, and the table has the same.
  expect(await opened.page.locator(".chart canvas").count()).toBe(4);
  expect(await opened.page.locator("#history tbody tr").count()).toBe(30);
});

test("each stage has its age, its pull request and what a sweep would do, and what goes comes first", async () => {
  await using opened = await show({ ...report([]), stages: STAGES });
  const rows = opened.page.locator("#stages tbody tr");
  const cells = (at: number) => rows.nth(at).locator("th, td").allTextContents();
  expect(await cells(0)).toEqual([
    ...["pr-12", "shop", "#12 closed", "3 days ago"],
    ...["1 bucket, 2 databases, 1 Worker", "sweep", "pull request 12 is closed"],
  ]);
  expect(await rows.locator(".badge").allTextContents()).toEqual([
    ...["sweep", "stop", "mark", "keep", "keep"],
  ]);
  expect((await cells(1))[3]).toBe("—");
  expect((await cells(2))[3]).toBe("3 h ago");
  // No raw type of Alchemy's, also for what the catalogue does not have.
  expect((await cells(4))[4]).toBe("1,200 Workers, 2 account API tokens");
  // Metrics of an earlier version have none.
  await using old = await show(report([]));
  expect(await old.page.locator("#stages").count()).toBe(0);
});

describe("10,000 findings", () => {
  const many = report(
    Array.from({ length: 10_000 }, (_, at) =>
      finding(`db-${at}`, {
        kind: at % 2 === 0 ? "database" : "bucket",
        claims: [{ app: "shop", stage: `pr-${at % 200}`, id: "db", source: "state" }],
      }),
    ),
    Array.from({ length: 200 }, (_, at) => `pr-${at}`),
  );

  test("are shown a page at a time, and can be narrowed down", async () => {
    await using opened = await show(many);
    const { page, errors } = opened;
    const status = page.locator("#findings .status").first();
    expect(await status.textContent()).toBe("10,000 errors, showing 1 to 20");
    expect(await page.locator(".finding").count()).toBe(20);
    expect(await page.locator("*").count()).toBeLessThan(3000);
    await page.getByRole("navigation", { name: "Pages of findings" }).getByText("Next").click();
    expect(await status.textContent()).toBe("10,000 errors, showing 21 to 40");
    await page.getByLabel("Search").fill("DB-9999");
    expect(await status.textContent()).toBe("1 error");
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Kind", { exact: true }).selectOption("bucket");
    await page.getByLabel("Stage", { exact: true }).selectOption("pr-7");
    expect(await status.textContent()).toBe("50 errors, showing 1 to 20");
    await page.getByLabel("Stage", { exact: true }).selectOption("pr-8");
    expect(await status.textContent()).toBe("No error and no warning");
    expect(errors).toEqual([]);
  });

  test("200 stages have their rows, those with findings first", async () => {
    await using opened = await show(many);
    expect(await opened.page.locator("#matrix .status").textContent()).toBe(
      "200 stage names, showing 1 to 50",
    );
  });

  test("a finding with 1,000 claims shows some, and the others when asked", async () => {
    const claims = Array.from({ length: 1000 }, (_, at) => ({
      app: "shop",
      stage: `pr-${at}`,
      id: "db",
      source: "state" as const,
    }));
    await using opened = await show(report([finding("db", { claims })]));
    const rows = opened.page.locator(".finding tbody tr");
    expect(await rows.count()).toBe(10);
    await opened.page.getByText("990 more claims").click();
    await opened.page.getByText("pr-999", { exact: true }).last().waitFor();
    expect(await rows.count()).toBe(1000);
  });
});

describe("with the keyboard", () => {
  const focused = (page: Page) =>
    page.evaluate(() => {
      const at = document.activeElement;
      return at?.id || at?.getAttribute("aria-label") || at?.textContent || "";
    });

  test("everything is reached, in order, and seen to be", async () => {
    const findings = Array.from({ length: 21 }, (_, at) => finding(`db-${at}`, { claims: [] }));
    await using opened = await show(report([...findings, ...SOME.slice(1)]));
    const { page } = opened;
    const stops: string[] = [];
    for (let at = 0; at < 10; at++) {
      await page.keyboard.press("Tab");
      stops.push(await focused(page));
      const outline = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement as Element);
        return `${outlineStyle} ${outlineWidth}`;
      });
      expect(outline).toBe("solid 3px");
    }
    expect(stops).toEqual([
      "Skip to the findings",
      "search",
      "by-severity",
      "by-code",
      "by-kind",
      "by-stage",
      "Previous",
      "Next",
      "1 note",
      "The same as a table",
    ]);
  });

  test("pages are turned, and the focus stays where it was", async () => {
    const findings = Array.from({ length: 41 }, (_, at) => finding(`db-${at}`, { claims: [] }));
    await using opened = await show(report(findings));
    const { page } = opened;
    await page.getByRole("button", { name: "Next" }).first().focus();
    for (let at = 0; at < 3; at++) await page.keyboard.press("Enter");
    expect(await page.locator("#findings .pager span").first().textContent()).toBe("Page 3 of 3");
    expect(await focused(page)).toBe("Next");
    expect(await page.locator(".finding").count()).toBe(1);
  });

  test("the first stop leads past the top", async () => {
    await using opened = await show(report(SOME));
    await opened.page.keyboard.press("Tab");
    await opened.page.keyboard.press("Enter");
    await opened.page.keyboard.press("Tab");
    expect(await focused(opened.page)).toBe("search");
  });
});

describe("accessible, by the rules of axe", () => {
  const cases: Record<string, BrowserContextOptions> = {
    light: { colorScheme: "light" },
    dark: { colorScheme: "dark" },
    phone: PHONE,
  };

  test.each(Object.keys(cases))("%s", async (name) => {
    const all = { ...report(SOME, undefined, [UNREAD]), stages: STAGES };
    await using opened = await show(all, cases[name]);
    await opened.page.getByText("The same as a table").click();
    expect(await faultsOf(opened.page)).toEqual([]);
  });

  test("it has landmarks, headings in order, and tables with captions", async () => {
    await using opened = await show(report(SOME, undefined, [UNREAD]));
    const { page } = opened;
    for (const landmark of ["main", "header"]) expect(await page.locator(landmark).count()).toBe(1);
    expect(await page.locator("h2").allTextContents()).toEqual([
      "Now",
      "Could not be read (1)",
      "Findings (4)",
      "Stages and kinds (4)",
      "Limits of the account",
      "Runs (30)",
    ]);
    expect(await page.locator("table:not(:has(caption))").count()).toBe(0);
    const chart = await page
      .getByRole("img", { name: "Errors and warnings, and collisions" })
      .first();
    expect(await chart.getAttribute("aria-label")).toContain("The table below has all figures.");
  });
});

test("dark is dark", async () => {
  const back = (page: Page) =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await using light = await show(report(SOME), { colorScheme: "light" });
  await using dark = await show(report(SOME), { colorScheme: "dark" });
  expect(await back(light.page)).toBe("rgb(246, 247, 249)");
  expect(await back(dark.page)).toBe("rgb(18, 21, 26)");
});

test("the policy of the page lets nothing else run, and nothing be fetched", async () => {
  await using opened = await show(report([]));
  const { page, errors } = opened;
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'taken over'";
    document.body.appendChild(script);
    return fetch("http://127.0.0.1:9/").catch(() => undefined);
  });
  expect(await page.title()).toStartWith("Collision monitor");
  expect(errors.length).toBeGreaterThanOrEqual(2);
  for (const error of errors) expect(error).toContain("Content Security Policy");
});

test("the licence of the charts goes with them", () => {
  const html = render(metrics(report([])));
  expect(html).toMatch(/uplot \d+\.\d+\.\d+/);
  expect(html).toContain("Permission is hereby granted, free of charge");
});

test("what only the next run needs is not in the page", () => {
  expect(render(metrics(report([])))).not.toContain("deployed");
});
