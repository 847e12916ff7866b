/** What the dashboard shows of costs, in a real Chromium. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import type { Entry, Metrics, MonitorReport, Unknown } from "../../ts/cli/monitor/report.ts";
import { faultsOf, launch, loadRenderer, open } from "./browser.ts";
import { COST, costs, history, metrics, report, STAGES } from "./metrics.ts";

let browser: Browser;
let render: (metrics: Metrics) => string;

beforeAll(async () => {
  [browser, render] = await Promise.all([launch(), loadRenderer()]);
});

afterAll(() => browser?.close());

function page(cost: MonitorReport["cost"], entries: Entry[] = []): string {
  const current = { ...report([]), ...(cost === undefined ? {} : { cost }) };
  return render({ ...metrics(current), history: entries });
}

test("the stages are in a table, with what they cost", async () => {
  await using opened = await open(browser, page(COST));
  const cost = opened.page.locator("#cost");
  expect(await cost.locator("p").first().textContent()).toBe(
    "$51.00, of which $5.00 are for the paid plan itself, which is assumed: to read it needs the permission Billing: Read. An estimate by the usage from 2026-10-24 to 2026-11-22 and the prices as of 2026-10. The shares are of the bill without the plan.",
  );
  const rows = await cost.locator("tbody tr").allInnerTexts();
  expect(rows.map((row) => row.split(/\s*\t\s*/))).toEqual([
    ["shop / pr-7", "$25.38", "$50.75", "55.2 %"],
    ["shop / prod", "$11.13", "$22.25", "24.2 %"],
    ["shared by shop / pr-12, all stages of shop", "$5.00", "$10.00", "10.9 %"],
    ["unknown", "$4.50", "$9.00", "9.8 %"],
  ]);
  expect(await cost.locator(".chart").count()).toBe(0);
  expect(opened.errors).toEqual([]);
});

test("each stage has what it alone costs, beside what a sweep would do", async () => {
  const current = { ...report([]), stages: STAGES, cost: COST };
  await using opened = await open(browser, render(metrics(current)));
  const rows = opened.page.locator("#stages tbody tr");
  const priced = (await rows.allInnerTexts()).map((row) => row.match(/^\S+|\$[\d.]+/g));
  expect(priced).toEqual([
    ["pr-12", "$0.00"],
    ["pr-14", "$0.00"],
    ["pr-13", "$0.00"],
    ["pr-7", "$25.38"],
    ["prod", "$11.13"],
  ]);
});

describe("usage that could not be read", () => {
  const forbidden: Unknown = {
    ...{ source: "account", kind: "usage", code: "forbidden" },
    ...{ message: "the token may not read the usage", help: "give it a permission" },
  };
  const meter = { id: "kv-read", kind: "kv", title: "reads", unit: "reads", usage: 0 } as const;
  const meterOf = (read: boolean) => ({
    ...{ ...meter, read, included: 0, cost: 0, list: 0 },
    limit: null,
  });
  const shown = (...read: boolean[]) => {
    const cost = { ...COST, meters: read.map(meterOf) };
    const current = { ...report([], undefined, [forbidden]), stages: STAGES, cost };
    return open(browser, render(metrics(current)));
  };

  test("of all is no sum, and none of a stage either", async () => {
    await using opened = await shown(false, false);
    const { page } = opened;
    expect(await page.locator("#cost p").allTextContents()).toEqual([
      "The usage could not be read, so nothing is priced.",
    ]);
    expect(await page.locator("#stages").textContent()).not.toContain("$");
    expect(await page.locator("header .verdict").textContent()).toContain("could not be read");
  });

  test("in part makes the sum the least that it can be", async () => {
    await using opened = await shown(true, false);
    const { page } = opened;
    expect(await page.locator("#cost strong").textContent()).toStartWith("At least $51.00");
    expect(await page.locator("#stages").textContent()).not.toContain("$");
  });
});

test("the runs are in a chart, those without an estimate left out", async () => {
  await using opened = await open(browser, page(COST, costs(history(20), 5)));
  const cost = opened.page.locator("#cost");
  const chart = cost.getByRole("img", { name: "Over time" });
  const label = await chart.getAttribute("aria-label");
  expect(label).toContain("All from $23.50 to $37.90, at most $37.90");
  expect(label).toContain("shop/pr-7 from $0.00 to $14.00");
  expect(await chart.locator("canvas").count()).toBe(1);
  await cost.getByText("The same as a table").click();
  const rows = cost.locator("details tbody tr");
  expect(await rows.count()).toBe(15);
  expect(await rows.first().innerText()).toContain("shop/pr-7 $14.00, shop/prod $10.90");
  expect(await faultsOf(opened.page)).toEqual([]);
  expect([opened.errors, opened.requests.length]).toEqual([[], 0]);
});

test("without the option there is nothing, and the past stays", async () => {
  await using none = await open(browser, page(undefined, history(3)));
  expect(await none.page.locator("#cost").count()).toBe(0);
  await using past = await open(browser, page(undefined, costs(history(9))));
  const text = await past.page.locator("#cost p").first().textContent();
  expect(text).toBe("The last run has no estimate.");
  expect(await past.page.locator("#cost .chart").count()).toBe(1);
});

test("names of strangers are text, and do not turn others", async () => {
  const names = [
    "<img src=x onerror=alert(1)>",
    "pr-\u202e7",
    "</script><script>alert(2)</script>",
  ];
  const [owner] = COST.owners;
  const owners = names.map((stage) => ({ ...owner, claimants: [{ app: stage, stage }] }));
  const cost = { ...COST, owners } as typeof COST;
  const byOwner = Object.fromEntries([...names, "__proto__"].map((key) => [key, 1e6]));
  const entries = history(3).map((entry) => ({ ...entry, cost: { total: 4e6, byOwner } }));
  await using opened = await open(browser, page(cost, entries));
  const { page: shown, errors, requests } = opened;
  expect([errors, requests.length]).toEqual([[], 0]);
  expect(await shown.locator("img, #page script").count()).toBe(0);
  const text = (await shown.locator("#cost").textContent()) ?? "";
  expect(text).toContain("pr-\\u{202e}7");
  expect(text).not.toContain("\u202e");
  const phone = { viewport: { width: 375, height: 700 } };
  await using small = await open(browser, page(cost, entries), phone);
  expect(await small.page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
});
