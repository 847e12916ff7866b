/** Secrets are shown by nothing that the monitor says, in the runtimes that it runs in. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { cli, Folder, RUNTIMES } from "../cli/cli.ts";

const SECRET = "s3cr3t-0123456789";
const OTHER = "an0ther-9876543210";

/** All that is printed, and all files that are written. */
function shown(folder: Folder, { out, error }: { out: string; error: string }): string {
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true });
  const made = files.filter((file) => file.isFile() && file.parentPath.includes("metrics"));
  const texts = made.map((file) => readFileSync(`${file.parentPath}/${file.name}`, "utf8"));
  return [out, error, ...texts].join("\n");
}

describe.each(RUNTIMES)("in %s", (runtime) => {
  const STORES: Record<string, string> = {
    "that throws when it is loaded": 'throw new Error("no way with " + process.env.MY_STORE_KEY);',
    "that throws when it is asked": `export default () => ({
      list: async () => { throw new Error("no way with " + process.env.MY_STORE_KEY); },
    });`,
  };

  test.concurrent.each(Object.keys(STORES))("a store %s", async (name) => {
    using folder = new Folder();
    folder.write("store.mjs", STORES[name] ?? "");
    const store = ["--state-store", "./store.mjs", "--app", "shop"];
    const args = ["monitor", "--offline", ...store, "--metrics", "metrics"];
    const ended = await cli(folder.path, args, { runtime, env: { MY_STORE_KEY: SECRET } });
    expect(ended.code).toBe(2);
    expect(`${ended.out}${ended.error}`).toContain("no way with ***");
    expect(shown(folder, ended)).not.toContain(SECRET);
  });

  test.concurrent("a token of several lines", async () => {
    using folder = new Folder();
    const token = `${SECRET}\n${OTHER}\n`;
    const env = {
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_ACCOUNT_ID: "0".repeat(32),
      CLOUDFLARE_BASE_URL: "http://127.0.0.1:1",
      GITHUB_TOKEN: token,
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_API_URL: "http://127.0.0.1:1",
    };
    const args = ["monitor", "--without", "bucket", "--metrics", "metrics", "--github-issue"];
    const ended = await cli(folder.path, args, { runtime, env });
    expect(ended.code).toBe(2);
    const all = shown(folder, ended);
    expect(all).not.toContain(SECRET);
    expect(all).not.toContain(OTHER);
  }, 60_000);
});
