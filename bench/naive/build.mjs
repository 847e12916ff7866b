// Compiles the naive wrapper, which shows what the boundary costs where nothing is done about it.
import { buildModule, once } from "../../scripts/build.mjs";

export async function buildNaive() {
  const build = (folder) => buildModule("bench/naive", folder);
  const inputs = ["bench/naive", "Cargo.toml", "Cargo.lock", ".cargo", "scripts/build.mjs"];
  await once("compiling the naive wrapper to WebAssembly", "pkg-naive", inputs, build);
}
