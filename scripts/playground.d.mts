export function playground(): Promise<string>;
