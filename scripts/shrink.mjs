// Makes the core's WebAssembly small: takes out what only a panic would run, and optimises.
//
// The crate has no panic of its own, which lints see to, but the library's growing of a vector has
// one, and it brings the formatting of its message. With `panic = "abort"`
// nobody would read that message. Without it, a panic still ends in the same trap.
import { readFileSync, writeFileSync } from "node:fs";
import { run } from "./run.mjs";

const ONLY_IN_PANICS = [
  /panic/,
  /handle_alloc_error|capacity_overflow|raw_vec::handle_error/,
  /slice_(start|end)?_?index|len_mismatch_fail|unwrap_failed|expect_failed/,
  /^<?core::fmt|core::fmt::|fmt::(Write|Display|Debug)\b/,
  /str::count::do_count_chars|FormatStringPayload|StaticStrPayload|PanicPayload/,
];

const FEATURES = [
  "--enable-bulk-memory",
  "--enable-nontrapping-float-to-int",
  "--enable-reference-types",
  "--enable-multivalue",
  "--enable-mutable-globals",
  "--enable-sign-ext",
];

/** The name without the hashes of crates, by which it would be another with each compiler. */
const plain = (name) => name.replace(/\[[0-9a-f]{16}\]/g, "");

async function withoutPanics(file) {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.readBinary(readFileSync(file));
  const all = Array.from({ length: module.getNumFunctions() }, (_, at) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(at)),
  );
  const own = all.filter(({ base, name }) => !base && !plain(name).includes("alch_blocks"));
  for (const { name, params, results } of own) {
    if (!ONLY_IN_PANICS.some((pattern) => pattern.test(plain(name)))) continue;
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  writeFileSync(file, module.emitBinary());
  module.dispose();
}

export async function shrink(file) {
  await withoutPanics(file);
  const passes = ["-Oz", "--reorder-functions", "--reorder-locals", "-Oz", "--strip-producers"];
  await run("wasm-opt", [...FEATURES, ...passes, "--strip-target-features", file, "-o", file]);
}
