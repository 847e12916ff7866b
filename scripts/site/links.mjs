// Links between the pages: in the repository from file to file, in the site from address to address.
import { posix } from "node:path";

/** Code, in which a link is none, and the target of a link. */
const CODE_OR_TARGET = /^```[\s\S]*?^```$|(`+)(?!`)[\s\S]*?[^`]\1(?!`)|(?<=\]\()[^)\s]+(?=\))/gm;

/** Links to other hosts, and those that are addresses of the site already. */
const isAddress = (target) => /^([a-z]+:|\/)/.test(target);

/**
 * Writes each link of a page as an address of the site.
 *
 * @param page The file, from the root of the repository.
 * @param addressOf Gives the address of `{ file, anchor }`.
 */
export function relink(page, markdown, addressOf) {
  return markdown.replace(CODE_OR_TARGET, (found, ticks) => {
    if (ticks !== undefined || found.startsWith("```") || isAddress(found)) return found;
    const [path, anchor] = found.split("#");
    const file = path === "" ? page : posix.join(posix.dirname(page), path);
    return addressOf({ file, anchor });
  });
}
