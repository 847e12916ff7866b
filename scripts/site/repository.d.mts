/** What VitePress's theme gets of a manifest: nothing if it names no repository. */
export function repositoryLinks(manifest: { repository?: string | { url?: string } }): {
  nav: { text: string; link: string }[];
  editLink?: { pattern: string; text: string };
};
