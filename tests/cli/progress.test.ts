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

test("nothing is said where nobody looks", () => {
  stderr.isTTY = false;
  expect(scan(0, 500, 700)).toBe("");
});
