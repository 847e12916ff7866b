/**
 * The documentation is consistent: links lead somewhere, also for a reader of the tarball.
 */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { examples, root, textOf } from "./markdown.ts";

const list = (...patterns: string[]) =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", "--", ...patterns], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(root, file)));

/** All but fixtures, and what is written for the site alone: its links are checked there. */
const PAGES = list("*.md").filter((file) => !/fixtures\/|^docs\/site\//.test(file));

/** Markdown without code, in which a link is none. */
const prose = (markdown: string) =>
  markdown
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, (code) => (code.includes("](") ? "" : code));

/** The anchors of headings, as GitHub makes them. */
function anchors(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const made = new Set<string>();
  for (const [, title = ""] of prose(markdown).matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    made.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return made;
}

interface Link {
  link: string;
  /** The file it leads to, relative to the root. */
  target: string;
  anchor: string | undefined;
}

/** The links of a page that stay in the project. */
function linksOf(page: string, markdown: string): Link[] {
  const links = [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const relatives = links.filter((link) => !/^(https?|mailto):/.test(link));
  return relatives.map((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : relative(root, join(root, dirname(page), path));
    return { link, target, anchor };
  });
}

/** Links to nothing, of one page. */
function dead(page: string, markdown: string): string[] {
  const links = linksOf(page, markdown).filter(({ target, anchor }) => {
    if (target.startsWith("..") || !existsSync(join(root, target))) return true;
    if (anchor === undefined || !target.endsWith(".md")) return false;
    return !anchors(target === page ? markdown : textOf(target)).has(anchor);
  });
  return links.map(({ link }) => link);
}

const PACKAGE = JSON.parse(textOf("package.json"));

/** What npm packs of the files that are committed: those in `files`, and two that it always adds. */
const PACKED: ReadonlySet<string> = new Set([
  "README.md",
  "package.json",
  ...list(
    ...PACKAGE.files
      .filter((pattern: string) => !pattern.startsWith("!"))
      .map((pattern: string) => `:(glob)${pattern}`),
  ),
]);

/** Links of a page to files that are not in the tarball. */
function outside(page: string, markdown: string): string[] {
  const links = linksOf(page, markdown).filter(({ target }) => !PACKED.has(target));
  return links.map(({ link }) => link);
}

describe("links", () => {
  test("are found", () => {
    const page = "# A b, `c`!\n\n[x](#a-b-c) [y](#no) [z](no.md) [w](README.md#no) `[v](no.md)`\n";
    expect(dead("README.md", page)).toEqual(["#no", "no.md", "README.md#no"]);
  });

  test.each(PAGES)("of %s lead somewhere", (page) => {
    expect(dead(page, textOf(page))).toEqual([]);
  });

  test("out of the tarball are found", () => {
    const page = "[x](options.md#a) [y](../README.md) [z](../src/kind.rs) [w](../docs/api/x.md)\n";
    expect(outside("docs/why.md", page)).toEqual(["../src/kind.rs", "../docs/api/x.md"]);
  });

  test.each(PAGES.filter((page) => PACKED.has(page)))("of %s stay in the tarball", (page) => {
    expect(outside(page, textOf(page))).toEqual([]);
  });

  test("lead from the index to every page", () => {
    const index = textOf("docs/README.md");
    for (const page of list(":(glob)docs/*.md").filter((file) => file !== "docs/README.md")) {
      expect(index).toContain(`](${relative("docs", page)})`);
    }
  });
});

test.each(list(":(glob)docs/*.md").filter((file) => file !== "docs/README.md"))(
  "%s says for whom it is, shows code on its first screen, and ends with where to go",
  (page) => {
    const text = textOf(page);
    const screen = text
      .replace(/^<!--.*-->\n+/, "")
      .split("\n")
      .slice(0, 30)
      .join("\n");
    expect(screen).toMatch(/^For (everyone|teams) /m);
    expect(screen).toContain("```");
    expect(text.split(/^## /m).at(-1)).toStartWith("Next\n");
  },
);

test("every code of a refusal has its place in the troubleshooting", () => {
  const [, union = ""] = textOf("ts/generated/types.ts").split("export type ErrorCode =");
  const codes = [...union.matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(15);
  const headings = [...textOf("docs/troubleshooting.md").matchAll(/^### `(.+)`$/gm)];
  expect(headings.map(([, code]) => code)).toEqual(codes);
});

/** The dependencies that a `Cargo.toml` names; its path dependencies are the project's own crates. */
function cratesOf(manifest: string): string[] {
  const sections = textOf(manifest).split(/^\[/m);
  const named = sections.filter((section) => /^[^\]]*dependencies\]/.test(section));
  return named.flatMap((section) =>
    [...section.matchAll(/^([\w-]+) *= *(.*)$/gm)]
      .filter(([, , value = ""]) => !value.includes("path ="))
      .map(([, name = ""]) => name),
  );
}

test("every dependency has a reason in CONTRIBUTING.md", () => {
  const { dependencies, devDependencies, peerDependencies } = PACKAGE;
  const packages = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
  const crates = list("*Cargo.toml")
    .filter((file) => !file.includes("fixtures/"))
    .flatMap(cratesOf);
  expect(crates.length).toBeGreaterThan(10);
  const rows =
    textOf("CONTRIBUTING.md")
      .match(/^\| `.*$/gm)
      ?.join("\n") ?? "";
  const missing = [...packages, ...crates].filter((name) => !rows.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});

test("what examples of names say is what the core makes", async () => {
  const naming = await import("@alch/blocks/naming");
  const texts = [...examples().map(({ text }) => text), textOf("docs/naming-law.md")];
  const said = texts.flatMap((text) => [
    ...text.matchAll(/^(physicalName|stageSlug)\((.*)\); \/\/ "(.*)"$/gm),
  ]);
  expect(said.length).toBeGreaterThan(2);
  for (const [, name, args, result] of said) {
    const given = JSON.parse(`[${args}]`) as [never, never, never];
    expect(naming[name as "physicalName"](...given)).toBe(result ?? "");
  }
});
