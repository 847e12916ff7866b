/** The checks before a release see what they are for: each rule is broken once. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cargoLicences, npmLicences, permits } from "../../scripts/release/licences.mjs";
import { crateFaults } from "../../scripts/release/packed.mjs";
import { sizeFaults } from "../../scripts/release/size.mjs";
import { cargoSources, npmSources } from "../../scripts/release/sources.mjs";
import { changelogFaults, versionFaults } from "../../scripts/release/versions.mjs";

const real = (file: string) => readFileSync(join(import.meta.dir, "..", "..", file), "utf8");

/** The tree with one file changed. */
function changed(file: string, change: (text: string) => string) {
  return (asked: string) => (asked === file ? change(real(asked)) : real(asked));
}

const { version } = JSON.parse(real("package.json"));

test("the tree as it is has one version, and no fault", () => {
  expect(versionFaults(real, version)).toEqual([]);
  expect(changelogFaults(real, false)).toEqual([]);
  expect(npmSources(real)).toEqual([]);
  expect(cargoSources(real)).toEqual([]);
  expect(npmLicences(real)).toEqual([]);
});

describe("another version is seen", () => {
  test.each([
    ["Cargo.toml", /^version = ".*"/m, 'version = "9.9.9"'],
    ["analyzer/Cargo.toml", /version = "0[^"]*", d/, 'version = "9.9.9", d'],
    ["monitor/Cargo.toml", "version.workspace = true", 'version = "9.9.9"'],
    ["Cargo.lock", /(name = "alch-blocks"\nversion = )"[^"]*"/, '$1"9.9.9"'],
    ["package-lock.json", /"version": "[^"]*"/, '"version": "9.9.9"'],
  ] as const)("in %s", (file, from, to) => {
    const read = changed(file, (text) => text.replace(from, to));
    expect(read(file)).not.toBe(real(file));
    expect(versionFaults(read, version).join()).toContain(file);
  });

  test("in the module", () => {
    expect(versionFaults(real, "9.9.9")).toHaveLength(1);
  });
});

test("a release wants its version in the change log, with entries", () => {
  const log = (text: string) => changed("CHANGELOG.md", () => text);
  expect(changelogFaults(log("# Changelog\n"), false)).toHaveLength(1);
  expect(changelogFaults(log("## Unreleased\n\n## 0.0.1\n\n- Old.\n"), false)).toHaveLength(1);
  expect(changelogFaults(log("## Unreleased\n\n- New.\n"), false)).toEqual([]);
  expect(changelogFaults(log("## Unreleased\n\n- New.\n"), true)).toHaveLength(1);
  expect(changelogFaults(log(`## ${version} · 2026-12-01\n\n- New.\n`), true)).toEqual([]);
});

test("what comes from elsewhere, or without a checksum, is seen", () => {
  const lock = JSON.parse(real("package-lock.json"));
  const name = Object.keys(lock.packages).find((path) => path.startsWith("node_modules/")) ?? "";
  const npm = (entry: object) =>
    npmSources(
      changed("package-lock.json", () =>
        JSON.stringify({ packages: { [name]: { ...lock.packages[name], ...entry } } }),
      ),
    );
  expect(npm({})).toEqual([]);
  expect(npm({ resolved: "git+ssh://git@example.com/x.git" })).toHaveLength(1);
  expect(npm({ integrity: undefined })).toHaveLength(1);
  expect(npm({ link: true })).toHaveLength(1);
  const cargo = (from: RegExp, to: string) =>
    cargoSources(changed("Cargo.lock", (text) => text.replace(from, to)));
  expect(cargo(/source = "registry[^"]*"/, 'source = "git+https://example.com/x"')).toHaveLength(1);
  expect(cargo(/checksum = ".*"\n/, "")).toHaveLength(1);
});

describe("licences", () => {
  const allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Zlib"];

  test.each([
    ["MIT", true],
    ["GPL-3.0-only", false],
    ["MIT OR GPL-3.0-only", true],
    ["MIT AND GPL-3.0-only", false],
    ["(MIT OR GPL-3.0-only) AND Zlib", true],
    ["GPL-3.0-only AND Zlib OR MIT", true],
    ["(MIT AND GPL-3.0-only) OR GPL-2.0-only", false],
    ["MIT/Apache-2.0", true],
    ["Apache-2.0 WITH LLVM-exception OR GPL-3.0-only", true],
    ["MIT WITH some-exception", false],
    ["MIT)", false],
    ["", false],
    ["UNLICENSED", false],
    ["SEE LICENSE IN LICENSE", false],
  ] as const)("%j is a choice we have: %p", (expression, permitted) => {
    expect(permits(expression, allowed)).toBe(permitted);
  });

  test("are stricter for what is bundled, and none is missing", () => {
    const withLicence = (name: string, license?: string) =>
      npmLicences(
        changed("package-lock.json", () =>
          JSON.stringify({ packages: { [`node_modules/${name}`]: { license } } }),
        ),
      );
    expect(withLicence("picocolors", "ISC")).toEqual([]);
    expect(withLicence("picocolors", "LGPL-3.0-or-later")).toHaveLength(1);
    expect(withLicence("a-tool", "LGPL-3.0-or-later")).toEqual([]);
    expect(withLicence("a-tool")).toHaveLength(1);
    expect(cargoLicences([{ name: "a", license: null }])).toHaveLength(1);
    expect(cargoLicences([{ name: "a", license: "MIT" }])).toEqual([]);
  });
});

describe("the size of the core", () => {
  const limits = { raw: 1000, gzip: 500 };
  const read = () => JSON.stringify(limits);

  test("may reach its limits", () => {
    expect(sizeFaults(limits, read)).toEqual([]);
  });

  test("may not exceed them", () => {
    expect(sizeFaults({ ...limits, gzip: 501 }, read)).toEqual([
      "the core has 501 bytes (gzip), the limit is 500: make it smaller",
    ]);
    expect(sizeFaults({ raw: 1001, gzip: 501 }, read)).toHaveLength(2);
  });

  test("is measured, and has limits", () => {
    expect(sizeFaults({}, read)).toHaveLength(2);
    expect(sizeFaults(limits, () => "{}")).toHaveLength(1);
    expect(Object.keys(JSON.parse(real("bench/size.json")))).toEqual(Object.keys(limits));
  });
});

test("a file that does not belong into the crate is seen", () => {
  const own = [
    "src/lib.rs",
    "src/host.js",
    "src/error/tests.rs",
    "src/kind/catalogue.rs",
    "src/wasm/mod.rs",
    "src/wasm/types.d.ts",
    "ts/options.ts",
    "ts/generated/types.ts",
    "scripts/catalogue.rs",
    "tests/wasm.rs",
    "tests/vectors/naming.json",
    "LICENSE-MIT",
    "Cargo.lock",
    "Cargo.toml.orig",
    ".cargo_vcs_info.json",
  ];
  const others = [
    "node_modules/one/README.md",
    "node_modules/one/src/lib.rs",
    "analyzer/src/lib.rs",
    "ts/core.ts",
    "scripts/build.mjs",
    ".cargo/config.toml",
  ];
  expect(crateFaults([...own, ...others])).toEqual(
    others.map((file) => `\`${file}\` would be published with the crate`),
  );
});
