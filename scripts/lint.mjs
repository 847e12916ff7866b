// Everything that can be said of the sources without running them.
import { build } from "./build.mjs";
import { setup } from "./setup.mjs";
import { runAll, total } from "./suites.mjs";

const cargo = (name, args, env) => ({ name, command: "cargo", args, env });
const strict = ["--", "-D", "warnings"];
const fuzz = ["clippy", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", "target", ...strict];
const wasm = ["--workspace", "--target", "wasm32-unknown-unknown"];

// Biome colours what it writes to a file, too.
const colours = `--colors=${process.stdout.isTTY ? "force" : "off"}`;

const built = () =>
  build().catch((error) => {
    console.error(`could not build: ${error.message}`);
    process.exit(1);
  });

// The linters themselves have to be installed.
await setup();
// The types of the package are built ones. Cargo's checks need none, and the build leaves a processor idle.
const [rust] = await Promise.all([
  runAll([
    cargo("cargo fmt", ["fmt", "--all", "--check"]),
    cargo("cargo clippy", ["clippy", "--workspace", "--all-targets", ...strict]),
    cargo("cargo clippy, for WebAssembly", ["clippy", ...wasm, ...strict]),
    // Without libFuzzer itself, which needs a C++ compiler and is only linked.
    cargo("fuzz targets", fuzz, { CUSTOM_LIBFUZZER_PATH: "./unused" }),
    cargo("cargo doc", ["doc", "--workspace", "--no-deps"], { RUSTDOCFLAGS: "-D warnings" }),
  ]),
  built(),
]);
const others = await runAll([
  { name: "typedoc", command: process.execPath, args: ["scripts/reference.mjs"] },
  { name: "prose", command: process.execPath, args: ["scripts/prose.mjs"] },
  { name: "biome", command: "biome", args: ["ci", colours, "."] },
  { name: "tsc", command: "tsc" },
  { name: "tsc, the example", command: "tsc", args: ["-p", "examples/shop"] },
  { name: "tsc, the example of regions", command: "tsc", args: ["-p", "examples/regions"] },
  { name: "tsc, what `init --app` writes", command: "tsc", args: ["-p", "examples/start"] },
  { name: "release", command: process.execPath, args: ["scripts/release-check.mjs"] },
]);
process.exitCode = total([...rust, ...others]).failed === 0 ? 0 : 1;
