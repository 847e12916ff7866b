import type { Message } from "./messages.mjs";

/** Every page of the site by its path, and the files that pages link to. */
export function sitePages(
  sources: ReadonlyMap<string, string>,
  messages?: Readonly<Record<string, readonly Message[]>>,
): {
  pages: Map<string, string>;
  assets: Set<string>;
};

/** The file that a page is made of, both as paths. */
export function sourceOf(page: string): string;
