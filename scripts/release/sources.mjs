// What is built from comes from the registries, and is what it was when it was locked.
import { CRATES } from "./versions.mjs";

/** Of the project, and of the tools that are installed for a page or a check alone. */
export const LOCKS = [
  "package-lock.json",
  "docs/api/package-lock.json",
  "docs/prose/package-lock.json",
  "docs/site/package-lock.json",
];

export const npmSources = (read) => LOCKS.flatMap((lock) => sourcesIn(JSON.parse(read(lock))));

function sourcesIn({ packages }) {
  return Object.entries(packages).flatMap(([path, { integrity, resolved, link }]) => {
    if (path === "") return [];
    if (link) return [`\`${path}\` is a link`];
    // `.npmrc` leaves the addresses out: what has one comes from elsewhere.
    if (resolved !== undefined) return [`\`${path}\` does not come from the registry of npm`];
    return integrity?.startsWith("sha512-") ? [] : [`\`${path}\` is locked without a checksum`];
  });
}

export function cargoSources(read) {
  const entries = read("Cargo.lock").split("[[package]]").slice(1);
  return entries.flatMap((entry) => {
    const field = (name) => entry.match(new RegExp(`^${name} = "([^"]*)"$`, "m"))?.[1];
    const name = field("name");
    if (CRATES.includes(name)) return [];
    if (!field("source")?.startsWith("registry+"))
      return [`\`${name}\` does not come from a registry`];
    return field("checksum") ? [] : [`\`${name}\` is locked without a checksum`];
  });
}
