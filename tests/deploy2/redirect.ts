/**
 * Loaded before Alchemy 2, which has no setting for the address of Cloudflare's API: sends every call
 * for it to the stand-in, and lets no other through.
 */
const API = "https://api.cloudflare.com/";
const real = globalThis.fetch;

function redirected(url: string): string {
  // Not before: a process that runs several programs may give each a stand-in of its own.
  const standIn = process.env.CLOUDFLARE_STAND_IN ?? "";
  if (url.startsWith(API)) return `${standIn}/${url.slice(API.length)}`;
  if (url.startsWith(standIn)) return url;
  const store = process.env.REMOTE_STATE;
  if (store && url.startsWith(store)) return url;
  throw new TypeError(`no test may call ${url}`);
}

const redirect = async (input: RequestInfo | URL, init?: RequestInit) => {
  if (input instanceof Request) return real(new Request(redirected(input.url), input), init);
  return real(redirected(String(input)), init);
};
globalThis.fetch = redirect as typeof fetch;
