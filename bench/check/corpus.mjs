// A tree of TypeScript as a monorepo has it: mostly code that declares nothing. The same each time.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const FILES = 5000;
/** One in so many declares resources. */
const DECLARING = 100;
const PER_PACKAGE = 50;

const WORDS =
  "account address batch cart catalog channel client cursor customer discount entry event filter index invoice item job label ledger member message order page payment price product profile query queue record region report result route rule schedule session setting shipment source status stock store table task team template ticket token topic user vendor version view".split(
    " ",
  );

const RESOURCES = ["D1Database", "R2Bucket", "KVNamespace", "Queue"];

/** Numbers that look random, and are the same in every run (a linear congruence). */
function numbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const upper = (word) => word[0].toUpperCase() + word.slice(1);

function model(next, word, other) {
  const fields = Array.from({ length: 3 + next(6) }, (_, at) => {
    const type = ["string", "number", "boolean", "Date", `readonly ${upper(other)}Id[]`][next(5)];
    return `  /** The ${WORDS[next(WORDS.length)]} of this ${word}. */\n  ${WORDS[next(WORDS.length)]}${at}${next(3) ? "" : "?"}: ${type};`;
  });
  return `export type ${upper(word)}Id = string & { readonly brand: "${word}" };\n
export interface ${upper(word)} {\n  id: ${upper(word)}Id;\n${fields.join("\n")}\n}\n`;
}

function service(next, word, other) {
  const methods = Array.from({ length: 3 + next(5) }, (_, at) => {
    const verb = ["find", "load", "save", "merge", "cancel", "publish"][next(6)];
    return `  /**
   * Does ${verb} for one ${word}, and keeps what was there before.
   */
  async ${verb}${upper(other)}${at}(id: ${upper(word)}Id, limit = ${next(900)}): Promise<${upper(word)}[]> {
    const key = \`${word}:\${id}:${verb}\`;
    const cached = this.cache.get(key);
    if (cached !== undefined && cached.length <= limit) return cached;
    const response = await fetch(\`\${this.base}/${word}s/\${encodeURIComponent(id)}?limit=\${limit}\`, {
      headers: { accept: "application/json", "x-request-source": "${other}" },
    });
    if (!response.ok) {
      throw new Error(\`the ${word} \${id} could not be read: \${response.status}\`);
    }
    const rows = ((await response.json()) as { rows: ${upper(word)}[] }).rows;
    const kept = rows
      .filter((row) => row.id !== id || this.options.${other} === "${verb}")
      .map((row, position) => ({ ...row, position: position + ${next(50)} }))
      .slice(0, limit);
    this.cache.set(key, kept);
    return kept;
  }`;
  });
  return `export class ${upper(word)}Service<Options extends { ${other}: string }> {
  private readonly cache = new Map<string, ${upper(word)}[]>();\n
  constructor(
    private readonly base: string,
    private readonly options: Options,
  ) {}\n
${methods.join("\n\n")}\n}\n`;
}

function code(next, at) {
  const word = WORDS[next(WORDS.length)];
  const other = WORDS[next(WORDS.length)];
  const neighbour = Math.floor(at / PER_PACKAGE) * PER_PACKAGE + next(PER_PACKAGE);
  const first = `import { readFile } from "node:fs/promises";\nimport * as near from "./module-${neighbour}";\n`;
  const last = `export async function ${word}From(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8");
  return text.length > ${next(5000)} ? JSON.parse(text) : near;\n}\n`;
  const parts = [model(next, word, other), service(next, word, other), last];
  const alias = other === word ? "" : `type ${upper(other)}Id = string;\n`;
  return [first, alias, ...parts].filter(Boolean).join("\n");
}

/** What declares something, and how many names in it have no stage. */
function infrastructure(next, at) {
  let fixed = 0;
  const used = new Set();
  const calls = Array.from({ length: 2 + next(4) }, (_, place) => {
    const type = RESOURCES[next(RESOURCES.length)];
    used.add(type);
    const key = type === "KVNamespace" ? "title" : "name";
    const name = `${WORDS[next(WORDS.length)]}-${at}-${place}`;
    const isFixed = next(3) === 0;
    if (isFixed) fixed += 1;
    const text = isFixed ? `"${name}"` : `\`${name}-\${app.stage}\``;
    return `export const r${place} = await ${type}("r${place}", { ${key}: ${text} });`;
  });
  const text = `import alchemy from "alchemy";
import { ${[...used].sort().join(", ")} } from "alchemy/cloudflare";\n
const app = await alchemy("app-${at}");\n
${calls.join("\n")}\n
await app.finalize();\n`;
  return { text, resources: calls.length, fixed };
}

/** Writes the corpus into `folder`; gives what is in it. */
export function writeCorpus(folder) {
  const made = { files: FILES, bytes: 0, resources: 0, fixed: 0 };
  for (let at = 0; at < FILES; at++) {
    const next = numbers(at + 1);
    const place = join(folder, "packages", `package-${Math.floor(at / PER_PACKAGE)}`, "src");
    if (at % PER_PACKAGE === 0) mkdirSync(place, { recursive: true });
    let text = code(next, at);
    if (at % DECLARING === 0) {
      const declared = infrastructure(next, at);
      made.resources += declared.resources;
      made.fixed += declared.fixed;
      text = declared.text;
    }
    made.bytes += Buffer.byteLength(text);
    writeFileSync(join(place, `module-${at}.ts`), text);
  }
  return made;
}
