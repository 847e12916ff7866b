/** The examples of the rules, as `check` judges them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Message } from "../../scripts/site/messages.mjs";
import { cli } from "../cli/cli.ts";
import { codeIn, sectionsIn, textOf } from "./markdown.ts";

const V1 = `import alchemy from "alchemy";
import { AiSearch, CustomDomain, D1Database, DurableObjectNamespace, KVNamespace, R2Bucket, Route, Worker, Workflow } from "alchemy/cloudflare";
import { AlchemyWorkflow, Bucket, createBlocks, Database, Domain, DurableObject, KV, physicalName, Queue } from "@alch/blocks";
`;
const V2 = `import * as Alchemy from "alchemy";
import * as Cloudflare from "alchemy/Cloudflare";
`;

/** A page says so where its rule looks at the state, which no example has. */
export const isAboutState = (section: string) => section.includes("Needs `--state`.");

/** What an example leaves out: it is for one version of Alchemy, or has a line for each. */
function preludeOf(text: string): string {
  if (text.includes("import ")) return 'import alchemy from "alchemy";\n';
  if (!text.includes("Cloudflare.")) return V1;
  return text.includes("await ") ? V1 + V2 : V2;
}

/** The example as a program, or beside one; its comment names two places if it is in both. */
function programs(text: string): Map<string, string> {
  const pipeline = /^# (\S+\.yml)$/m.exec(text)?.[1];
  if (pipeline !== undefined) return new Map([...programs(""), [pipeline, text]]);
  const imported = preludeOf(text);
  const files = /^\/\/ (\S+\.ts) and (\S+\.ts)$/m.exec(text)?.slice(1) ?? ["alchemy.run.ts"];
  const isWhole = /await alchemy\(|Cloudflare\./.test(text);
  return new Map(
    files.map((file, at) => {
      const app = isWhole ? "" : `const app = await alchemy("shop-${at}");\n`;
      return [file, `${imported}${app}${text}`];
    }),
  );
}

/** What `check` finds in the first example of a page. */
export async function reported(section: string): Promise<Message[]> {
  const [{ text = "" } = {}] = codeIn(section);
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-rules-"));
  try {
    for (const [file, program] of programs(text)) {
      const place = join(folder, dirname(file));
      mkdirSync(place, { recursive: true });
      writeFileSync(join(folder, file), program);
      writeFileSync(join(place, "package.json"), "{}");
    }
    const stages = ["prod", "dev", "pr-1", "1"].flatMap((stage) => ["--stage", stage]);
    const { out } = await cli(folder, ["check", "--json", ...stages]);
    const { findings } = JSON.parse(out) as { findings: Message[] };
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The page of each rule. */
export const SECTIONS = new Map(
  sectionsIn(textOf("docs/rules.md")).map((section) => {
    return [/^## `([a-z-]+)`/.exec(section)?.[1] ?? "", section] as const;
  }),
);
