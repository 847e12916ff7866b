// How large the core is: as it lies in pkg/, and as it goes over a wire.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { root } from "../scripts/run.mjs";

/** Bytes. */
export function measureSize() {
  const wasm = readFileSync(join(root, "pkg", "alch_blocks_bg.wasm"));
  return {
    raw: wasm.length,
    gzip: gzipSync(wasm, { level: 9 }).length,
    brotli: brotliCompressSync(wasm).length,
  };
}
