/** Gives each page a link to the documentation, which begins at `address`. */
export function linkBack(folder: string, address: string): void;

/** Mends the links of what rustdoc has written for one crate. */
export function mendRustdoc(folder: string): void;
