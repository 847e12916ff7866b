/** What the dashboard says first and how it looks: notes, counts, colours, the heading, and wide tables. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { jobSummary } from "../../ts/cli/monitor/github/summary.ts";
import type { Metrics, MonitorReport } from "../../ts/cli/monitor/report.ts";
import { terminal } from "../../ts/cli/monitor/terminal.ts";
import { faultsOf, launch, loadRenderer, type Opened, open } from "./browser.ts";
import { metrics, report, SOME, STAGES, UNREAD } from "./metrics.ts";

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

describe("notes", () => {
  const folded = (page: Page) => page.locator("details.notes");

  test("are folded, with how many there are", async () => {
    await using opened = await show(report(SOME));
    const { page } = opened;
    expect(await folded(page).locator("summary").first().textContent()).toBe("1 note");
    expect(await page.getByText("have one name").isVisible()).toBe(false);
    await folded(page).locator("summary").first().click();
    expect(await page.getByText("have one name").isVisible()).toBe(true);
  });

  test("unfold where a search finds nothing else, and are gone where it finds none", async () => {
    await using opened = await show(report(SOME));
    const { page } = opened;
    await page.getByLabel("Search").fill("jobs");
    expect(await page.getByText("have one name").isVisible()).toBe(true);
    await page.getByLabel("Search").fill("shop-db");
    expect(await folded(page).isVisible()).toBe(false);
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Severity", { exact: true }).selectOption("note");
    expect(await page.locator("#findings .status").first().textContent()).toBe(
      "No error and no warning",
    );
    expect(await page.getByText("have one name").isVisible()).toBe(true);
  });

  test("alone make the page neither red nor green", async () => {
    await using opened = await show(report(SOME.slice(3)));
    const verdict = opened.page.locator("header .verdict");
    expect(await verdict.textContent()).toBe("1 note");
    expect(await verdict.getAttribute("class")).toContain("info");
  });
});

describe("counts", () => {
  const all = { ...report(SOME, undefined, [UNREAD]), stages: STAGES };

  test("of the page are those of the terminal and of the summary of a job", async () => {
    await using opened = await show(all);
    const { page } = opened;
    const verdict = (await page.locator("header .verdict").textContent()) ?? "";
    const [sums = ""] = verdict.split(";");
    expect(sums).toBe("2 errors, 1 warning, 1 note");
    const last = terminal(all, false).trimEnd().split("\n").at(-1);
    expect(last).toBe(`✗ ${sums}; looked at 64 names in 5 stages of 1 app; 1 thing unknown`);
    const summary = jobSummary(all);
    expect(summary).toContain(`**${sums}; 1 thing could not be read.**`);
    expect(summary).toContain("Looked at 64 names in 5 stages of 1 app.");
    const figures = await page.locator("#now dt, #now dd").allTextContents();
    expect(figures.slice(0, 6)).toEqual(["Errors", "2", "Warnings", "1", "Notes", "1"]);
    expect(figures.slice(10)).toEqual([
      ...["Names", "64", "Claims", "64", "Stages", "5", "Apps", "1", "Deploys seen", "128"],
    ]);
  });

  test("in headings are those of the rows", async () => {
    await using opened = await show(all);
    const { page } = opened;
    const heading = (id: string) => page.locator(`#${id}-title`).textContent();
    const rows = (selector: string) => page.locator(selector).count();
    expect(await heading("findings")).toBe(`Findings (${await rows("#findings .finding")})`);
    expect(await heading("stages")).toBe(`Stages (${await rows("#stages tbody tr")})`);
    expect(await heading("matrix")).toBe(`Stages and kinds (${await rows("#matrix tbody tr")})`);
    expect(await heading("unknown")).toBe(`Could not be read (${await rows("#unknown li")})`);
    expect(await heading("history")).toBe(`Runs (${await rows("#history tbody tr")})`);
  });
});

describe("colours", () => {
  test("are those of the severity, and a mark and a word say the same", async () => {
    await using opened = await show(report(SOME));
    const { page } = opened;
    const row = page.locator("#matrix tr").filter({ hasText: "prod" });
    const marks = row.locator(".mark");
    expect(await marks.allTextContents()).toEqual([" ✖ 1", " ℹ 1", " ✖ 1"]);
    const labels = await marks.evaluateAll((all) => all.map((one) => one.ariaLabel));
    expect(labels).toEqual([", 1 error", ", 1 note", ", 1 error"]);
    const orphan = page.locator("#matrix tr").filter({ hasText: "pr-12" }).locator(".mark");
    expect(await orphan.textContent()).toBe(" ⚠ 1");
    const back = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((one) => getComputedStyle(one).backgroundColor);
    const levels = ["error", "warning", "info"];
    const cells = await Promise.all(levels.map((one) => back(`#matrix .bad.${one}`)));
    const badges = await Promise.all(levels.map((one) => back(`.findings .badge.${one}`)));
    expect(cells).toEqual(badges);
    expect(new Set(cells).size).toBe(3);
  });

  test("stages with errors come first, then those with warnings", async () => {
    await using opened = await show(report(SOME));
    const stages = await opened.page.locator("#matrix tbody th").allTextContents();
    expect(stages).toEqual(["pr-7", "prod", "pr-12", "staging"]);
  });
});

describe("the heading and the title", () => {
  const account = { id: "0123456789abcdef", name: "Acme" };

  test("name the apps and the account", async () => {
    await using opened = await show({ ...report(SOME), account });
    const { page } = opened;
    expect(await page.locator("h1").textContent()).toBe("Collision monitor: shop");
    expect(await page.locator(".account").textContent()).toBe("Account Acme (0123456789abcdef)");
    expect(await page.title()).toBe("Collision monitor: shop, Acme");
  });

  test("have an id alone, and not all of many apps", async () => {
    const { summary, ...rest } = report([]);
    const apps = ["admin", "api", "docs", "shop", "web"];
    const many = { ...rest, summary: { ...summary, apps }, account: { ...account, name: null } };
    await using opened = await show(many);
    const { page } = opened;
    expect(await page.locator("h1").textContent()).toBe(
      "Collision monitor: admin, api, docs and 2 more",
    );
    expect(await page.locator(".account").textContent()).toBe("Account 0123456789abcdef");
    expect(await page.title()).toBe("Collision monitor: admin and 4 more, 0123456789abcdef");
  });

  test("cannot be left by a name", async () => {
    const { summary, ...rest } = report([]);
    const bad = "</title><script>alert(1)</script>&amp;";
    const apps = [bad];
    await using opened = await show({
      ...{ ...rest, summary: { ...summary, apps } },
      account: { id: bad, name: bad },
    });
    const { page, errors } = opened;
    expect(await page.title()).toBe(`Collision monitor: ${bad}, ${bad}`);
    expect(await page.locator("script").count()).toBe(2);
    expect(errors).toEqual([]);
  });

  test("say nothing of an account that was not looked at", async () => {
    await using opened = await show(report([]));
    expect(await opened.page.locator(".account").count()).toBe(0);
  });
});

describe("a table that is too wide", () => {
  const wide = { ...report([]), stages: STAGES };
  const frame = (page: Page) => page.locator("#stages .scroller");
  const shadow = (page: Page) =>
    frame(page)
      .locator(".edges")
      .evaluate((one) => getComputedStyle(one, "::after").opacity);

  test("shows that there is more, until all was seen", async () => {
    await using opened = await show(wide, PHONE);
    const { page } = opened;
    await page.locator("#stages .scroller.after").waitFor();
    expect(await shadow(page)).toBe("1");
    expect(await frame(page).getByText("scroll sideways").isVisible()).toBe(true);
    await frame(page)
      .locator(".scroll")
      .evaluate((one) => one.scrollTo({ left: one.scrollWidth }));
    await page.locator("#stages .scroller.before:not(.after)").waitFor();
    expect(await shadow(page)).toBe("0");
    // What the row is about is still there.
    const name = await page.locator("#stages tbody th").first().boundingBox();
    expect(name?.x).toBeGreaterThanOrEqual(0);
  });

  test("is reached with the keyboard, and has a name", async () => {
    await using opened = await show(wide, PHONE);
    const { page } = opened;
    const region = page.getByRole("region", { name: "Stages, and what a sweep would do" });
    await region.focus();
    await page.keyboard.press("ArrowRight");
    await page.locator("#stages .scroller.before").waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  test("is no stop for the keyboard where it fits", async () => {
    await using opened = await show(wide);
    const { page } = opened;
    expect(await page.locator("#stages .scroll[tabindex]").count()).toBe(0);
    expect(await frame(page).getByText("scroll sideways").isVisible()).toBe(false);
  });
});
