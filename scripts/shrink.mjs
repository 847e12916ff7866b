// Makes the core's WebAssembly small: takes out what only a panic would run, and optimises.
//
// The crate has no panic of its own, which lints see to, but the library's growing of a vector has
// one, and it brings the formatting of its message. With `panic = "abort"`
// nobody would read that message. Without it, a panic still ends in the same trap, by whatever way.
import { readFileSync, writeFileSync } from "node:fs";
import { run } from "./run.mjs";

const ONLY_IN_PANICS = [
  /panic/,
  /handle_alloc_error|capacity_overflow|raw_vec::handle_error/,
  /slice_(start|end)?_?index|len_mismatch_fail|unwrap_failed|expect_failed/,
  /^<?core::fmt|core::fmt::|fmt::(Write|Display|Debug)\b/,
  /str::count::do_count_chars|FormatStringPayload|StaticStrPayload|PanicPayload/,
];

/** What wasm-bindgen keeps for closures; the core passes none. */
const FOR_CLOSURES = /wasm_bindgen::convert::closures::/;

/** What wasm-bindgen exports for programs that unwind, which its JavaScript does not ask for. */
const FOR_UNWINDING = ["__abort_handler", "__instance_terminated"];

/**
 * What panics say. Nobody is left to say it, but data is never taken out by a compiler: what is
 * filled with zeros is left out of the module by `wasm-opt`.
 */
const SAID_BY_PANICS = [
  /(\/rustc\/[0-9a-f]{40}|cargo\/registry)\/[\w./-]+\.rs(?=\0)/g,
  /slice index starts at|range (start|end) index|out of range for slice of length/g,
  /copy_from_slice: source slice length \(|\) does not match destination slice length \(/g,
  /`at` split index \(is |\) should be <= len \(is/g,
  /cannot access a Thread Local Storage value during or after destruction: /g,
  /called `Result::unwrap\(\)` on an `Err` value|RefCell already borrowed|capacity overflow/g,
  /Tried to shrink to a larger capacity|LayoutError|AccessError/g,
  /(00)010203040506[0-9]{186}/g,
  /closure invoked recursively or after being dropped| but ends at |src\/\w+\.rs(?=\0)/g,
];

const FEATURES = [
  "--enable-bulk-memory",
  "--enable-nontrapping-float-to-int",
  "--enable-multivalue",
  "--enable-mutable-globals",
  "--enable-sign-ext",
];

/** The name without the hashes of crates, by which it would be another with each compiler. */
const plain = (name) => name.replace(/\[[0-9a-f]{16}\]/g, "");

async function withoutPanics(file, names) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(readFileSync(file));
  const all = Array.from({ length: module.getNumFunctions() }, (_, at) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(at)),
  );
  const own = all.filter(({ base, name }) => !base && !plain(name).includes("alch_blocks"));
  const dead = own.filter(({ name }) => {
    return [...ONLY_IN_PANICS, FOR_CLOSURES].some((pattern) => pattern.test(plain(name)));
  });
  for (const { name, params, results } of dead) {
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  for (const name of FOR_UNWINDING) module.removeExport(name);
  module.addFunction(NOBODY, 0, 0, [], module.unreachable());
  const tables = Array.from({ length: module.getNumElementSegments() }, (_, at) =>
    binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(at)),
  );
  const gone = new Set(dead.map(({ name }) => name));
  for (const table of tables) withoutThese(module, table, gone);
  const segments = Array.from({ length: module.getNumDataSegments() }, (_, at) =>
    module.getDataSegmentInfo(module.getDataSegmentByIndex(at)),
  );
  binaryen.setDebugInfo(names);
  writeFileSync(file, withoutTexts(Buffer.from(module.emitBinary()), segments));
  module.dispose();
}

/** Stands in a table for each function that was taken out, since the others keep their places. */
const NOBODY = "nobody";

function withoutThese(module, { name, table, offset, data }, gone) {
  const left = data.map((called) => (gone.has(called) ? NOBODY : called));
  module.removeElementSegment(name);
  module.addActiveElementSegment(table, name, left, offset);
}

/** Takes what panics say, and the places in sources that they give, out of the data of a module. */
function withoutTexts(bytes, segments) {
  for (const { data, offset } of segments) {
    const at = bytes.indexOf(Buffer.from(data));
    const part = bytes.subarray(at, at + data.byteLength);
    const text = part.toString("latin1");
    for (const { 0: said, index } of SAID_BY_PANICS.flatMap((of) => [...text.matchAll(of)])) {
      part.fill(0, index, index + said.length);
      if (/\.rs$/.test(said)) withoutPlaces(part, offset + index, said.length);
    }
  }
  return bytes;
}

/** A place is the address and the length of a file's name, a line and a column, of four bytes each. */
function withoutPlaces(part, address, length) {
  const name = Buffer.alloc(8);
  name.writeUInt32LE(address);
  name.writeUInt32LE(length, 4);
  for (let at = part.indexOf(name); at !== -1; at = part.indexOf(name, at))
    part.fill(0, at, at + 16);
}

/** With `names`, those of functions stay, for who wants to know what takes how much. */
export async function shrink(file, { names = false } = {}) {
  await withoutPanics(file, names);
  const passes = ["-O3", "--strip-producers"];
  if (names) passes.push("--debuginfo");
  await run("wasm-opt", [...FEATURES, ...passes, "--strip-target-features", file, "-o", file]);
}
