/** @param folder What rustdoc has written for one crate. */
export function finishRustdoc(folder: string): void;
