// How large the core is: as it lies in pkg/, and as it goes over a wire.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { root, run } from "../scripts/run.mjs";

/** Bytes. */
export function measureSize() {
  const wasm = readFileSync(join(root, "pkg", "alch_blocks_bg.wasm"));
  return {
    raw: wasm.length,
    gzip: gzipSync(wasm, { level: 9 }).length,
    brotli: brotliCompressSync(wasm).length,
  };
}

/** What npm users load, packed and unpacked, in bytes. */
export async function measureTarball() {
  const output = await run("npm", ["pack", "--json", "--dry-run", "--ignore-scripts"]);
  // What npm says of its settings comes before.
  const [{ size, unpackedSize, entryCount }] = JSON.parse(output.slice(output.indexOf("[")));
  return { packed: size, unpacked: unpackedSize, files: entryCount };
}
