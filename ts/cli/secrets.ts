/** What may never be shown: the secrets in the environment. */

/** A store of the user's may use any variable: those that end so are taken for secrets. */
const NAMES = /(TOKEN|SECRET|KEY|PASSWORD|PASSPHRASE|CREDENTIALS)$/i;
/** What is shorter is a word, which would be taken out of everything. */
const SHORTEST = 6;

export class Secrets {
  readonly #values: string[];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const values = Object.entries(env).flatMap(([name, value]) =>
      NAMES.test(name) && value ? forms(value) : [],
    );
    // The longest first: one may be a part of another.
    this.#values = [...new Set(values)]
      .filter((value) => value.length >= SHORTEST)
      .sort((a, b) => b.length - a.length);
  }

  /** `text` without any of them. */
  hidden(text: string): string {
    return this.#values.reduce((shown, value) => shown.replaceAll(value, "***"), text);
  }
}

/** As it is, and each line of it alone: headers are trimmed, and messages are cut into lines. */
function forms(value: string): string[] {
  return [value, ...value.split(/[\r\n]+/).map((line) => line.trim())];
}
