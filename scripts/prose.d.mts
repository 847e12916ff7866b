/** Makes a linter of texts, which gives what is to be mended. */
export function linter(): Promise<(path: string, text: string) => Promise<string[]>>;
/** The messages of a source: its texts of three words and more, without the code in them. */
export function messagesIn(source: string): string[];
