/** How far a long scan is: on the standard error, on a terminal, and not at once. */
import { afterEach, beforeEach, expect, setSystemTime, spyOn, test } from "bun:test";
import { stderr } from "node:process";
import { Progress } from "../../ts/cli/progress.ts";

const START = 1_000_000;
const terminal = stderr.isTTY;
const write = spyOn(stderr, "write");
let written = "";

beforeEach(() => {
  written = "";
  write.mockImplementation((text) => {
    written += text;
    return true;
  });
  setSystemTime(START);
});

afterEach(() => {
  write.mockReset();
  stderr.isTTY = terminal;
  setSystemTime();
});

/** Shows how far it is after so many milliseconds. */
function scan(...times: number[]): string {
  const progress = new Progress();
  for (const [done, time] of times.entries()) {
    setSystemTime(START + time);
    progress.show("reading", done, 5000);
  }
  progress.end();
  return written;
}

test("a short scan says nothing", () => {
  stderr.isTTY = true;
  expect(scan(0, 100, 399)).toBe("");
});

test("a long one has one line, which is gone at the end", () => {
  stderr.isTTY = true;
  const line = (done: number) => `\r\x1b[2Kreading ${done} of 5,000 files`;
  expect(scan(0, 500, 510, 700)).toBe(`${line(1)}${line(3)}\r\x1b[2K`);
});

test("a step that waits is named when it takes long, and its line goes", async () => {
  stderr.isTTY = true;
  const since = spyOn(performance, "now").mockReturnValue(0);
  {
    using progress = new Progress();
    progress.step("reading the state");
    expect(written).toBe("");
    await Bun.sleep(600);
    expect(written).toBe("\r\x1b[2Kreading the state");
  }
  expect(written).toBe("\r\x1b[2Kreading the state\r\x1b[2K");
  since.mockRestore();
});

test("a step of a command that has run for long is named at once, and a short one never", async () => {
  stderr.isTTY = true;
  const since = spyOn(performance, "now").mockReturnValue(5000);
  new Progress().step("comparing");
  expect(written).toBe("\r\x1b[2Kcomparing");
  since.mockReturnValue(0);
  written = "";
  {
    using progress = new Progress();
    progress.step("comparing");
  }
  await Bun.sleep(600);
  expect(written).toBe("");
  since.mockRestore();
});

test("nothing is said where nobody looks", () => {
  stderr.isTTY = false;
  expect(scan(0, 500, 700)).toBe("");
  const since = spyOn(performance, "now").mockReturnValue(5000);
  new Progress().step("comparing");
  expect(written).toBe("");
  since.mockRestore();
});
