// The crate has our own files only. In cargo's `include`, a pattern without a slash matches in every
// folder, also in those of other packages.

const FILES = [
  /^src\/([a-z]+\/)*\w+\.rs$/,
  /^src\/(host\.js|wasm\/types\.d\.ts)$/,
  /^ts\/(options|generated\/types)\.ts$/,
  /^scripts\/catalogue\.rs$/,
  /^tests\/(\w+\.rs|vectors\/\w+\.json)$/,
  /^(Cargo|README|CHANGELOG|LICENSE)[\w.-]*$/,
  /^\.cargo_vcs_info\.json$/,
];

/** `files` as `cargo package --list` names them. */
export function crateFaults(files) {
  return files
    .filter((file) => !FILES.some((pattern) => pattern.test(file)))
    .map((file) => `\`${file}\` would be published with the crate`);
}
