import { LOCKS } from "./sources.mjs";

// Licences under which others' work may be used here: in what is handed on, and for building.
const PERMISSIVE = [
  "0BSD",
  "Apache-2.0",
  "Apache-2.0 WITH LLVM-exception",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unicode-3.0",
  "Unlicense",
  "Zlib",
];

/** Of tools that are only run: Alchemy's local mode has an image library of that kind, TypeDoc a parser. */
const FOR_TOOLS = [...PERMISSIVE, "LGPL-3.0-or-later", "MPL-2.0", "Python-2.0"];

/** What packages say in their sources, and not in their manifest as npm reads it. */
const IN_SOURCES = { "node_modules/format": "MIT" };

/** Whether `expression`, in the form of SPDX, leaves a choice that is in `allowed`. */
export function permits(expression, allowed) {
  const tokens = expression
    // An old form of crates for a choice.
    .replaceAll("/", " OR ")
    .match(/[()]|\bWITH\b|\bAND\b|\bOR\b|[^\s()]+/g);
  let at = 0;
  const one = () => {
    if (tokens?.[at] === "(") {
      at += 1;
      const inner = either();
      at += 1;
      return inner;
    }
    let name = tokens?.[at++] ?? "";
    if (tokens?.[at] === "WITH") {
      name += ` WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return allowed.includes(name);
  };
  const both = () => {
    let all = one();
    while (tokens?.[at] === "AND") {
      at += 1;
      all = one() && all;
    }
    return all;
  };
  const either = () => {
    let any = both();
    while (tokens?.[at] === "OR") {
      at += 1;
      any = both() || any;
    }
    return any;
  };
  return either() && at === tokens?.length;
}

function fault(name, licence) {
  return `\`${name}\` is licensed under \`${licence}\`, which is not on the list`;
}

/** Of all packages in the lock file; stricter with those that are bundled into the package. */
export function npmLicences(read) {
  const packages = LOCKS.flatMap((lock) => Object.entries(JSON.parse(read(lock)).packages));
  const bundled = new Set(
    [
      ...read("dist-cli/LICENSES.txt").matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) \d+\.\d+\.\d+\S*$/gm),
    ].map(([, name]) => name),
  );
  if (bundled.size === 0) return ["`dist-cli/LICENSES.txt` names no package"];
  return packages.flatMap(([path, { license, link }]) => {
    if (path === "" || link) return [];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const allowed = bundled.has(name) ? PERMISSIVE : FOR_TOOLS;
    const stated = license ?? IN_SOURCES[path];
    return permits(String(stated), allowed) ? [] : [fault(name, stated)];
  });
}

export function cargoLicences(packages) {
  return packages.flatMap(({ name, license }) =>
    permits(String(license), PERMISSIVE) ? [] : [fault(name, license)],
  );
}
