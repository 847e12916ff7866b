/** Which files are programs for Alchemy 2. */

const EXPORTS = /\bexport\s+default\b/;
/** `Alchemy.Stack("shop", …)`, and that of a class. To ask for the service `Stack` is no call. */
const MAKES = /\bStack\s*(?:<[^()]*>)?\s*\(/;
/** A stack that is declared elsewhere: `export default Shop.make(…)`. */
const MADE = /\bexport\s+default\s+[\w$.]+\.make\s*\(/;

const IMPORT = /\b(?:from|import)\s*["']([^"']+)["']/g;

/** The modules that a text imports, as far as its words show it. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, name = ""]) => name);
}

/** Whether a file exports a stack of Alchemy 2, by the modules that it imports and by its text. */
export function isStack(imports: readonly string[], text: string): boolean {
  return isOfAlchemy2(imports) && EXPORTS.test(text) && (MAKES.test(text) || MADE.test(text));
}

/** Alchemy 2 has modules of its own; its main module has the name of 0.94's, which uses no Effect. */
function isOfAlchemy2(imports: readonly string[]): boolean {
  const any = (test: RegExp) => imports.some((name) => test.test(name));
  if (any(/^(?:@alchemy\.run\/|alchemy\/(?:[A-Z]|effect))/)) return true;
  return !any(/^alchemy\/cloudflare/) && any(/^alchemy$/) && any(/^effect(?:\/|$)/);
}
