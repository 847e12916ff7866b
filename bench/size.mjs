// How large the core is, as it lies in pkg/ and as it goes over a wire, and what is loaded beside it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { CORE, REFUSALS } from "../scripts/build.mjs";
import { root, run } from "../scripts/run.mjs";

/** Bytes; `refusals` and its like are of the module that is loaded where it is needed first. */
export function measureSize() {
  const wasm = readFileSync(join(root, "pkg", CORE));
  const refusals = readFileSync(join(root, "pkg-refusals", REFUSALS));
  return {
    raw: wasm.length,
    gzip: gzipped(wasm),
    brotli: brotliCompressSync(wasm).length,
    refusals: refusals.length,
    refusalsGzip: gzipped(refusals),
  };
}

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** What npm users load, packed and unpacked, in bytes. */
export async function measureTarball() {
  const output = await run("npm", ["pack", "--json", "--dry-run", "--ignore-scripts"]);
  // What npm says of its settings comes before.
  const [{ size, unpackedSize, entryCount }] = JSON.parse(output.slice(output.indexOf("[")));
  return { packed: size, unpacked: unpackedSize, files: entryCount };
}
