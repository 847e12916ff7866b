/** Reads sources, and says of those that cannot be read why. */
import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** The bytes from which on a file is too large: no program is written by hand at that size. */
const TOO_LARGE = 10_000_000;

// One buffer for all files: most of them are looked at once and then forgotten.
let buffer = Buffer.allocUnsafe(1 << 20);

/** Opening a pipe would wait for its other end. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The bytes of a file, valid until the next call.
 *
 * @throws An error of the system, or one that says what is wrong with the file.
 */
export function readBytes(path: string): Buffer {
  const file = openSync(path, FLAGS);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error("it is no file");
    if (stats.size >= TOO_LARGE) throw new Error(tooLarge(stats.size));
    // One byte more than it should have: a file that has grown since is read to its end.
    if (buffer.length <= stats.size) buffer = Buffer.allocUnsafe(stats.size * 2);
    const bytes = buffer.subarray(0, readAll(file));
    if (!isUtf8(bytes)) throw new Error("it is no valid UTF-8");
    return bytes;
  } finally {
    closeSync(file);
  }
}

function readAll(file: number): number {
  let length = 0;
  for (;;) {
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) return length;
    length += read;
    if (length >= TOO_LARGE) throw new Error(tooLarge(length));
    if (length === buffer.length) buffer = Buffer.concat([buffer], length * 2);
  }
}

function tooLarge(size: number): string {
  return `it is ${(size / 1e6).toFixed(1)} MB, and the limit is 10 MB`;
}
