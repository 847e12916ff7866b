/** Every page of the site by its path, and the files that pages link to. */
export function sitePages(sources: ReadonlyMap<string, string>): {
  pages: Map<string, string>;
  assets: Set<string>;
};
