/** Pages in a real Chromium, from files, as users open them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { assets } from "../../scripts/assets.mjs";
import { chromiumPath } from "../../scripts/chromium.mjs";
import type { Metrics } from "../../ts/cli/monitor/report.ts";

const root = join(import.meta.dir, "..", "..");

/** `renderDashboard`, with the script and the style put in as the build does it. */
export async function loadRenderer(): Promise<(metrics: Metrics) => string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["ts/cli/monitor/dashboard/page.ts"],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    plugins: [assets()],
    logLevel: "warning",
  });
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-dashboard-"));
  const file = join(folder, "page.mjs");
  writeFileSync(file, outputFiles[0]?.text ?? "");
  try {
    const { renderDashboard } = await import(pathToFileURL(file).href);
    return renderDashboard;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    throw new Error("there is no Chromium: run `npm run setup`, or name one in `CHROMIUM_PATH`");
  }
  // Its sandbox works neither for root nor in most containers. The pages are the tests' own.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

export interface Opened extends AsyncDisposable {
  page: Page;
  /** What the page complained of, and what it tried to fetch. */
  errors: string[];
  requests: string[];
}

/** Opens `html` from a file. */
export async function open(
  browser: Browser,
  html: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-dashboard-"));
  const file = join(folder, "dashboard.html");
  writeFileSync(file, html);
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => requests.push(request.url()));
  const address = pathToFileURL(file).href;
  await page.goto(address);
  return {
    page,
    errors,
    requests: new Proxy(requests, {
      get: (all, key) =>
        Reflect.get(
          all.filter((url) => url !== address && url !== "data:,"),
          key,
        ),
    }),
    async [Symbol.asyncDispose]() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const AXE = readFileSync(join(root, "node_modules", "axe-core", "axe.min.js"), "utf8");

/** What axe, which knows the rules for accessible pages, has against the page. */
export async function faultsOf(page: Page): Promise<string[]> {
  // The page's policy lets no script of others in; the debugger's are not asked.
  return page.evaluate(`${AXE};
    axe.run(document).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
}
