export { isMissing } from "../state/missing.ts";

/** Why the program could not do what it was told to: it ends with 2 then. */
export class Problem extends Error {
  override readonly name = "Problem";

  /**
   * @param help What to do about it.
   * @param code Stable, where a page explains it.
   */
  constructor(
    message: string,
    readonly help = "",
    readonly code = "",
  ) {
    super(message);
  }
}

/** The words of the system for what went wrong with a file. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links go round in circles",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is no folder",
  ENAMETOOLONG: "its path is too long",
  EMFILE: "too many files are open",
};

/** Says in words what `error`, thrown by a call to the file system, means. */
export function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return REASONS[code ?? ""] ?? message ?? String(error);
}
