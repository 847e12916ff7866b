/** The documentation site in a folder of a web server, as somebody would serve it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentation } from "../../scripts/site.mjs";

/** Made by other tools than the pages. */
export const BY_OTHERS = ["api/index.html", "core/alch_blocks/index.html"];

export interface Served extends AsyncDisposable {
  folder: string;
  /** Where its start page is. */
  url: string;
  /** The paths of its pages. */
  pages: readonly string[];
  /** What was asked for and is not there. */
  missing: string[];
}

/** Makes the site and serves it from `base`. */
export async function serve(base: string): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-site-"));
  await documentation(folder, base);
  const missing: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch({ url }) {
      const path = decodeURIComponent(new URL(url).pathname);
      const within = path.startsWith(base) ? path.slice(base.length) : undefined;
      const name = within?.replace(/(^|\/)$/, "$1index.html");
      const file = name === undefined ? undefined : Bun.file(join(folder, name));
      if (await file?.exists()) return new Response(file);
      missing.push(path);
      return new Response(Bun.file(join(folder, "404.html")), { status: 404 });
    },
  });
  return {
    folder,
    url: `${server.url.origin}${base}`,
    pages: [...new Bun.Glob("**/*.html").scanSync({ cwd: folder })].sort(),
    missing,
    async [Symbol.asyncDispose]() {
      await server.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where the links of a page lead, as it has them. */
export async function linksAt(path: string): Promise<string[]> {
  const links: string[] = [];
  const rewriter = new HTMLRewriter().on("a[href]", {
    element: (element) => void links.push(element.getAttribute("href") ?? ""),
  });
  await rewriter.transform(new Response(Bun.file(path))).text();
  return links;
}
