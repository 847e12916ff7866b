// The tables in pages, and the words in their sentences, that come from the catalogue of kinds, the rules
// and the prices.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rulesTable } from "./rules.mjs";
import { root } from "./run.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");

/** The tables of a page, each between two marks. */
const TABLES = {
  blocks: ({ kinds }) => [
    ["block", "calls Alchemy's", "in stage `pr-123`", "a base name"],
    ...kinds
      .filter(({ block }) => block !== null)
      .map(({ block, alchemy, isClass, base, example, kind }) => [
        `\`${block}("${nameFor(kind, example)}")\``,
        `\`${alchemy.function}\``,
        isClass && kind === "durable-object"
          ? "the class `ChatRoom` of the stage's Worker"
          : `\`${nameFor(kind, example)}-pr-123\``,
        base.words,
      ]),
  ],
  caps: ({ kinds }) => [
    ["kind", "a base name", "cap on the physical name"],
    ...kinds.map(({ kind, base, cap, capUnit }) => [
      `\`${kind}\``,
      base.words,
      `${cap} ${capUnit}`,
    ]),
  ],
  constructors: ({ kinds }) => [
    ["block", "Alchemy's constructor", "the stage is in"],
    ...kinds.map(({ alchemy2: of }) => [
      `\`${of.block}\``,
      `\`Cloudflare.${of.constructor}\``,
      of.naming === "" ? "the name of its Worker" : `\`${of.naming}\``,
    ]),
    ["`Domain`, `Route`", "the options `domain` and `routes` of a Worker", "the hostname"],
  ],
  data: ({ kinds }) => [
    ["data", "Alchemy 0.94, if its name changes", "Alchemy 2"],
    ...kinds
      .filter(({ ownsData }) => ownsData)
      .map(({ plural, onNewName, alchemy2 }) => [
        plural,
        ON_NEW_NAME[onNewName],
        ON_NEW_NAME[alchemy2.onNewName],
      ]),
  ],
  pages: ({ kinds }) => [
    ["look up a block", ""],
    ...kinds.flatMap(({ kind, noun }) => {
      const file = [`${kind}.md`, `${kind}s.md`].find((name) =>
        existsSync(join(root, "docs", name)),
      );
      if (file === undefined) return [];
      const [, title] = /^# (.+)$/m.exec(read(`docs/${file}`)) ?? [];
      return [
        [`[${title}](${file})`, `${/^[AEIOaeio]/.test(noun) ? "an" : "a"} ${noun} for each stage`],
      ];
    }),
  ],
  permissions: ({ kinds }) => {
    const listed = kinds.filter(({ listing }) => listing !== null);
    const all = new Set(listed.map(({ listing }) => listing.permission));
    const needing = (permission) =>
      listed.filter(({ listing }) => listing.permission === permission);
    return [
      ["permission", "for"],
      ...[...all].map((one) => [
        one,
        needing(one)
          .map(({ plural }) => plural)
          .join(", "),
      ]),
    ];
  },
  prices,
  rules: ({ rules }) => rulesTable(rules, "rules.md"),
  versions: ({ alchemy, alchemy2 }) => [
    ["Alchemy", "import", "tests that passed"],
    ...[...alchemy, ...alchemy2].map((version) => {
      const { effect, passed, failed } = tested(version);
      const beside = effect === undefined ? "" : ` with \`effect@${effect}\``;
      const entry = `\`@alch/blocks${alchemy2.includes(version) ? "/v2" : ""}\``;
      // The project's own versions are those of all other tests.
      const shown = passed === undefined ? "`npm test`" : `${passed} of ${passed + failed}`;
      return [`\`${version}\`${beside}`, entry, shown];
    }),
  ],
};

const ON_NEW_NAME = {
  replace: "replaces it with a new, empty one",
  "rename-in-place": "renames it",
  fails: "renames it, and fails then",
  "leave-behind": "makes a new one and leaves the old one behind",
  stays: "keeps the old name",
  nothing: "changes nothing",
};

/** Words in a sentence of a page, between two marks. */
const WORDS = {
  left: ({ kinds }) =>
    kinds
      .filter(({ block, converts }) => block !== null && !converts)
      .map(({ plural }) => plural)
      .join(", "),
  naming: ({ kinds }) =>
    kinds
      .filter(({ block, naming }) => block !== null && naming[0] !== "name")
      .map(({ block, naming }) => `\`${naming[0]}\` of \`${block}\``)
      .join(", "),
};

/** Each generation of each price of `cost`. */
function prices() {
  const { meters } = JSON.parse(read("monitor/src/cost/prices.json"));
  const many = (number) => number.toLocaleString("en-US");
  const rows = Object.entries(meters).flatMap(([meter, all]) =>
    all.map(({ from, until, included, per, price, roundsUp, freePerDay, source }) => [
      `[\`${meter}\`](${source})`,
      many(included),
      `$${price}${per === 1 ? "" : ` for ${many(per)}`}${roundsUp ? ", rounded up" : ""}`,
      freePerDay === undefined ? "" : many(freePerDay),
      until === undefined ? from : `${from}, before ${until}`,
    ]),
  );
  return [["meter", "included in a month", "then", "a day on the free plan", "from"], ...rows];
}

/** What `npm run versions` has seen of a version. */
function tested(version) {
  return JSON.parse(read("tests/versions/results.json"))[version] ?? {};
}

/** The names that the pages use throughout. */
const NAMES = {
  database: "my-app-db",
  bucket: "my-app-files",
  kv: "my-app-cache",
  queue: "my-app-jobs",
  "durable-object": "chat-room",
  workflow: "onboarding",
};
const nameFor = (kind, example) => NAMES[kind] ?? example;

/** A page with its tables and words renewed. */
export function page(text, all) {
  return text
    .replace(
      /(<!-- table: (\w+) -->\n)[\s\S]*?(\n<!-- end -->)/g,
      (_, start, name, end) => start + table(TABLES[name](all)) + end,
    )
    .replace(
      /(<!-- words: (\w+) -->).*?(<!-- end -->)/g,
      (_, start, name, end) => start + WORDS[name](all) + end,
    );
}

function table([head, ...body]) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

/** The pages that may have such a table. */
export const PAGES = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md") && file !== "rules.md")
    .map((file) => `docs/${file}`),
];
