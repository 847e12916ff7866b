// Links to the repository, if package.json names one.

/** Where a browser finds what package.json has in `repository`: text, or an object with `url`. */
function addressOf(repository) {
  const url = typeof repository === "string" ? repository : repository?.url;
  const [, short] = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(url ?? "") ?? [];
  if (short !== undefined) return `https://github.com/${short}`;
  return /^(?:git\+)?(https:\/\/.+?)(?:\.git)?$/.exec(url ?? "")?.[1];
}

/** What VitePress's theme gets of a manifest: nothing if it names no repository. */
export function repositoryLinks({ repository }) {
  const address = addressOf(repository);
  if (address === undefined) return { nav: [] };
  return {
    nav: [{ text: "Repository", link: address }],
    editLink: { pattern: `${address}/edit/main/:path`, text: "Edit this page" },
  };
}
