/** Makes of Markdown what readers with a keyboard or a screen reader can use. */
export function accessible(markdown) {
  const { rules } = markdown.renderer;
  const close = markdown.renderer.renderToken.bind(markdown.renderer);
  // A wide table scrolls, so it must be possible to reach it with the keyboard.
  rules.table_open = () =>
    '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n';
  rules.table_close = () => "</table></div>\n";
  // The head of a column without a name is no head.
  const asCell = (tag) => (tokens, at, options) => {
    const text = tokens[tag === "open" ? at + 1 : at - 1];
    if (text?.type === "inline" && text.content === "") tokens[at].tag = "td";
    return close(tokens, at, options);
  };
  rules.th_open = asCell("open");
  rules.th_close = asCell("close");
}
