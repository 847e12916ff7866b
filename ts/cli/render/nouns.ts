/** What resources are called in texts for people. The dashboard has the same words. */
import { ALL_KINDS, specIn } from "../../kinds.ts";
import { grouped } from "./text.ts";

/** Parts of resources, which are no kinds of the catalogue, by the last word of Alchemy's type. */
const PARTS: ReadonlyMap<string, string> = new Map([
  ["Consumer", "queue consumer"],
  ["QueueConsumer", "queue consumer"],
  ["R2Object", "object"],
  ["Route", "route"],
  ["CustomDomain", "custom domain"],
  ["Domain", "custom domain"],
  ["Redirect", "redirect rule"],
  ["Affinity", "affinity rule"],
  ["Scope", "scope"],
]);

/** Words that keep their capitals. */
const CAPITALS: ReadonlyMap<string, string> = new Map(
  ["AI", "API", "DNS", "DLP", "ID", "IP", "JSON", "SSL", "TLS", "URL", "VPC", "WAF"].map((word) => [
    word.toLowerCase(),
    word,
  ]),
);

/**
 * @param what A word of the catalogue, or the type that either version of Alchemy has for it: a type that is not
 *   known is taken apart, `cloudflare::AccountApiToken` to `account API token`.
 */
export function nounFor(what: string): string {
  const spec = specOfWord(what);
  const last = what.replace(/^.*(?:::|\.)/, "");
  return spec?.noun ?? PARTS.get(last) ?? inWords(what);
}

/** The same for several. */
export function pluralFor(what: string): string {
  const noun = nounFor(what);
  const made = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return specOfWord(what)?.plural ?? (noun.endsWith("s") ? noun : made);
}

function specOfWord(what: string) {
  return specIn(what) ?? ALL_KINDS.find(({ kind }) => kind === what);
}

/** `Cloudflare.DNS.Record` to `DNS record`; as it is where it is no type. */
function inWords(type: string): string {
  if (!/^\w+(?:(?:::|\.)\w+)*$/.test(type)) return type;
  const own = type.replace(/^cloudflare(?:::|\.)/i, "");
  const parts = own.match(/[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g) ?? [];
  const words = parts.map((part) => {
    const isShort = /^[A-Z]+\d*$/.test(part);
    return CAPITALS.get(part.toLowerCase()) ?? (isShort ? part : part.toLowerCase());
  });
  // `BotManagement.BotManagement` says everything twice.
  const half = words.length / 2;
  const isTwice = words.slice(0, half).join() === words.slice(half).join();
  return (isTwice ? words.slice(0, half) : words).join(" ") || type;
}

/** `2 databases`. */
export function counted(number: number, what: string): string {
  return `${grouped(number)} ${number === 1 ? nounFor(what) : pluralFor(what)}`;
}
