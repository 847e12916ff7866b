import { expect } from "bun:test";
import { BlockError, type ErrorCode } from "@alch/blocks/naming";

/** Asserts that `act` is refused with `code`, at once or by rejection, and gives the refusal. */
export async function refusal(code: ErrorCode, act: () => unknown): Promise<BlockError> {
  let thrown: unknown;
  try {
    await act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(BlockError);
  const error = thrown as BlockError;
  expect({ code: error.code, name: error.name }).toEqual({ code, name: "BlockError" });
  expect(error.help).not.toBe("");
  return error;
}

/** A resource function that keeps what it is called with and returns one promise. */
export function recorder() {
  const calls: { id: string; options: Record<PropertyKey, unknown> }[] = [];
  const result = Promise.resolve("made");
  const resource = (id: string, options: Record<PropertyKey, unknown>) => {
    calls.push({ id, options });
    return result;
  };
  return { calls, result, resource };
}
