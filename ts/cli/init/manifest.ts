/** `package.json`, edited so that it keeps its form. */
import { applyEdits, modify, type ParseError, parse as parseJson } from "jsonc-parser";
import { Problem } from "../problem.ts";

export interface Manifest {
  scripts?: Record<string, unknown>;
  dependencies?: Record<string, unknown>;
  devDependencies?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface Edits {
  /** What it is to say, unless it says something there. */
  added?: Readonly<Record<string, unknown>>;
  /** What it is to say. */
  set?: Readonly<Record<string, unknown>>;
}

export interface Edited {
  text: string;
  /** What it says of its own where something else is to be. */
  taken: string[];
}

/** @throws Problem where npm could not read it. */
export function readManifest(text: string, path: string): Manifest {
  const faults: ParseError[] = [];
  const value = parseJson(withoutMark(text), faults, { disallowComments: true }) as unknown;
  const { scripts } = (value ?? {}) as Manifest;
  const fine = isObject(value) && (scripts === undefined || isObject(scripts));
  if (faults.length === 0 && fine) return value as Manifest;
  throw new Problem(`\`${path}\` is no \`package.json\` that npm can read`, "repair it first");
}

/** @throws Problem where npm could not read it. */
export function editManifest(
  before: string,
  path: string,
  { added = {}, set = {} }: Edits,
): Edited {
  const mark = before.startsWith(MARK) ? MARK : "";
  let text = withoutMark(before);
  const known = readManifest(text, path);
  const taken: string[] = [];
  const put = (place: string[], wanted: unknown) => {
    text = applyEdits(text, modify(text, place, wanted, { formattingOptions: formOf(text) }));
  };
  for (const { place, wanted } of leaves(added))
    if (at(known, place) === undefined) put(place, wanted);
  for (const { place, wanted } of leaves(set)) {
    const said = at(known, place);
    if (said === wanted) continue;
    put(place, wanted);
    if (said !== undefined) taken.push(`its ${nameOf(place)} is \`${said}\``);
  }
  return { text: mark + text, taken };
}

const MARK = "\ufeff";
const withoutMark = (text: string) => (text.startsWith(MARK) ? text.slice(MARK.length) : text);

interface Leaf {
  place: string[];
  wanted: unknown;
}

/** Entries of the manifest, and those of its sections. */
function leaves(wanted: Readonly<Record<string, unknown>>): Leaf[] {
  return Object.entries(wanted).flatMap(([key, value]) => {
    if (!isObject(value)) return [{ place: [key], wanted: value }];
    return Object.entries(value).map(([name, wanted]) => ({ place: [key, name], wanted }));
  });
}

function at(manifest: Manifest, [key = "", name]: readonly string[]): unknown {
  const value = Object.hasOwn(manifest, key) ? manifest[key] : undefined;
  if (name === undefined) return value;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function nameOf([section, name]: readonly string[]): string {
  if (name === undefined) return `\`${section}\``;
  return section === "scripts" ? `script \`${name}\`` : `\`${section}.${name}\``;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How the file is indented and how its lines end. */
function formOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const [, indent = "  "] = /^([ \t]+)"/m.exec(text) ?? [];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length, eol };
}
