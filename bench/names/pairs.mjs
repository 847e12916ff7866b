// The pairs of a base name and a stage that every tool has to name.

const PARTS = ["orders", "mail", "jobs", "log"];
const THINGS = ["db", "files", "queue", "cache", "events"];

/** Base names as people write them: the `count` of them are different. */
export function ordinaryBases(count) {
  return Array.from({ length: count }, (_, i) => {
    const part = PARTS[i % PARTS.length];
    return `shop-${part}-${THINGS[(i >> 2) % THINGS.length]}-${i}`;
  });
}

/** Stages as they are in a project with previews: two that last, then one for each pull request. */
export function ordinaryStages(count) {
  return ["prod", "dev", ...Array.from({ length: count }, (_, i) => `pr-${i + 1}`)].slice(0, count);
}

/** `first` and `second` in every combination. */
const every = (first, second) => first.flatMap((one) => second.map((other) => [one, other]));

/** The same text, cut into base and stage at different places. */
function moved() {
  const words = ["db", "pr", "api", "1", "2", "x", "prod", "a"];
  const cut = (a, b, c, separator) => [
    [a, `${b}${separator}${c}`],
    [`${a}${separator}${b}`, c],
  ];
  return words.flatMap((a) =>
    every(words, words).flatMap(([b, c]) => ["-", "_", ""].flatMap((by) => cut(a, b, c, by))),
  );
}

/** Long base names that differ at the start, in the middle, or at the end alone. */
function long() {
  const bases = [40, 60, 100].flatMap((length) =>
    Array.from({ length: 60 }, (_, i) => {
      const same = "customer-order-history-".repeat(8);
      const places = { start: 0, middle: length >> 1, end: length };
      const at = Object.values(places)[i % 3];
      return `a${same.slice(0, at)}v${i}x${same.slice(at, length)}z`;
    }),
  );
  return every(bases, ["prod", "pr-1", "pr-12", "pr-123456"]);
}

/** Long names of branches that differ at the end alone, or in the middle. */
function longStages() {
  const stages = Array.from({ length: 60 }, (_, i) => [
    `feature/the-customer-can-look-at-earlier-orders-without-signing-in-${i}`,
    `renovate/${i}-major-monorepo-of-everything-that-we-depend-on-at-all`,
  ]).flat();
  return every(["shop-db", "shop-files", "customer-order-history-of-all-years"], stages);
}

/** Names of branches which differ in what a name cannot have. */
function branches() {
  const words = ["login", "x", "pay-2", "v2"];
  const kinds = ["feature", "fix", "chore", "default"];
  const forms = ["/", "-", "_", ".", "//", " ", "#", "--", "+", "@"];
  const stages = every(kinds, words).flatMap(([kind, word]) =>
    forms.map((form) => `${kind}${form}${word}`),
  );
  return every(["shop-db", "shop", "default", "resource"], stages);
}

const written = (word) => [word, word.toUpperCase(), word[0].toUpperCase() + word.slice(1)];

function capitals() {
  const words = ["orders", "mail", "jobs", "files"].flatMap(written);
  return every(words, ["prod", "dev", "feature/login"].flatMap(written));
}

/** Letters beyond ASCII: composed and decomposed, without their marks, and alike. */
function beyondAscii() {
  const words = [
    "café",
    "cafe\u0301",
    "cafe",
    "straße",
    "strasse",
    "日本",
    "東京",
    "🚀",
    "🛰",
    "аpi",
  ];
  const plain = ["shop-db", "api"];
  return [...every(plain, words), ...every(words, ["prod", "pr-1"]), ...every(words, words)];
}

/** Pairs made to get one name where a tool is careless; no pair is there twice. */
export function adversarialPairs() {
  const all = [moved(), long(), longStages(), branches(), capitals(), beyondAscii()].flat();
  return [...new Map(all.map((pair) => [JSON.stringify(pair), pair])).values()];
}

/** Base names too long for most kinds, which differ in the middle alone: only a hash tells them. */
export function longPairs(count) {
  const half = "customer-order-history-of-all-years-and-all-shops-";
  return Array.from({ length: count }, (_, i) => [`${half}${half}${i}-${half}${half}z`, "prod"]);
}
