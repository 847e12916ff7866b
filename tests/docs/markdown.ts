/** What the documentation has in it: code, headings, links. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dir, "..", "..");

export interface Code {
  language: string;
  text: string;
  /** What the paragraph before says that it is, as in `` `src/worker.ts`: ``. */
  file: string | undefined;
}

export function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The fenced blocks of code, in order. */
export function codeIn(markdown: string): Code[] {
  const blocks = markdown.matchAll(/(?:^`([^`\n]+)`:\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, file, language = "", text = ""]) => ({ language, text, file }));
}

/** A page in parts: what is in front of the first heading of the second level, and each such heading with its text. */
export function sectionsIn(markdown: string): string[] {
  return markdown.split(/^(?=## )/m);
}

/** The pages that users read. */
export function pages(): string[] {
  const docs = readdirSync(join(root, "docs")).filter((file) => file.endsWith(".md"));
  return ["README.md", ...docs.map((file) => `docs/${file}`)].sort();
}

/** The examples in the comments of what is exported. */
export function examples(): { from: string; text: string }[] {
  const files = readdirSync(join(root, "ts")).filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) => {
    const comments = textOf(`ts/${file}`).match(/\/\*\*[\s\S]*?\*\//g) ?? [];
    return comments.flatMap((comment) =>
      codeIn(comment.replace(/^ *\* ?/gm, "")).map(({ text }) => ({ from: file, text })),
    );
  });
}
