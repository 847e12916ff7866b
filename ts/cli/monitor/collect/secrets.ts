/** What may never be shown: the tokens in the environment. */

/** The variables that hold secrets which the monitor or a state store uses. */
const NAMES = [
  "CLOUDFLARE_API_TOKEN",
  "CLOUDFLARE_API_KEY",
  "ALCHEMY_STATE_TOKEN",
  "ALCHEMY_PASSWORD",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "GITHUB_TOKEN",
];
/** What is shorter is a word, which would be taken out of everything. */
const SHORTEST = 6;

export class Secrets {
  readonly #values: string[];

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const values = NAMES.map((name) => env[name] ?? "");
    this.#values = values.filter((value) => value.length >= SHORTEST);
  }

  /** `text` without any of them. */
  hidden(text: string): string {
    return this.#values.reduce((shown, value) => shown.replaceAll(value, "***"), text);
  }
}
