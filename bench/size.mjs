// The sizes of the core and of the npm package, in bytes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root, run } from "../scripts/run.mjs";

export function measureSize() {
  const wasm = readFileSync(join(root, "pkg", "alch_blocks_bg.wasm"));
  return { raw: wasm.length, gzip: gzipSync(wasm, { level: 9 }).length };
}

export async function measureTarball() {
  const output = await run("npm", ["pack", "--json", "--dry-run", "--ignore-scripts"]);
  // npm prints warnings about its settings first.
  const [{ size, unpackedSize }] = JSON.parse(output.slice(output.indexOf("[")));
  return { packed: size, unpacked: unpackedSize };
}
