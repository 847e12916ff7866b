/** `npm run monitor:collisions` of this repository: how it builds before, and how it ends. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPTS = join(import.meta.dir, "..", "..", "scripts");

const SECRETS = {
  CLOUDFLARE_API_TOKEN: "hush",
  CLOUDFLARE_API_KEY: "hush",
  AWS_SECRET_ACCESS_KEY: "hush",
  SOME_API_KEY_2: "hush",
  SIGNING_KEY: "hush",
  store_key: "hush",
  ALCHEMY_PASSWORD: "hush",
  ALCHEMY_PASSPHRASE: "hush",
  GOOGLE_CREDENTIALS: "hush",
};

/** The script beside a build and a monitor that say what they were given, and end as wanted. */
function run(built: number, monitored: number) {
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-script-"));
  const says = (what: string, code: number) =>
    `console.log(JSON.stringify({ ${what}: Object.values(process.env).includes("hush"),` +
    ` args: process.argv.slice(2) })); process.exit(${code});`;
  try {
    for (const path of ["scripts", "dist-cli"]) mkdirSync(join(folder, path), { recursive: true });
    for (const file of ["monitor.mjs", "run.mjs"])
      copyFileSync(join(SCRIPTS, file), join(folder, "scripts", file));
    writeFileSync(join(folder, "scripts", "build.mjs"), says("build", built));
    writeFileSync(join(folder, "dist-cli", "main.js"), says("monitor", monitored));
    const script = join(folder, "scripts", "monitor.mjs");
    const { exitCode, stdout } = Bun.spawnSync(["node", script, "--offline"], {
      env: { PATH: process.env.PATH, ...SECRETS },
    });
    const said = stdout.toString().trim().split("\n");
    return { exitCode, said: said.map((line) => JSON.parse(line)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("npm run monitor:collisions", () => {
  test.each([0, 1, 2])(
    "ends as the monitor does, with %d, and builds without the secrets",
    (code) => {
      expect(run(0, code)).toEqual({
        exitCode: code,
        said: [
          { build: false, args: [] },
          { monitor: true, args: ["monitor", "--metrics", "metrics", "--offline"] },
        ],
      });
    },
  );

  test("a build that failed is no finding", () => {
    expect(run(1, 0)).toEqual({ exitCode: 2, said: [{ build: false, args: [] }] });
  });
});
