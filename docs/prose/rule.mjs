// A rule of textlint: finds the words of a list outside of code.

/** Every place where a text has a phrase, with what to write there. */
export function phrasesIn(text, phrases) {
  return phrases.flatMap(([pattern, instead]) => {
    // A phrase may go on in the next line.
    const source = pattern.source.replaceAll(" ", "\\s+");
    const all = text.matchAll(new RegExp(source, `${pattern.flags}g`));
    return [...all].map(({ 0: found, index }) => ({ found, index, instead }));
  });
}

export function phrases(context, { phrases }) {
  const { Syntax, RuleError, report, getSource, locator } = context;
  return {
    [Syntax.Str](node) {
      for (const { found, index, instead } of phrasesIn(getSource(node), phrases)) {
        const padding = locator.range([index, index + found.length]);
        report(node, new RuleError(`"${found}": ${instead}`, { padding }));
      }
    },
  };
}
