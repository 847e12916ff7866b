// What is packed is what is meant to be: a pattern of cargo's without a slash matches in every folder.

const FILES =
  /^(src\/\w+\.(rs|js)|tests\/(\w+\.rs|vectors\/\w+\.json)|(Cargo|README|CHANGELOG|LICENSE)[\w.-]*|\.cargo_vcs_info\.json)$/;

/** `files` as `cargo package --list` names them. */
export function crateFaults(files) {
  return files
    .filter((file) => !FILES.test(file))
    .map((file) => `\`${file}\` would be published with the crate`);
}
