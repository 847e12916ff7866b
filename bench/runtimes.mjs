// Prints how each runtime is started that a program is measured in; runs in Bun, which reads the
// list that the tests of the package have.
import { command, installRuntimes } from "../tests/package/runtimes.ts";

const PROGRAM = process.argv[2];

await installRuntimes();
const all = ["Bun", "Node 24", "Deno"].map((name) => [name, command(name, PROGRAM, "--allow-all")]);
console.log(JSON.stringify(Object.fromEntries(all)));
