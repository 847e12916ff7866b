/** The API reference: its types have names. */
import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { referenceOfPackage } from "../../scripts/reference.mjs";

test("the API reference names the types of Alchemy", async () => {
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-reference-"));
  try {
    await referenceOfPackage("--out", folder);
    const pages = [...new Bun.Glob("**/*.html").scanSync({ cwd: folder })];
    expect(pages.length).toBeGreaterThan(40);
    const nameless = pages.filter((page) => {
      return readFileSync(join(folder, page), "utf8").includes(">__type<");
    });
    expect(nameless).toEqual([]);
    const blocks = readFileSync(join(folder, "interfaces", "_alch_blocks.Blocks.html"), "utf8");
    expect(blocks.replace(/<[^>]*>/g, "")).toContain("Promise&lt;KVNamespace&gt;");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
