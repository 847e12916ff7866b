/** Modules that make a store of state: whatever they do, the command line says that it could not. */
import { expect, test } from "bun:test";
import { cli, Folder, PROGRAM, RUNTIMES } from "./cli.ts";

const TOKEN = "s3cr3t-token-value";
const LATE = `setTimeout(() => { throw new Error(process.env.MY_TOKEN); }, 1);`;

/** What a module says, and the last line of what is complained of. */
const MODULES: Record<string, [module: string, complaint: string]> = {
  "ends the program": ["export default () => process.exit(0);", "has ended the program"],
  "throws nothing": ["export default () => { throw null; };", "cannot be read: null"],
  "cannot be loaded": ["throw undefined;", "cannot be loaded: undefined"],
  "fails on its own": [
    `${LATE} await new Promise((done) => setTimeout(done, 5000));`,
    "failed: ***",
  ],
  prints: [
    `console.info(1); process.stdout.write("2"); export default () => { console.debug(3); throw 4; };`,
    "cannot be read: 4",
  ],
};

for (const [what, [module, complaint]] of Object.entries(MODULES)) {
  test.each(RUNTIMES)(`a store that ${what}, in %s`, async (runtime) => {
    using folder = new Folder();
    folder.write("alchemy.run.ts", PROGRAM);
    folder.write("store.mjs", module);
    const args = ["check", "--json", "--state-store", "./store.mjs"];
    const { code, out, error } = await cli(folder.path, args, {
      runtime,
      env: { MY_TOKEN: TOKEN },
    });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error).toContain(complaint);
    expect(error).not.toContain(TOKEN);
  });
}

test.each(["Node 20", "Node 22"] as const)("a store that never answers, in %s", async (runtime) => {
  using folder = new Folder();
  folder.write("alchemy.run.ts", PROGRAM);
  const never = "new Promise(() => {})";
  folder.write(
    "list.mjs",
    `export default () => ({ list: () => ${never}, init: () => ${never} });`,
  );
  folder.write("load.mjs", `await ${never};`);
  for (const module of ["./list.mjs", "./load.mjs"]) {
    const ended = await cli(folder.path, ["check", "--state-store", module], { runtime });
    expect({ code: ended.code, out: ended.out }).toEqual({ code: 2, out: "" });
    expect(ended.error).toContain("has ended the program");
  }
});
