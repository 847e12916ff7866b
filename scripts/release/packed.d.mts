export function crateFaults(files: readonly string[]): string[];
