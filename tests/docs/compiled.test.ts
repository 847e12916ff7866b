/** Programs in pages and comments are programs that the compiler takes. */
import { expect, test } from "bun:test";
import { compiled, V2_PATHS } from "./compile.ts";
import { codeIn, examples, pages, textOf } from "./markdown.ts";

/** Pages that a test follows word by word: it compiles and runs what they have. */
const FOLLOWED = [
  "docs/frameworks.md",
  "docs/getting-started.md",
  "docs/monorepo.md",
  "docs/previews.md",
  "docs/state-stores.md",
];

/** Its programs are wrong on purpose: `messages.test.ts` has each reported. */
const WRONG = ["docs/rules.md"];

const V2 = "docs/alchemy-2.md";

/** What stands around a piece of a program. */
const AROUND: readonly { piece: string; before: string; after?: string }[] = [
  {
    piece: "domains: [hostname(",
    before:
      'import alchemy from "alchemy";\nimport { Worker } from "alchemy/cloudflare";\nconst app = await alchemy("shop");\nconst [name, entrypoint] = ["api", "src/api.ts"];\n',
  },
  {
    piece: 'takeFrom: "web"',
    before:
      'import { Route, Worker } from "@alch/blocks";\nconst api = await Worker("api", { script: "" });\n',
  },
  {
    piece: '{ share: "staging", origin }',
    before:
      'import alchemy from "alchemy";\nimport { Hyperdrive } from "@alch/blocks";\nconst origin = alchemy.secret("");\n',
  },
  {
    piece: "alch-blocks-disable-next-line",
    before: 'import { D1Database } from "alchemy/cloudflare";\n',
  },
  { piece: "// Alchemy's D1Database(", before: 'import { Database } from "@alch/blocks";\n' },
  {
    piece: "state: guarded(Cloudflare.state(), {",
    before:
      'import * as Cloudflare from "alchemy/Cloudflare";\nimport { guarded } from "@alch/blocks/v2";\n',
  },
  {
    piece: "transferredFrom",
    before:
      'import * as Cloudflare from "alchemy/Cloudflare";\nexport const program = function* () {\n',
    after: "};\n",
  },
];

/** A block as a whole program. */
function whole(text: string): string {
  const { before = "", after = "" } = AROUND.find(({ piece }) => text.includes(piece)) ?? {};
  const imported = `${before}${text}`.includes("import ")
    ? ""
    : 'import { createBlocks } from "@alch/blocks";\n';
  return `${imported}${before}${text}${after}export {};\n`;
}

const programsIn = (page: string) =>
  codeIn(textOf(page))
    .filter(({ language }) => language === "ts")
    .map(({ text }) => whole(text));

test("programs for Alchemy 0.94 compile", async () => {
  const others = pages().filter((page) => ![...FOLLOWED, ...WRONG, V2].includes(page));
  const programs = [...others.flatMap(programsIn), ...examples().map(({ text }) => whole(text))];
  const [forV2, rest] = [true, false].map((wanted) =>
    programs.filter((text) => text.includes("@alch/blocks/v2") === wanted),
  ) as [string[], string[]];
  expect(rest.length).toBeGreaterThan(15);
  expect(await compiled(rest, {})).toBe("");
  expect(await compiled([...forV2, ...programsIn(V2)], { paths: V2_PATHS })).toBe("");
}, 300_000);

test("what is wrong in a program is found", async () => {
  const wrong = whole('import { Database } from "@alch/blocks";\nawait Database(1);\n');
  expect(await compiled([wrong], {})).toContain("error TS2345");
}, 120_000);
