/**
 * Preloaded into a client (`bun --preload`), sends its calls to `https://<script>.*.workers.dev`
 * to the stand-in that `CLOUDFLARE_BASE_URL` names. Needed for Alchemy's `CloudflareStateStore`.
 */
const original = globalThis.fetch;

function rerouted(url: string): string {
  const [, script, path] = /^https:\/\/([^./]+)\.[^./]+\.workers\.dev(\/.*)?$/.exec(url) ?? [];
  // Not before: a process that runs several programs may give each a stand-in of its own.
  const base = process.env.CLOUDFLARE_BASE_URL;
  if (script === undefined || base === undefined) return url;
  return new URL(`/__workers/${script}${path ?? "/"}`, base).href;
}

globalThis.fetch = Object.assign(
  (input: string | URL | Request, init?: RequestInit) =>
    original(input instanceof Request ? input : rerouted(String(input)), init),
  { preconnect: original.preconnect },
);
