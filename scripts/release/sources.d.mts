export function npmSources(read: (file: string) => string): string[];
export function cargoSources(read: (file: string) => string): string[];
