/** The environment of a program that is evaluated: without credentials. */

/** Whatever these services read. */
const SERVICES = /^(CLOUDFLARE|CF|ALCHEMY|AWS|WRANGLER|GITHUB|GH|ACTIONS|NPM|PLANETSCALE|NEON)_/i;
/** What is most likely a secret. */
const SECRETS = /(TOKEN|SECRET|KEY|PASS|PASSWORD|PASSPHRASE|CREDENTIALS?|AUTH|COOKIE|SESSION|DSN)/i;
/** An address with a password in it. */
const WITH_PASSWORD = /:\/\/[^/\s]*:[^/\s]*@/;

/** What stands for a secret: a program may refuse to begin without one. */
const PLACEHOLDER = "evaluated-without-credentials";

/** What Alchemy wants to begin with. It calls nobody with it. */
const ACCOUNT = {
  CLOUDFLARE_ACCOUNT_ID: "0".repeat(32),
  CLOUDFLARE_API_TOKEN: PLACEHOLDER,
};

/** Without them, a runtime does not start, or the program does not find its modules. */
const NEEDED = /^(PATH|PATHEXT|SYSTEMROOT|COMSPEC|TEMP|TMP|TMPDIR|LANG|LC_.*|TZ|NODE_PATH)$/i;

/**
 * `env` with placeholders for everything that may be a secret.
 *
 * @param home A folder without anything in it: credentials are kept in that of the user.
 */
export function withoutCredentials(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Record<string, string> {
  const given = Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || /^(HOME|USERPROFILE|APPDATA|XDG_.*|NODE_OPTIONS)$/i.test(name))
      return [];
    return [[name, isSecret(name, value) ? PLACEHOLDER : value] as const];
  });
  return {
    ...Object.fromEntries(given),
    ...ACCOUNT,
    HOME: home,
    USERPROFILE: home,
    ALCHEMY_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    NO_COLOR: "1",
  };
}

function isSecret(name: string, value: string): boolean {
  if (NEEDED.test(name)) return false;
  return SERVICES.test(name) || SECRETS.test(name) || WITH_PASSWORD.test(value);
}
