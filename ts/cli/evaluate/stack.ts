/** Which files are programs for Alchemy 2. */

/** Whether a file exports a stack of Alchemy 2, by the modules that it imports and by its text. */
export function isStack(imports: readonly string[], text: string): boolean {
  return isOfAlchemy2(imports) && /\bexport\s+default\b/.test(text) && /\bStack\b/.test(text);
}

/** Alchemy 2 has modules of its own; its main module has the name of 0.94's, which uses no Effect. */
function isOfAlchemy2(imports: readonly string[]): boolean {
  const any = (test: RegExp) => imports.some((name) => test.test(name));
  if (any(/^(?:@alchemy\.run\/|alchemy\/(?:[A-Z]|effect))/)) return true;
  return !any(/^alchemy\/cloudflare/) && any(/^alchemy$/) && any(/^effect(?:\/|$)/);
}
