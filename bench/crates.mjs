// What each crate takes of the core's code: the same build as the package's, with names left in.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryReader, BinaryReaderState } from "wasmparser";
import { buildCore, CORE } from "../scripts/build.mjs";

/**
 * The crate of a function by its name. The compiler makes one of a block call and all that is called
 * there alone, which has no name any more.
 */
const CRATES = [
  // Exports have the names that JavaScript knows them by.
  ["alch_blocks", /^$|alch_blocks|^(?!mem(cmp|cpy|move|set)$)\w+$/],
  ["rlsf", /\brlsf\b/],
  ["sha2", /\bsha2\b/],
  ["wasm-bindgen, js-sys, serde-wasm-bindgen", /wasm_bindgen|wbindgen|js_sys|__externref/],
];

/** Bytes of code by crate. What is inlined counts for the crate that it is inlined in. */
export async function measureCrates() {
  const folder = mkdtempSync(join(tmpdir(), "alch-blocks-crates-"));
  try {
    await buildCore(folder, { names: true });
    const functions = functionsOf(readFileSync(join(folder, CORE)));
    const sizes = {};
    for (const { name, size } of functions) {
      const [crate] = CRATES.find(([, pattern]) => pattern.test(name)) ?? ["the standard library"];
      sizes[crate] = (sizes[crate] ?? 0) + size;
    }
    return sizes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function functionsOf(module) {
  const reader = new BinaryReader();
  const bytes = Uint8Array.from(module);
  reader.setData(bytes.buffer, 0, bytes.length);
  const found = { imported: 0, begin: 0, sizes: [], names: [] };
  while (reader.read()) note(reader, found);
  return found.sizes.map((size, at) => ({ name: found.names[at + found.imported] ?? "", size }));
}

const decoder = new TextDecoder();
const FUNCTION = 0;
const NAMES_OF_FUNCTIONS = 1;

function note({ state, position, result }, found) {
  switch (state) {
    case BinaryReaderState.IMPORT_SECTION_ENTRY:
      if (result.kind === FUNCTION) found.imported++;
      break;
    case BinaryReaderState.BEGIN_FUNCTION_BODY:
      found.begin = position;
      break;
    case BinaryReaderState.END_FUNCTION_BODY:
      found.sizes.push(position - found.begin);
      break;
    case BinaryReaderState.NAME_SECTION_ENTRY:
      if (result.type !== NAMES_OF_FUNCTIONS) break;
      for (const { index, name } of result.names) found.names[index] = decoder.decode(name);
      break;
  }
}
