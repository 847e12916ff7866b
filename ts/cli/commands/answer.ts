/** What a command gives: all that is printed and how it ends. */

export interface Answer {
  output: string;
  /** Files that could not be looked at; the command ends with 2 then. */
  troubles: readonly { file: string; reason: string }[];
  /** What else was asked for and cannot be; the command ends with 2 then, too. */
  refused?: readonly Refused[];
  /** Otherwise. */
  code: 0 | 1 | 2;
  /** What is done once it is printed; it ends with 2 if that fails. */
  afterwards?: () => Promise<void>;
}

export interface Refused {
  message: string;
  /** What to do about it. */
  help: string;
}
