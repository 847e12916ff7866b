/** Writes what has drifted from the catalogue of kinds, or only names it; gives the paths. */
export function generate(options?: { check?: boolean }): Promise<string[]>;
