/** `destroy` at a terminal: it shows the plan, asks for the name of the stage, and prints each step. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { stripVTControlCharacters } from "node:util";
import { MAIN } from "../cli/cli.ts";
import { App } from "../support/program.ts";
import { goneOf, held, make } from "./stage.ts";

setDefaultTimeout(120_000);

/** Types `answer` when the stage is asked for. */
async function answering(app: App, answer: string) {
  let seen = "";
  const child = Bun.spawn([process.execPath, MAIN, "destroy", "--stage", "pr-1"], {
    cwd: app.folder,
    env: { PATH: process.env.PATH ?? "", TERM: "dumb", ...app.cloudflare.env },
    terminal: {
      data(terminal, bytes) {
        const text = new TextDecoder().decode(bytes);
        seen += text;
        if (text.includes("to destroy it: ")) terminal.write(answer);
      },
    },
  });
  const code = await child.exited;
  return { code, seen: stripVTControlCharacters(seen) };
}

test.each([
  ["another name", "pr-2\r"],
  ["Enter", "\r"],
  ["`y`", "y\r"],
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
])("%s changes nothing", async (_, answer) => {
  await using app = await App.start();
  await make(app);
  const before = held(app);
  const { code, seen } = await answering(app, answer);
  expect(seen).toContain("shop-db-pr-1");
  expect(seen).toContain("type `pr-1` to destroy it: ");
  expect(code).not.toBe(0);
  expect(held(app)).toEqual(before);
});

test("the name of the stage destroys it, and each step is printed", async () => {
  await using app = await App.start();
  await make(app);
  const { code, seen } = await answering(app, "pr-1\r");
  expect(code).toBe(0);
  for (const one of goneOf("pr-1")) {
    const [kind = "", name = ""] = one.split(" ");
    if (kind !== "DurableObjectNamespace") expect(seen).toMatch(new RegExp(`deleted .*${name}`));
  }
  expect(held(app).filter((one) => one.includes("pr-1"))).toEqual([
    expect.stringContaining("D1Database shop-kept-pr-1"),
  ]);
});
