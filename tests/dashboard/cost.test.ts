/** What the dashboard shows of costs, in a real Chromium. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import type { Entry, Metrics, MonitorReport } from "../../ts/cli/monitor/report.ts";
import { faultsOf, launch, loadRenderer, open } from "./browser.ts";
import { COST, costs, history, metrics, report } from "./metrics.ts";

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
    "$51.00, of which $5.00 are for the paid plan itself, which is assumed. An estimate by the usage from 2026-10-24 to 2026-11-22 and the prices as of 2026-10. The shares are of the bill without the plan.",
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
  expect(text).toBe("The last run was not asked for it.");
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
