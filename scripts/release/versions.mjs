// The crates, the module and the package have one version, and the change log has it too.

/** The project's own crates. */
export const CRATES = [
  "alch-blocks",
  "alch-blocks-analyzer",
  "alch-blocks-cli-wasm",
  "alch-blocks-monitor",
  "alch-blocks-naive",
];

/** `loaded` is what the module says of itself. */
export function versionFaults(read, loaded) {
  const { version } = JSON.parse(read("package.json"));
  const lock = JSON.parse(read("package-lock.json"));
  const found = {
    "package-lock.json": lock.version,
    "package-lock.json, of the root": lock.packages[""].version,
    "Cargo.toml": read("Cargo.toml").match(/^version = "(.+)"$/m)?.[1],
    "the WebAssembly": loaded,
  };
  for (const crate of ["analyzer", "cli-wasm", "monitor"]) {
    const manifest = read(`${crate}/Cargo.toml`);
    const core = manifest.match(/^alch-blocks = \{(.*)\}$/m)?.[1];
    if (core) found[`${crate}/Cargo.toml, of the core`] = core.match(/version = "(.+?)"/)?.[1];
    found[`${crate}/Cargo.toml`] = /^version\.workspace = true$/m.test(manifest)
      ? version
      : "its own";
  }
  for (const name of CRATES) {
    const locked = read("Cargo.lock").match(new RegExp(`name = "${name}"\nversion = "([^"]+)"`));
    found[`Cargo.lock, of ${name}`] = locked?.[1];
  }
  return Object.entries(found)
    .filter(([, one]) => one !== version)
    .map(([where, one]) => `${where} has \`${one}\`, package.json \`${version}\``);
}

/** The lines that the change log has under a heading, without its subheadings. */
export function entriesUnder(changelog, heading) {
  const [, rest = ""] = changelog.split(new RegExp(`^## \\[?${heading}\\]?.*$`, "m"));
  return rest.split(/^## /m)[0]?.match(/^- .+$/gm) ?? [];
}

export function changelogFaults(read, release) {
  const { version } = JSON.parse(read("package.json"));
  const changelog = read("CHANGELOG.md");
  const named = entriesUnder(changelog, version.replaceAll(".", "\\."));
  if (named.length > 0) return [];
  if (release) return [`CHANGELOG.md has no entries under \`## ${version}\``];
  if (entriesUnder(changelog, "Unreleased").length > 0) return [];
  return [`CHANGELOG.md has entries neither under \`## ${version}\` nor under \`## Unreleased\``];
}
