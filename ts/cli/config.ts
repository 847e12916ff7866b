/** The config: `alch-blocks.json`, or the section `alch-blocks` of `package.json`. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type validator from "#config-schema";
import { RULES } from "../generated/rules.ts";
import type { Severity } from "./analyse/report.ts";
import { didYouMean } from "./nearest.ts";
import { isMissing, Problem, reasonOf } from "./problem.ts";

const FILE = "alch-blocks.json";
const SECTION = "alch-blocks";

const KEYS = ["paths", "ignore", "stages", "rules"];

export interface Config {
  /** What `paths` and `ignore` are relative to. */
  folder: string;
  paths: readonly string[] | undefined;
  ignore: readonly string[];
  /** The stages to judge names in. */
  stages: readonly string[];
  rules: Readonly<Record<string, Severity | "off">>;
}

/** The nearest config in `folder` or above it, within the repository; else one that says nothing. */
export async function readConfig(folder: string): Promise<Config> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await configIn(at);
    if (found) return found;
    if (existsSync(join(at, ".git")) || dirname(at) === at) break;
  }
  return { folder, paths: undefined, ignore: [], stages: [], rules: {} };
}

async function configIn(folder: string): Promise<Config | undefined> {
  const file = join(folder, FILE);
  const manifest = join(folder, "package.json");
  const own = parseFile(file);
  const section = (parseFile(manifest) as Record<string, unknown> | undefined)?.[SECTION];
  if (own !== undefined && section !== undefined) {
    const message = `\`${FILE}\` and \`package.json\` both configure \`alch-blocks\` in \`${folder}\``;
    throw new Problem(message, "keep one of them");
  }
  if (own !== undefined) return checked(own, file, folder);
  return section === undefined ? undefined : checked(section, `${manifest}#${SECTION}`, folder);
}

function parseFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Problem(`\`${file}\` cannot be read: ${reasonOf(error)}`);
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, "")) as unknown;
  } catch (error) {
    throw new Problem(notJson(file, text, error as Error), "repair it first");
  }
}

/** Node says where the fault is, as an offset, and Bun only what it is. */
function notJson(file: string, text: string, { message }: Error): string {
  const [, what = message, offset] = /^(.*?)(?: in JSON)? at position (\d+)/.exec(message) ?? [];
  if (offset === undefined) return `\`${file}\` is no JSON: ${what}`;
  const before = text
    .replace(/^\ufeff/, "")
    .slice(0, Number(offset))
    .split("\n");
  const place = `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return `\`${place}\` is no JSON: ${what}`;
}

async function checked(value: unknown, place: string, folder: string): Promise<Config> {
  // Most projects have no config and need not wait for this.
  const { default: validate } = await import("#config-schema");
  if (!validate(value)) {
    const faults = (validate.errors ?? []).map(wording);
    const help = "`schemas/config.json` in the package describes all settings";
    throw new Problem(`\`${place}\` is not valid: ${faults.join("; ")}`, help);
  }
  const { paths, ignore = [], stages = [], rules = {} } = value as Partial<Config>;
  return { folder, paths, ignore, stages, rules };
}

type Fault = NonNullable<typeof validator.errors>[number];

/** What the validator says, in other words. */
const WORDS: Readonly<Record<string, string>> = {
  array: "must be a list",
  object: "must be an object",
  string: "must be text",
  minItems: "must not be empty",
  minLength: "must not be empty",
  uniqueItems: "has one item twice",
};

function wording({ instancePath, keyword, params, message }: Fault): string {
  const at = instancePath ? `\`${instancePath.slice(1).replaceAll("/", ".")}\`` : "it";
  if (keyword === "additionalProperties") {
    const key = String(params.additionalProperty);
    const hint = didYouMean(key, instancePath === "/rules" ? Object.keys(RULES) : KEYS);
    return `${at} has the unknown key \`${key}\`${hint && `: ${hint}`}`;
  }
  if (keyword === "enum") {
    const allowed = params.allowedValues as unknown[];
    return `${at} must be one of ${allowed.map((one) => `\`${String(one)}\``).join(", ")}`;
  }
  const word = WORDS[keyword === "type" ? String(params.type) : keyword];
  return `${at} ${word ?? message ?? "is wrong"}`;
}
