/** A file of YAML: what may not be there, and the lines of what is. Nothing in it is run. */
import type { LineCounter, Scalar, YAMLMap } from "yaml";
import { readBytes } from "./read.ts";

type Yaml = typeof import("yaml");

export class YamlFile {
  /** What each alias stands for. The library would look through the whole file for each. */
  readonly #targets = new Map<unknown, unknown>();
  readonly #yaml: Yaml;
  readonly #lines: LineCounter;
  readonly #text: readonly string[];
  /** The map of each of its documents. */
  readonly roots: readonly YAMLMap[];

  /** @throws if it cannot be read. */
  constructor(
    yaml: Yaml,
    readonly path: string,
  ) {
    const text = readBytes(path).toString();
    this.#yaml = yaml;
    this.#lines = new yaml.LineCounter();
    this.#text = text.split("\n");
    const documents = yaml.parseAllDocuments(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      // The library compares each key with each other.
      uniqueKeys: false,
    });
    this.roots = [...documents].flatMap((document) => {
      const anchors = new Map<string, unknown>();
      yaml.visit(document, {
        Node: (_, node) => {
          if (yaml.isAlias(node)) this.#targets.set(node, anchors.get(node.source));
          else if (node.anchor !== undefined) anchors.set(node.anchor, node);
        },
      });
      return this.map(document.contents) ?? [];
    });
  }

  map(node: unknown): YAMLMap | undefined {
    const found = this.#of(node);
    return this.#yaml.isMap(found) ? found : undefined;
  }

  list(node: unknown): unknown[] {
    const found = this.#of(node);
    return this.#yaml.isSeq(found) ? found.items.map((item) => this.#of(item)) : [found];
  }

  text(node: unknown): Scalar<string> | undefined {
    const found = this.#of(node);
    const isText = this.#yaml.isScalar(found) && typeof found.value === "string";
    return isText ? (found as Scalar<string>) : undefined;
  }

  /** What a map has under a key, or what `<<` merges into it. */
  get(node: unknown, key: string, seen = new Set<unknown>()): unknown {
    const map = this.map(node);
    if (map === undefined || seen.has(map)) return undefined;
    seen.add(map);
    const own: unknown = map.get(key, true);
    if (own !== undefined) return own;
    for (const merged of this.#merged(map)) {
      const found = this.get(merged, key, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The keys of a map, and those that `<<` merges into it. */
  keys(node: unknown, seen = new Set<unknown>()): string[] {
    const map = this.map(node);
    if (map === undefined || seen.has(map)) return [];
    seen.add(map);
    const own = map.items.map(({ key }) => String(key)).filter((key) => key !== MERGE);
    return [...own, ...this.#merged(map).flatMap((merged) => this.keys(merged, seen))];
  }

  /** The values of a map. */
  values(node: unknown): unknown[] {
    return (this.map(node)?.items ?? []).map(({ value }) => value);
  }

  /** The line of the file where a text starts, from 1. */
  lineOf(text: Scalar<string>): number {
    return this.#lines.linePos(text.range?.[0] ?? 0).line;
  }

  /** Whether each line of a text is one of the file. */
  isBlock(text: Scalar<string>): boolean {
    return text.type === this.#yaml.Scalar.BLOCK_LITERAL;
  }

  /** The line above one, which may be a comment about it. */
  above(line: number): string[] {
    const above = this.#text[line - 2];
    return above === undefined ? [] : [above];
  }

  #merged(map: YAMLMap): unknown[] {
    return map.has(MERGE) ? this.list(map.get(MERGE, true)) : [];
  }

  #of(node: unknown): unknown {
    return this.#targets.has(node) ? this.#targets.get(node) : node;
  }
}

const MERGE = "<<";
